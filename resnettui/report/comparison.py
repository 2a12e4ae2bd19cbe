"""Comparisons in words, as a page for a terminal, and as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from resnettui.core.comparison import EQUIVALENCE, Comparison, Verdict, images
from resnettui.core.machine import Build, Machine
from resnettui.core.trial import TrialResult
from resnettui.report.figures import milliseconds, percent, ratio, significant
from resnettui.report.record import SCHEMA, record
from resnettui.report.terminal import machine_line, title

WEAKER = "not interleaved: drift between the two is not excluded"
"""What stands beside a comparison of two that were not measured in turns."""

NAMES = ("A", "B")


@dataclass(frozen=True)
class Side:
    """One of two results that are compared, with the machine it comes from."""

    result: TrialResult
    machine: Machine
    build: Build
    id: str = ""
    """Of its entry in the history; "" where it is in none."""


@dataclass(frozen=True)
class Compared:
    """Two results and what came out of comparing them."""

    first: Side
    second: Side
    comparison: Comparison

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, in the order of NAMES."""
        return self.first, self.second


def verdict_text(comparison: Comparison) -> str:
    """Return the verdict with its factor and interval, e.g. "1.98× faster [1.95, 2.01]".

    Where no difference is found it says how much of the time it takes: below 1 is faster.
    """
    verdict = comparison.verdict
    if verdict is Verdict.FASTER:
        return f"{ratio(1 / comparison.ratio)} faster{interval_text(comparison, inverse=True)}"
    times = ratio(comparison.ratio)
    if verdict is Verdict.SLOWER:
        return f"{times} slower{interval_text(comparison)}"
    return f"{verdict.value}, {times} the time{interval_text(comparison)}"


def interval_text(comparison: Comparison, inverse: bool = False) -> str:
    """Return the interval in brackets, behind a space; "" where there is none."""
    if comparison.interval is None:
        return ""
    low, high = comparison.interval
    if inverse:
        low, high = 1 / high, 1 / low
    return f" [{significant(low)}, {significant(high)}]"


def pair_page(compared: Compared) -> RenderableType:
    """Return everything there is to say about two results."""
    return Group(
        *(
            Text(f"{name}  {title(side.result.trial)}")
            for name, side in zip(NAMES, compared.sides, strict=True)
        ),
        *_machines(compared),
        _figures(compared),
        Text(f"B against A: {verdict_text(compared.comparison)}", style="bold"),
        *(Text(line, style="dim") for line in remarks(compared)),
        *_flags(compared),
    )


def remarks(compared: Compared) -> list[str]:
    """Return how a comparison was made, and what it does not exclude."""
    comparison = compared.comparison
    first, second = (side.result.trial for side in compared.sides)
    return [
        *(["by the time for one image"] if images(first) != images(second) else []),
        f"{comparison.pairs} pairs of interleaved blocks" if comparison.interleaved else WEAKER,
        _rule(comparison),
    ]


def _rule(comparison: Comparison) -> str:
    if comparison.interval is None:
        return "too little was measured for an interval"
    span = percent(EQUIVALENCE)
    return {
        Verdict.FASTER: f"the whole interval (95 %) is beyond ±{span}",
        Verdict.SLOWER: f"the whole interval (95 %) is beyond ±{span}",
        Verdict.SAME: f"the whole interval (95 %) is within ±{span}",
        Verdict.UNDECIDED: f"the interval (95 %) reaches across the bounds of ±{span}",
    }[comparison.verdict]


def _machines(compared: Compared) -> list[Text]:
    """Return a line for the machine, or one for each where they differ."""
    lines = [machine_line(side.machine, side.build) for side in compared.sides]
    hosts = [side.machine.host for side in compared.sides]
    if lines[0] == lines[1] and hosts[0] == hosts[1]:
        return [Text(lines[0], style="dim")]
    if lines[0] == lines[1]:
        lines = [f"{line} · {host}" for line, host in zip(lines, hosts, strict=True)]
    return [Text(f"{name}  {line}", style="dim") for name, line in zip(NAMES, lines, strict=True)]


def _figures(compared: Compared) -> Table:
    table = Table(box=box.ROUNDED)
    table.add_column("")
    for heading in ("median ms", "IQR", "n", "img/s"):
        table.add_column(heading, justify="right")
    for name, side in zip(NAMES, compared.sides, strict=True):
        summary = side.result.summary
        table.add_row(
            name,
            milliseconds(summary.p50),
            percent(summary.spread),
            str(side.result.passes),
            significant(side.result.throughput_img_s),
        )
    return table


def _flags(compared: Compared) -> list[Text]:
    return [
        Text(f"! {name} {flag}: {why}", style="yellow")
        for name, side in zip(NAMES, compared.sides, strict=True)
        for flag, why in side.result.flags.items()
    ]


def table_page(found: Sequence[Compared]) -> RenderableType:
    """Return a table of two machines, or two sets of trials, by configuration."""
    table = Table(box=box.ROUNDED)
    table.add_column("configuration", overflow="fold")
    table.add_column("A ms", justify="right")
    table.add_column("B ms", justify="right")
    table.add_column("B against A")
    for compared in found:
        first, second = (side.result for side in compared.sides)
        table.add_row(
            _configuration(first, second),
            milliseconds(first.summary.p50),
            milliseconds(second.summary.p50),
            verdict_text(compared.comparison),
        )
    return Group(*_machines(found[0]), table, Text(WEAKER, style="dim"))


def _configuration(first: TrialResult, second: TrialResult) -> str:
    """Return a configuration, and the engine of the second where that is another."""
    other = second.trial.engine
    return title(first.trial) + (f" and {other}" if other != first.trial.engine else "")


def comparison_record(found: Sequence[Compared]) -> dict[str, Any]:
    """Return comparisons as plain values; ratio and interval are B's time over A's."""
    return {"schema": SCHEMA, "comparisons": [_record(compared) for compared in found]}


def _record(compared: Compared) -> dict[str, Any]:
    comparison = compared.comparison
    interval = comparison.interval
    return {
        "ratio": round(comparison.ratio, 6),
        "interval": None if interval is None else [round(bound, 6) for bound in interval],
        "verdict": comparison.verdict.value,
        "interleaved": comparison.interleaved,
        "pairs": comparison.pairs,
        "a": _side(compared.first),
        "b": _side(compared.second),
    }


def _side(side: Side) -> dict[str, Any]:
    return {"id": side.id, **record(side.result, side.machine, side.build)}
