"""`resnettui compare`: trials of the history, or two configurations measured now."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from rich.console import Console

from resnettui.bench import Bench, crewed
from resnettui.core.comparison import compare_results
from resnettui.core.history import Entry, Listed
from resnettui.core.platforms import told_apart
from resnettui.core.protocol import Event, Measure
from resnettui.core.selection import find, matched
from resnettui.errors import RegressionError, TrialError, UsageError
from resnettui.headless.keeping import entry_of
from resnettui.machine.conditions import conditions
from resnettui.machine.probe import named, probe
from resnettui.paired import Paired, Turn, measure_paired
from resnettui.progress import Progress
from resnettui.report.comparison import (
    NAMES,
    Compared,
    Side,
    comparison_record,
    pair_page,
    table_page,
)
from resnettui.report.figures import percent
from resnettui.report.terminal import title


class Stored(Protocol):
    """What is read of the history."""

    def listed(self) -> list[Listed]:
        """Return all entries without their latencies, oldest first."""

    def entry(self, id_prefix: str, /) -> Entry:
        """Return one entry, whole."""


def compare_stored(history: Stored, words: tuple[str, str]) -> list[Compared]:
    """Compare what two words name in the history; UsageError where they name nothing shared."""
    listed = told_apart(history.listed())
    first, second = (_find(word, listed) for word in words)
    pairs = matched(first, second)
    if not pairs:
        raise UsageError(
            f"{words[0]} and {words[1]} share no configuration to compare",
            "resnettui history lists what there is",
        )
    return [_compared(history.entry(one.id), history.entry(other.id)) for one, other in pairs]


def _find(word: str, listed: Sequence[Listed]) -> tuple[Listed, ...]:
    hint = "resnettui history lists them; axis=value measures one"
    try:
        found = find(word, listed)
    except ValueError as error:
        raise UsageError(str(error), hint) from None
    if len(found) == 1 and found[0].outcome is None:
        raise UsageError(f"{word} was not measured: {found[0].failure}", hint)
    return found


def _compared(one: Entry, other: Entry) -> Compared:
    first, second = _side(one), _side(other)
    return Compared(first, second, compare_results(first.result, second.result))


def _side(entry: Entry) -> Side:
    if entry.result is None or entry.build is None:
        missing = "no result" if entry.result is None else "no torch that measured it"
        raise UsageError(
            f"trial {entry.id[:8]} has {missing} to compare", "resnettui history lists others"
        )
    return Side(entry.result, entry.machine, entry.build, entry.id)


Failed = Callable[[Entry, TrialError], None]
"""Takes the side that could not be measured, and why."""


def unkept(_entry: Entry, _error: TrialError) -> None:
    """Keep a failure nowhere."""


def compare_now(wishes: tuple[Measure, Measure], pairs: int, failed: Failed = unkept) -> Compared:
    """Measure two configurations in turns; TrialError or UsageError where that fails."""
    bench = Bench(named(probe()))
    try:
        with Progress(wishes[0]) as progress:
            paired = asyncio.run(_measured(bench, wishes, pairs, progress))
    except TrialError as error:
        failed(entry_of(bench, "compare"), error)
        raise
    assert bench.build is not None
    first, second = (Side(result, bench.machine, bench.build) for result in paired.results)
    return Compared(first, second, paired.comparison)


async def _measured(
    bench: Bench, wishes: tuple[Measure, Measure], pairs: int, progress: Progress
) -> Paired:
    """Measure, with the progress told."""
    current: Turn | None = None

    def watch(turn: Turn, event: Event) -> None:
        nonlocal current
        if turn is not current:
            current = turn
            heading = f"pair {turn.pair + 1} of {pairs}, {NAMES[turn.side]}: "
            progress.turn_to(turn.wish, heading, brief=turn.pair > 0)
        progress.show(event)

    async with crewed(bench) as crew:
        return await measure_paired(bench, crew, wishes, pairs, watch)


def entries_of(compared: Compared, at: str) -> list[Entry]:
    """Return both sides as the history keeps them."""
    facts = conditions()
    return [
        Entry(
            *(side.id, at, "compare", side.result.trial, side.machine, side.build),
            result=side.result,
            facts=facts,
        )
        for side in compared.sides
    ]


def with_ids(compared: Compared, ids: Sequence[str]) -> Compared:
    """Return the comparison with the ids that its sides have in the history."""
    first, second = (replace(side, id=new) for side, new in zip(compared.sides, ids, strict=True))
    return replace(compared, first=first, second=second)


def show(found: Sequence[Compared], *, as_json: bool) -> None:
    """Print comparisons: one as a page, several as a table."""
    if as_json:
        console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
        console.print(json.dumps(comparison_record(found)))
    else:
        Console().print(pair_page(found[0]) if len(found) == 1 else table_page(found))


def refuse_regression(found: Sequence[Compared], share: float | None) -> None:
    """Raise RegressionError where B is slower than A by more than a share, with confidence."""
    slower = [c for c in found if share is not None and c.comparison.slower_by(share)]
    if share is not None and any(c.comparison.interval is None for c in found):
        hint = "measure more: --pairs, --block-s, or longer runs"
        raise RegressionError("too little was measured to tell whether B is slower", hint)
    if not slower or share is None:
        return
    names = "; ".join(title(compared.second.result.trial) for compared in slower)
    raise RegressionError(
        f"B is slower than A by more than {percent(share)}: {names}",
        "the lower end of the interval (95 %) says so: --fail-over",
    )
