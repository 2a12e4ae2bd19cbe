"""`resnettui compare`: two trials or machines of the history, or two configurations now."""

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resnettui.cli.log import logged
from resnettui.cli.options import (
    axis_options,
    chosen_trial,
    data_option,
    finite,
    history_option,
    on_command_line,
    weights_option,
)
from resnettui.core.axes import AXES, AXIS
from resnettui.core.protocol import Measure
from resnettui.core.trial import Trial
from resnettui.errors import UsageError

if TYPE_CHECKING:
    from resnettui.report.comparison import Compared

DEFAULT_PAIRS = 12
"""So many find a difference of 5 % in 95 of 100 cases where blocks of 2 s agree to 2 %."""

LEAST_PAIRS = 6
"""Below it there is no interval of 95 %."""

DEFAULT_BLOCK_S = 2.0


def share(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    """Return the share that "5%" or "5" means."""
    if text is None:
        return None
    try:
        percentage = float(text.strip().removesuffix("%"))
    except ValueError:
        percentage = -1.0
    if not 0 <= percentage < math.inf:
        raise UsageError(f"--fail-over: {text!r} is no percentage", "for instance --fail-over 5%")
    return percentage / 100


@click.command("compare")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@axis_options
@data_option
@weights_option
@click.option(
    "--pairs",
    type=click.IntRange(min=LEAST_PAIRS),
    metavar="N",
    help=f"Pairs of blocks to measure.  [default: {DEFAULT_PAIRS}]",
)
@click.option(
    "--block-s",
    type=click.FloatRange(min=0.01),
    callback=finite,
    metavar="SECONDS",
    help=f"Length of a block, without its warm-up.  [default: {DEFAULT_BLOCK_S:g}]",
)
@click.option(
    "--fail-over",
    metavar="PERCENT",
    callback=share,
    help="Exit with 1 where B is slower than A by more than this with 95 % confidence:"
    " the whole interval is above it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@history_option
@click.option("--no-store", is_flag=True, help="Keep what is measured out of the history.")
@logged
@click.pass_context
def compare_command(
    context: click.Context,
    /,
    *,
    first: str,
    second: str,
    data: str | None,
    weights: str,
    pairs: int | None,
    block_s: float | None,
    fail_over: float | None,
    as_json: bool,
    history: Path | None,
    no_store: bool,
    **options: Any,
) -> None:
    """Compare B with A: how much faster or slower it is, and how sure that is.

    A and B are ids (their first digits will do), tags or platforms of the history; platforms are
    compared configuration by configuration.

    Or they are configurations, which are measured now, in turns: `resnettui compare fusion=none
    fusion=full -t 2`, or "precision=int8 fusion=full" for more than one axis. What both share is
    said with flags.
    """
    shared = chosen_trial(options.copy())
    length_s = block_s or DEFAULT_BLOCK_S
    if "=" in first or "=" in second:
        one, other = (
            Measure(side, configured(shared, text), data, length_s, weights=weights)
            for side, text in enumerate((first, second), start=1)
        )
        found = _measured((one, other), pairs or DEFAULT_PAIRS, as_json, history, not no_store)
    else:
        options |= {"weights": weights if on_command_line(context, "weights") else None}
        _refuse_measuring_flags(first, data=data, pairs=pairs, block_s=block_s, **options)
        found = _stored((first, second), as_json, history)
    from resnettui.headless.compare import refuse_regression

    refuse_regression(found, fail_over)


def configured(shared: Trial, text: str) -> Trial:
    """Return a trial with the values of "axis=value axis=value"; UsageError where it is none."""
    trial, hint = shared, "for instance: precision=int8 fusion=full"
    for word in text.replace(",", " ").split() or [""]:
        name, _, value = word.partition("=")
        axis = AXIS.get(name.replace("-", "_"))
        if axis is None or "=" not in word:
            names = ", ".join(axis.name for axis in AXES)
            raise UsageError(f"{word!r} is no axis=value; axes: {names}", hint)
        try:
            trial = trial.with_value(axis.name, axis.domain.parse(value))
        except ValueError as error:
            raise UsageError(f"{axis.name}={value}: {error}", hint) from None
    return trial


def _refuse_measuring_flags(first: str, **options: Any) -> None:
    """Refuse flags that say how to measure, where nothing is measured."""
    for name, value in options.items():
        if value is not None:
            raise UsageError(
                f"--{name.replace('_', '-')} is for measuring, and {first!r} is no configuration",
                "for instance: resnettui compare fusion=none fusion=full -t 2",
            )


def _stored(words: tuple[str, str], as_json: bool, history: Path | None) -> "list[Compared]":
    from resnettui.headless.compare import compare_stored, show
    from resnettui.store import History

    with History.open(history, must_exist=True) as kept:
        found = compare_stored(kept, words)
    show(found, as_json=as_json)
    return found


def _measured(
    wishes: tuple[Measure, Measure], pairs: int, as_json: bool, history: Path | None, store: bool
) -> "list[Compared]":
    """Measure and print, then store: what was measured is seen even where storing fails, and kept
    even where printing does.

    A side that cannot be measured is stored as failed.
    """
    from resnettui.headless.compare import compare_now, entries_of, show, with_ids

    if not store:
        compared = compare_now(wishes, pairs)
        show([compared], as_json=as_json)
        return [compared]
    from resnettui.headless.keeping import store_failure
    from resnettui.store import History, new_id, now

    compared = compare_now(wishes, pairs, partial(store_failure, history))
    compared = with_ids(compared, (new_id(), new_id()))
    try:
        show([compared], as_json=as_json)
    finally:
        with History.open(history) as kept:
            for entry in entries_of(compared, now()):
                kept.add(entry)
    return [compared]
