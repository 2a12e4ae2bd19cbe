"""Flags: why a measured number is to be taken with care. Each has a name and a reason."""

from collections.abc import Iterable, Sequence

from resnettui.core.isa import emulates
from resnettui.core.kernels import NO_EFFECT, in_math_mode, reference_kernels
from resnettui.core.machine import Build, Machine
from resnettui.core.roof import Peak, reached
from resnettui.core.stats import Summary
from resnettui.core.surroundings import Surroundings
from resnettui.core.trial import STRICT, Member, Trial, TrialResult, WarmUp

NOISY_SPREAD = 0.10
"""IQR over this share of the median is noise (torch.utils.benchmark warns at the same)."""

CLOCK_MOVED_SPREAD = 0.05
"""The clock of a core changing by more than this share during the sample."""

WAITING_SHARE = 0.05
"""Threads that wait for a core for more than this share of the time they want to run.

A pass is as slow as its slowest thread, so it gets slower by at least as much. Two threads on two
cores of an EPYC waited 0.5 to 0.6 % of the time while nothing else ran, with a median of 41 to 43
ms, and 50 to 67 % beside one busy program, with 336 to 404 ms (tests/benchmarks/busy_neighbour.py).
"""

HOT_HEADROOM_CELSIUS = 5.0
"""So near to its limit a sensor is about to slow the processor: boards regulate in steps of about
this, and the next moment may be beyond it."""

UNEVEN_SHARE = 0.10
"""Medians of the processes of one trial that differ by more than this share."""

FP32_SQNR_DB = 80.0
"""Outputs nearer to fp32's than this are fp32's own.

Rounding to bf16, whose significand has 8 bits, leaves 40 to 60 dB of ResNet's logits; the order of
summation in fp32, with 24 bits, more than 100."""

DISTURBED = (
    *("waiting", "throttled", "hot", "clock moved", "noisy", "not settled"),
    *("not cooled", "drift"),
)
"""Flags of what came between while a trial was measured; the others are what it is itself."""


def disturbances(flags: Iterable[str]) -> tuple[str, ...]:
    """Return those of the flags that say that a figure may be off, in the order of DISTURBED."""
    raised = set(flags)
    return tuple(flag for flag in DISTURBED if flag in raised)


def flags_of(
    result: TrialResult,
    machine: Machine,
    build: Build | None = None,
    peaks: Sequence[Peak] = (),
) -> dict[str, str]:
    """Return every flag that applies to a result, with its reason in words."""
    asked = configuration_flags(result.trial, machine, len(result.pinned_cores))
    flags = {
        **sample_flags(result.summary, result.warmup),
        **asked,
        **crew_flags(result.members),
        **thread_flags(result.trial, result.members),
        **engine_flags(result.trial, build),
        **kernel_flags(result),
        **math_mode_flags(result, machine),
        **waiting_flags(result.surroundings, alone="oversubscribed" not in asked),
        **sensor_flags(result.surroundings),
    }
    return {**flags, **roof_flags(result.flagged(flags), peaks)}


def sample_flags(summary: Summary, warmup: WarmUp) -> dict[str, str]:
    """Return the flags that the latencies themselves raise."""
    flags = {}
    if summary.spread is not None and summary.spread > NOISY_SPREAD:
        flags["noisy"] = f"the middle half spreads over {summary.spread:.0%} of the median"
    if not warmup.settled:
        flags["not settled"] = f"still moving after {warmup.iterations} warm-up passes"
    return flags


def configuration_flags(trial: Trial, machine: Machine, pinned: int) -> dict[str, str]:
    """Return the flags that follow from what was asked of this machine.

    `pinned` is to how many cores its threads are kept, 0 where they may run anywhere.
    """
    flags = {}
    cores = min(pinned or machine.cores_allowed, machine.cores_allowed)
    if trial.cores > cores:
        flags["oversubscribed"] = f"{trial.cores} threads on {cores} core{'s' * (cores > 1)}"
    if emulates(trial.precision, machine.isa):
        flags["emulated"] = f"this processor has no {trial.precision} arithmetic"
    return flags


def crew_flags(members: Sequence[Member]) -> dict[str, str]:
    """Return the flags that several processes raise by standing side by side."""
    flags = {}
    if reason := next((m.not_pinned for m in members if m.not_pinned), None):
        flags["not pinned"] = reason
    medians = [member.median_ns for member in members if member.passes]
    if medians and max(medians) > (1 + UNEVEN_SHARE) * min(medians):
        low, high = min(medians) / 1e6, max(medians) / 1e6
        flags["uneven"] = f"the processes' medians lie between {low:.3g} and {high:.3g} ms"
    return flags


def engine_flags(trial: Trial, build: Build | None) -> dict[str, str]:
    """Return the flag for an int8 engine that is not the one torch would have taken."""
    if trial.engine is None or build is None or build.default_engine in build.engines:
        return {}
    return {"engine fell back": f"{build.default_engine}, torch's default, does not run here"}


def kernel_flags(result: TrialResult) -> dict[str, str]:
    """Return the flags that the kernels raise."""
    slow = reference_kernels(result.kernels)
    if not slow:
        return {}
    names = ", ".join(slow)
    return {"reference kernel": f"{sum(slow.values())} calls ran a plain loop: {names}"}


def math_mode_flags(result: TrialResult, machine: Machine) -> dict[str, str]:
    """Return the flag of a math mode that the outputs show no trace of, with the reason."""
    mode, sqnr_db = result.trial.math_mode, result.check.sqnr_db
    if mode == STRICT or (sqnr_db is not None and sqnr_db < FP32_SQNR_DB):
        return {}
    if emulates(mode, machine.isa):
        why = f"this processor has no {mode} arithmetic"
    elif in_math_mode(result.kernels, mode):
        why = f"oneDNN was allowed {mode} and has no kernel for it here"
    else:
        why = f"torch did not allow oneDNN {mode} here"
    return {NO_EFFECT: f"{why}: the outputs are as near to fp32's as fp32 is"}


def thread_flags(trial: Trial, members: Sequence[Member]) -> dict[str, str]:
    """Return the flag for a process in which fewer threads computed than were asked for."""
    counts = [member.threads for member in members if member.threads.busy is not None]
    fewest = min(counts, key=lambda threads: threads.busy or 0, default=None)
    if fewest is None or fewest.busy is None or fewest.busy >= trial.threads:
        return {}
    told = [("torch", fewest.torch), ("OpenMP", fewest.openmp)]
    others = ", ".join(f"{name} says {n}" for name, n in told if n is not None)
    reason = f"{fewest.busy} of {trial.threads} threads computed"
    return {"threads unused": f"{reason} ({others})" if others else reason}


def waiting_flags(found: Surroundings, alone: bool) -> dict[str, str]:
    """Return the flag for threads that were ready to run, and had to wait for a core.

    `alone` says that there is a core for each of them, so that something else keeps it from them.
    """
    if found.waited_share is None or found.waited_share <= WAITING_SHARE:
        return {}
    share = f"{found.waited_share:.0%}".replace("%", " %")
    reason = "another program had it" if alone else "they share too few"
    if alone and found.quota_stops:
        reason = "the CPU quota or another program kept it"
    return {"waiting": f"its threads waited {share} of the time for a core: {reason}"}


def sensor_flags(found: Surroundings) -> dict[str, str]:
    """Return the flags that the sensors raised while the sample was taken."""
    flags = {}
    if reason := "; ".join(filter(None, (found.throttled, _quota_reason(found)))):
        flags["throttled"] = reason
    low, high, headroom = found.clock_min_hz, found.clock_max_hz, found.headroom_min_celsius
    if low is not None and high is not None and high - low > CLOCK_MOVED_SPREAD * high:
        flags["clock moved"] = f"{low / 1e9:.2f} to {high / 1e9:.2f} GHz"
    if headroom is not None and headroom < HOT_HEADROOM_CELSIUS:
        where = f"{headroom:.0f} °C below" if headroom >= 0 else f"{-headroom:.0f} °C above"
        flags["hot"] = f"a sensor of the processor came to {where} its limit"
    return flags


def _quota_reason(found: Surroundings) -> str:
    if not found.quota_stops:
        return ""
    times = "once" if found.quota_stops == 1 else f"{found.quota_stops} times"
    stopped_s = found.quota_stopped_s
    how_long = "" if stopped_s is None else f", for {stopped_s:.1f} s"
    return f"the cgroup's CPU quota stopped it {times}{how_long}"


def roof_flags(result: TrialResult, peaks: Sequence[Peak]) -> dict[str, str]:
    """Return the flag for computing faster than what was measured as the fastest."""
    found = reached(result, peaks)
    if found is None or found.compute_share <= 1:
        return {}
    compute = found.roof.compute
    threads = "1 thread" if compute.threads == 1 else f"{compute.threads} threads"
    computed, roof = found.flop_per_s / 1e9, compute.per_s / 1e9
    reason = (
        f"{computed:.3g} GFLOP/s, where the peak of {compute.kind} on {threads} was measured"
        f" as {roof:.3g}: measure it again"
    )
    return {"over the roof": reason}
