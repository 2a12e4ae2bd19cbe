"""A result as Rich renderables, for a terminal without the live screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from resnettui.core.cpu_list import format_cpu_list
from resnettui.core.kernels import convolution_kernels, reorders
from resnettui.core.machine import Build, Machine, model_name
from resnettui.core.roof import Peak
from resnettui.core.stats import PERCENTILES, Summary, samples_needed
from resnettui.core.surroundings import Surroundings
from resnettui.core.trial import InputSource, Member, Trial, TrialResult
from resnettui.report.accuracy import accuracy_facts
from resnettui.report.figures import mebibytes, milliseconds, percent, significant, thread_count
from resnettui.report.roof import work_facts
from resnettui.report.words import others

LATENCY_TITLE = "Latency of one pass, ms"


def result_page(
    result: TrialResult, machine: Machine, build: Build | None, peaks: Sequence[Peak] = ()
) -> RenderableType:
    """Return everything `run` has to say about one result, of a machine with these peaks."""
    return Group(
        Text(title(result.trial), style="bold"),
        Text(machine_line(machine, build), style="dim"),
        LatencyTable(result),
        *([_process_table(result.members)] if len(result.members) > 1 else []),
        _facts(result, peaks),
        *(Text(f"! {flag}: {why}", style="yellow") for flag, why in result.flags.items()),
    )


def title(trial: Trial) -> str:
    """Return a configuration in one line."""
    threads = thread_count(trial.threads)
    if trial.processes > 1:
        threads = f"{trial.processes} processes of {threads}"
    return " · ".join(
        (
            *(trial.model, trial.precision, f"fusion {trial.fusion}", trial.memory_format),
            *(f"batch {trial.batch_size}", threads, *others(trial)),
        )
    )


def machine_line(machine: Machine, build: Build | None) -> str:
    """Return the machine in one line."""
    torch = [f"torch {build.torch}", build.cpu_capability] if build else []
    known = [machine.name, model_name(machine), cores_text(machine), *torch]
    return " · ".join(word for word in known if word)


def cores_text(machine: Machine) -> str:
    """Return how many of the cores may be used; "" where they could not be counted."""
    online = len(machine.cores_online)
    return f"{machine.cores_allowed} of {online} cores" if online else ""


def percentile_text(summary: Summary, percentile: int) -> str:
    """Return a percentile in ms, or how many of the passes it needs there are."""
    value = summary.percentile(percentile)
    if value is not None:
        return milliseconds(value)
    return f"- ({summary.n}/{samples_needed(percentile)})"


def latency_figures(result: TrialResult) -> dict[str, str]:
    """Return the figures of a sample, heading -> text, times in ms."""
    summary = result.summary
    return {
        "p50": milliseconds(summary.p50),
        **{f"p{p}": percentile_text(summary, p) for p in PERCENTILES},
        "min": milliseconds(summary.min),
        "mean": milliseconds(summary.mean),
        "max": milliseconds(summary.max),
        "IQR": percent(summary.spread),
        "n": str(summary.n),
        "img/s": significant(result.throughput_img_s),
    }


@dataclass(frozen=True)
class LatencyTable:
    """The figures of a sample as a Rich table: one row, or one column on a narrow terminal."""

    result: TrialResult

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the table out for the width there is."""
        wide = self._wide()
        width = console.measure(wide, options=options.update(width=1000)).maximum
        yield wide if width <= options.max_width else self._narrow()

    def _wide(self) -> Table:
        table = Table(title=LATENCY_TITLE, title_justify="left", title_style="", box=box.ROUNDED)
        for name in latency_figures(self.result):
            table.add_column(name, justify="right", style="bold" if name == "p50" else "")
        table.add_row(*latency_figures(self.result).values())
        return table

    def _narrow(self) -> Table:
        table = Table(title=LATENCY_TITLE, title_justify="left", title_style="", box=box.ROUNDED)
        table.show_header = False
        table.add_column(style="dim")
        table.add_column(justify="right")
        for name, value in latency_figures(self.result).items():
            table.add_row(name, value, style="bold" if name == "p50" else "")
        return table


def _process_table(members: Sequence[Member]) -> Table:
    """Return a row for each process; narrow enough for a terminal of 40 columns."""
    table = Table(title="Processes", title_justify="left", title_style="", box=None, padding=(0, 1))
    table.pad_edge = False
    for name in ("pid", "cores", "passes", "p50", "img/s", "MiB"):
        table.add_column(name, justify="right", header_style="dim")
    for member in members:
        table.add_row(
            str(member.pid),
            format_cpu_list(member.cores) or "any",
            str(member.passes),
            milliseconds(member.median_ns),
            significant(member.throughput_img_s),
            mebibytes(member.memory_bytes),
        )
    return table


def _facts(result: TrialResult, peaks: Sequence[Peak]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for name, value in {**facts(result), **work_facts(result, peaks)}.items():
        table.add_row(name, Text(value))
    return table


def facts(result: TrialResult) -> dict[str, str]:
    """Return what stands beside the latency and explains it, label -> text."""
    ops, unfused = result.ops, result.unfused
    settled = "" if result.warmup.settled else ", not settled"
    found = {
        "operators": f"{unfused.standalone} -> {ops.standalone} + {ops.fused} fused"
        f" (= {ops.dispatched} dispatched)",
        "kernels": kernels_text(result.kernels),
        "reorders": str(reorders(result.kernels)),
        "check against fp32": f"largest error {result.check.max_abs_error:.2g}, "
        f"cosine {result.check.cosine:.6f}",
        **accuracy_facts(result.check, result.input),
        "warm-up": f"{result.warmup.iterations} passes{settled}",
    }
    if threads := threads_text(result):
        found["threads"] = threads
    if sensed := surroundings_text(result.surroundings):
        found["surroundings"] = sensed
    if result.input.images:
        found["input"] = input_text(result.input)
    return found


def threads_text(result: TrialResult) -> str:
    """Return which threads computed, and on which cores; "" where no process told."""
    told: dict[str, list[int | None]] = {
        "asked for": [result.trial.threads],
        "torch": [m.threads.torch for m in result.members],
        "OpenMP": [m.threads.openmp for m in result.members],
        "computed": [m.threads.busy for m in result.members],
    }
    ranges = {name: text for name, counts in told.items() if (text := _range(counts))}
    if len(ranges) < 2:
        return ""
    words = [f"{name} {text}" for name, text in ranges.items()]
    cores = format_cpu_list(result.pinned_cores)
    where = f"on core{'s' * (len(result.pinned_cores) > 1)} {cores}" if cores else ""
    return ", ".join(filter(None, [*words, where]))


def _range(counts: Sequence[int | None]) -> str:
    """Return the counts of several processes: one number where they are alike."""
    known = sorted({count for count in counts if count is not None})
    return "-".join(map(str, dict.fromkeys([*known[:1], *known[-1:]])))


def surroundings_text(found: Surroundings) -> str:
    """Return what the sensors said beside a sample; "" where they said nothing."""
    words = [
        _clock_text(found),
        "" if (heat := found.temperature_max_celsius) is None else f"{heat:.0f} °C",
        "" if (share := found.waited_share) is None else f"waited {100 * share:.1f} % for a core",
        "" if (rate := found.switches_per_s) is None else f"{rate:.0f} involuntary switches/s",
        f"{found.quota_stops} stops by the quota" if found.quota_stops else "",
    ]
    return " · ".join(filter(None, words))


def _clock_text(found: Surroundings) -> str:
    if found.clock_min_hz is None or found.clock_max_hz is None:
        return ""
    clocks = [f"{hz / 1e9:.2f}" for hz in (found.clock_min_hz, found.clock_max_hz)]
    return f"{' to '.join(dict.fromkeys(clocks))} GHz"


def kernels_text(kernels: Mapping[str, int]) -> str:
    """Return the convolutions' kernels with their calls, most frequent first."""
    return ", ".join(f"{n} {kernel}" for kernel, n in convolution_kernels(kernels).items())


def input_text(source: InputSource) -> str:
    """Return how many images of a folder are used, and what of it could not be."""
    text = f"{source.images} images"
    if source.looked_at < source.files:
        text += f", {source.looked_at} of {source.files} files looked at"
    if not source.unreadable:
        return text
    named = ", ".join(source.unreadable_names)
    more = ", ..." if source.unreadable > len(source.unreadable_names) else ""
    return f"{text}; {source.unreadable} no images: {named}{more}"
