"""Flags: why a measured number is to be taken with care. Each has a name and a reason."""

from collections.abc import Sequence

from resnettui.core.kernels import in_math_mode, reference_kernels
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.stats import Summary
from resnettui.core.trial import STRICT, Member, Trial, TrialResult, WarmUp

NOISY_SPREAD = 0.10
"""IQR over this share of the median is noise (torch.utils.benchmark warns at the same)."""

CLOCK_MOVED_SPREAD = 0.05
"""The clock of a core changing by more than this share during the sample."""

UNEVEN_SHARE = 0.10
"""Medians of the processes of one trial that differ by more than this share."""

FP32_SQNR_DB = 80.0
"""Outputs nearer to fp32's than this are fp32's own.

Rounding to bf16, whose significand has 8 bits, leaves 40 to 60 dB of ResNet's logits; the order of
summation in fp32, with 24 bits, more than 100."""

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
) -> dict[str, str]:
    """Return every flag that applies to a result, with its reason in words."""
    return {
        **sample_flags(result.summary, result.warmup),
        **configuration_flags(result.trial, machine),
        **crew_flags(result.members),
        **engine_flags(result.trial, build),
        **kernel_flags(result),
        **math_mode_flags(result, machine),
        **sensor_flags(readings),
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
    native = NATIVE_ISA.get(trial.precision)
    if native and machine.isa and not set(native) & set(machine.isa):
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
    native = NATIVE_ISA[mode]
    if machine.isa and not set(native) & set(machine.isa):
        why = f"this processor has no {mode} arithmetic"
    elif in_math_mode(result.kernels, mode):
        why = f"oneDNN was allowed {mode} and has no kernel for it here"
    else:
        why = f"torch did not allow oneDNN {mode} here"
    return {"math mode had no effect": f"{why}: the outputs are as near to fp32's as fp32 is"}


def sensor_flags(readings: Sequence[Reading]) -> dict[str, str]:
    """Return the flags that the sensors raised while the sample was taken."""
    flags = {}
    if reason := next((r.throttled for r in readings if r.throttled), None):
        flags["throttled"] = reason
    clocks = [max(r.clock_hz.values()) for r in readings if r.clock_hz]
    if clocks and max(clocks) - min(clocks) > CLOCK_MOVED_SPREAD * max(clocks):
        flags["clock moved"] = f"{min(clocks) / 1e9:.2f} to {max(clocks) / 1e9:.2f} GHz"
    return flags
