"""Made-up histories of one machine, for the tests of the claims."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from core_samples import BUILD

from resnettui.core.claims import Evidence
from resnettui.core.machine import Machine
from resnettui.core.outcome import Outcome
from resnettui.core.plan import plan_sweep
from resnettui.core.roof import Peak, roofs_of
from resnettui.core.studies import ALL, study_trials
from resnettui.core.trial import Trial

Latency = Callable[[Trial], float]
"""Configuration -> ms."""


def machine_of(cores: int) -> Machine:
    return Machine(cpu="Neoverse-N1", arch="aarch64", cores_allowed=cores, host="made-up")


def outcome(trial: Trial, latency_ms: float, flags: Iterable[str] = ()) -> Outcome:
    """Return figures of a trial that does 8 GFLOP and 100 MB a pass and image."""
    return Outcome(
        trial,
        latency_ms * 1e6,
        throughput_img_s=1e3 * trial.batch_size * trial.processes / latency_ms,
        passes=100,
        flags=dict.fromkeys(flags, "why"),
        flop=8_000_000_000 * trial.batch_size,
        moved_bytes=100_000_000 * trial.batch_size,
    )


def usual(trial: Trial) -> float:
    """Return a latency as on a machine where most statements of the study hold."""
    speed = {"fp32": 1.0, "bf16": 1.5, "fp16": 1.2, "int8": 3.0}[trial.precision]
    format = 1.3 if trial.memory_format == "contiguous" else 1.0
    fused = trial.fusion == "full"
    threads: float = trial.threads ** (0.9 if fused else 0.7)
    contention = 1 + 0.08 * (trial.processes - 1) ** 2
    batch: float = trial.batch_size if trial.batch_size > 32 else trial.batch_size**0.8 * 2
    return 100 * batch * format * contention / (speed * threads * (1.4 if fused else 1.0))


def evidence(
    trials: Iterable[Trial], cores: int = 4, latency_ms: Latency = usual, **more: object
) -> Evidence:
    known = {trial: outcome(trial, latency_ms(trial)) for trial in trials}
    return replace(Evidence(machine_of(cores), BUILD, known), **more)  # type: ignore[arg-type]


def whole_study(cores: int, latency_ms: Latency = usual) -> Evidence:
    """Return everything that `sweep --study all` measures on a machine."""
    machine = machine_of(cores)
    trials = plan_sweep(study_trials(ALL, Trial(), machine, {}), machine, BUILD).trials
    return evidence(trials, cores, latency_ms, peaks=peaks_of(trials))


def peaks_of(trials: Iterable[Trial]) -> tuple[Peak, ...]:
    """Return a high compute roof and a low memory roof."""
    roofs = roofs_of(trials)
    return tuple(
        Peak(kind, threads, threads * (1e9 if kind == "memory" else 1e12), "made up")
        for threads, kinds in roofs.items()
        for kind in kinds
    )
