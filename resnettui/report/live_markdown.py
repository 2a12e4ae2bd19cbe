"""What the live screen and a sweep measured, as Markdown."""

from collections.abc import Iterator, Sequence

from resnettui.core.machine import Build, Machine
from resnettui.core.roof import Peak
from resnettui.core.table import Table
from resnettui.core.trial import TrialResult
from resnettui.report import tables_markdown
from resnettui.report.roof import work_facts
from resnettui.report.tables_markdown import escaped, row
from resnettui.report.terminal import facts, latency_figures, machine_line, title


def result_markdown(
    result: TrialResult, machine: Machine, build: Build | None, peaks: Sequence[Peak] = ()
) -> str:
    """Return what `run` says about one result, of a machine with these peaks."""
    return "\n".join(_result(result, machine, build, peaks))


def _result(
    result: TrialResult, machine: Machine, build: Build | None, peaks: Sequence[Peak]
) -> Iterator[str]:
    yield from (f"## {escaped(title(result.trial))}", "")
    yield from (escaped(machine_line(machine, build)), "")
    figures = latency_figures(result)
    yield from ("Latency of one pass, ms", "")
    yield from (row(list(figures)), row_of_rules(len(figures)), row(list(figures.values())), "")
    yield from (row(("", "")), "| :--- | :--- |")
    for name, value in {**facts(result), **work_facts(result, peaks)}.items():
        yield row((name, value))
    yield ""
    for flag, why in result.flags.items():
        yield from (escaped(f"! {flag}: {why}"), "")


def row_of_rules(count: int) -> str:
    """Return what stands between the heading of so many numbers and the numbers."""
    return f"|{' ---: |' * count}"


def live_markdown(
    result: TrialResult | None,
    visited: Table | None,
    machine: Machine,
    build: Build | None,
    peaks: Sequence[Peak] = (),
) -> str:
    """Return the current result, if any, and the configurations visited; "" where nothing is."""
    current = result_markdown(result, machine, build, peaks) if result else ""
    return "\n".join(filter(None, (current, tables_markdown.render([visited]) if visited else "")))
