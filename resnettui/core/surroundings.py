"""What the sensors said beside a trial, in the few figures that are kept with its result."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from resnettui.core.machine import Reading


@dataclass(frozen=True)
class Surroundings:
    """The readings taken while a trial was measured, in short; None where nothing was told."""

    clock_min_hz: int | None = None
    clock_max_hz: int | None = None
    """Of the fastest core that the trial may use, at one reading and another."""
    temperature_max_celsius: float | None = None
    headroom_min_celsius: float | None = None
    """How near a sensor came to its limit; below 0 beyond it."""
    throttled: str = ""
    """What held the processor back, in words; "" where nothing said so."""
    waited_share: float | None = None
    """Run-queue delay of the workers' threads as a share of the time they wanted to run."""
    switches_per_s: float | None = None
    """How often a second the kernel took a core from one of their threads."""
    quota_stops: int | None = None
    """How often the cgroup's CPU quota stopped them (nr_throttled)."""
    quota_stopped_s: float | None = None
    """For how long in all."""


def surroundings_of(readings: Sequence[Reading], cores: Collection[int] = ()) -> Surroundings:
    """Return the figures of some readings; clocks are those of `cores`, or of all where () is."""
    clocks = [fastest for r in readings if (fastest := _fastest(r, cores)) is not None]
    told = [r for r in readings if r.switches is not None]
    stops = [r.quota_stops for r in readings if r.quota_stops is not None]
    stopped_s = _known(r.quota_stopped_s for r in readings)
    return Surroundings(
        clock_min_hz=min(clocks, default=None),
        clock_max_hz=max(clocks, default=None),
        temperature_max_celsius=max(_known(r.temperature_celsius for r in readings), default=None),
        headroom_min_celsius=min(_known(r.headroom_celsius for r in readings), default=None),
        throttled=next((r.throttled for r in readings if r.throttled), ""),
        waited_share=waited_share(readings),
        switches_per_s=_rate(
            sum(r.switches for r in told if r.switches is not None),
            sum(_known(r.interval_s for r in told)),
        ),
        quota_stops=sum(stops) if stops else None,
        quota_stopped_s=sum(stopped_s) if stopped_s else None,
    )


def waited_share(readings: Iterable[Reading]) -> float | None:
    """Return run-queue delay / (run-queue delay + CPU time) of the workers' threads."""
    times = [(r.waited_s, r.ran_s) for r in readings]
    told = [(waited, ran) for waited, ran in times if waited is not None and ran is not None]
    waited_s, ran_s = (sum(column) for column in zip(*told, strict=True)) if told else (0, 0)
    return _rate(waited_s, waited_s + ran_s)


def _fastest(reading: Reading, cores: Collection[int]) -> int | None:
    clocks = [hz for core, hz in reading.clock_hz.items() if not cores or core in cores]
    return max(clocks, default=None)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _rate(amount: float, over: float) -> float | None:
    return amount / over if over > 0 else None
