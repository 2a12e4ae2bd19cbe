"""Flags: why a measured number is to be taken with care. Each has a name and a reason."""

from collections.abc import Collection, Sequence

from resnettui.core.kernels import reference_kernels
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.roof import Peak, reached
from resnettui.core.stats import Summary
from resnettui.core.trial import Member, Trial, TrialResult, WarmUp

NOISY_SPREAD = 0.10
"""IQR over this share of the median is noise (torch.utils.benchmark warns at the same)."""

CLOCK_MOVED_SPREAD = 0.05
"""The clock of a core changing by more than this share during the sample."""

UNEVEN_SHARE = 0.10
"""Medians of the processes of one trial that differ by more than this share."""

NATIVE_ISA: dict[str, tuple[str, ...]] = {
    "bf16": ("avx512_bf16", "amx_bf16", "bf16", "svebf16"),
    "fp16": ("avx512_fp16", "amx_fp16", "asimdhp", "fphp"),
}
"""Instruction sets, any one of which computes in that precision; others emulate it."""


def flags_of(
    result: TrialResult,
    machine: Machine,
    build: Build | None = None,
    readings: Sequence[Reading] = (),
    peaks: Sequence[Peak] = (),
) -> dict[str, str]:
    """Return every flag that applies to a result, with its reason in words."""
    return {
        **sample_flags(result.summary, result.warmup),
        **configuration_flags(result.trial, machine),
        **crew_flags(result.members),
        **engine_flags(result.trial, build),
        **kernel_flags(result),
        **sensor_flags(readings),
        **roof_flags(result, peaks),
    }


def sample_flags(summary: Summary, warmup: WarmUp) -> dict[str, str]:
    """Return the flags that the latencies themselves raise."""
    flags = {}
    if summary.spread > NOISY_SPREAD:
        flags["noisy"] = f"the middle half spreads over {summary.spread:.0%} of the median"
    if not warmup.settled:
        flags["not settled"] = f"still moving after {warmup.iterations} warm-up passes"
    return flags


def configuration_flags(trial: Trial, machine: Machine) -> dict[str, str]:
    """Return the flags that follow from what was asked of this machine."""
    flags = {}
    if trial.cores > machine.cores_allowed:
        flags["oversubscribed"] = f"{trial.cores} threads on {machine.cores_allowed} cores"
    if emulates(trial.precision, machine.isa):
        flags["emulated"] = f"this processor has no {trial.precision} arithmetic"
    return flags


def emulates(precision: str, isa: Collection[str]) -> bool:
    """Tell whether none of the instruction sets, where they are known, has that arithmetic."""
    native = NATIVE_ISA.get(precision)
    return bool(native and isa) and set(isa).isdisjoint(native or ())


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


def sensor_flags(readings: Sequence[Reading]) -> dict[str, str]:
    """Return the flags that the sensors raised while the sample was taken."""
    flags = {}
    if reason := next((r.throttled for r in readings if r.throttled), None):
        flags["throttled"] = reason
    clocks = [max(r.clock_hz.values()) for r in readings if r.clock_hz]
    if clocks and max(clocks) - min(clocks) > CLOCK_MOVED_SPREAD * max(clocks):
        flags["clock moved"] = f"{min(clocks) / 1e9:.2f} to {max(clocks) / 1e9:.2f} GHz"
    return flags


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
