"""STATEMENTS: what the study says of ResNet50 on CPUs, each with the test of it on a machine."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from resnettui.core.batch_knee import batch_knee
from resnettui.core.claims import NOISE, Case, Evidence, Figure, Finding, above, agreed
from resnettui.core.curves import Curve
from resnettui.core.outcome import Outcome
from resnettui.core.roof import reached
from resnettui.core.scaling import trial_order
from resnettui.core.trial import Trial

LITTLE_GAIN = 1.5
"""Half the bytes, and twice the lanes, promise a factor of 2: below this less than half came."""

CHANNELS_LAST_GAIN = (0.20, 0.40)

ONE_CORE = "this machine allows one core"


@dataclass(frozen=True)
class Statement:
    """A statement of the study."""

    name: str
    words: str
    study: str
    """The study of `resnettui sweep` that measures what it needs."""
    test: Callable[[Evidence], Finding]


@dataclass(frozen=True)
class Answer:
    """What a machine says to a statement."""

    statement: Statement
    finding: Finding


def answers(evidence: Evidence) -> tuple[Answer, ...]:
    """Return the answer to every statement; a machine that has tried nothing answers none."""
    if not evidence.outcomes and not evidence.failures:
        return tuple(Answer(statement, Finding()) for statement in STATEMENTS)
    return tuple(Answer(one, _ordered(one.test(evidence))) for one in STATEMENTS)


def _ordered(finding: Finding) -> Finding:
    cases = sorted(finding.cases, key=lambda case: trial_order(case.trial))
    return replace(finding, cases=tuple(cases))


def _half(evidence: Evidence) -> Finding:
    """Return what fp16 gains over fp32."""
    found = [(half, _gain(evidence, half)) for half in evidence.having(precision="fp16")]
    pairs = [(half, gain) for half, gain in found if gain is not None]
    cases = tuple(
        _gained(evidence, half, _below(gain, LITTLE_GAIN), Figure("fp16 gains", gain, "ratio"))
        for half, gain in pairs
        if "emulated" not in half.flags
    )
    return Finding(cases) if cases else _without_half(evidence, pairs)


def _without_half(evidence: Evidence, emulated: Iterable[tuple[Outcome, float]]) -> Finding:
    """Return that fp16 is emulated here, or does not run at all."""
    cases = tuple(
        _gained(evidence, half, None, Figure("fp16 gains", gain, "ratio"))
        for half, gain in emulated
    )
    if cases:
        return Finding(cases, "fp16 is emulated here: this processor has no such arithmetic")
    why = _failed(evidence, "fp16")
    return Finding(impossible=f"fp16 does not run here: {why}") if why else Finding()


def _int8(evidence: Evidence) -> Finding:
    """Return whether int8 gains more than fp16, or more than nothing where fp16 does not run."""
    half = _half(evidence)
    if not half.cases and not half.impossible:
        return Finding()
    best_half = 1.0
    if not half.impossible:
        best_half = max(figure.value for case in half.cases for figure in case.figures)
    cases = []
    for outcome in _fastest_engines(evidence):
        if gain := _gain(evidence, outcome):
            figure = Figure("int8 gains", gain, "ratio")
            limit = () if half.impossible else (Figure("fp16 at most", best_half, "ratio"),)
            holds = above(gain, max(best_half, 1.0))
            cases.append(_gained(evidence, outcome, holds, figure, *limit))
    if not cases and evidence.build is not None and not evidence.build.engines:
        return Finding(impossible="no quantized engine of this torch runs here")
    if not cases and (why := _failed(evidence, "int8")):
        return Finding(impossible=f"int8 does not run here: {why}")
    return Finding(tuple(cases))


def _fastest_engines(evidence: Evidence) -> Iterator[Outcome]:
    """Yield the int8 outcomes, each configuration on its fastest engine."""
    for outcome in evidence.having(precision="int8"):
        if evidence.other(outcome) is outcome:
            yield outcome


def _threads(evidence: Evidence) -> Finding:
    """Return the parallel efficiency at the most threads."""
    if evidence.machine.cores_allowed == 1:
        return Finding(impossible=ONE_CORE)
    cases = []
    for curve in _within_cores(evidence, "threads"):
        first, last = curve.outcomes[0], curve.outcomes[-1]
        efficiency = first.latency_ns / last.latency_ns / last.trial.threads
        figure = Figure("efficiency", efficiency, "share")
        cases.append(Case(last.trial, _below(efficiency, 1.0), (figure,), (first, last)))
    return Finding(tuple(cases))


def _processes(evidence: Evidence) -> Finding:
    """Return which number of processes has the most throughput for its latency.

    Their ratio is Kleinrock's power (ICC 1979), largest at the best tradeoff of the two.
    """
    cores = evidence.machine.cores_allowed
    if cores < 3:
        more = "between 1 and 2 processes there is no moderate number"
        return Finding(impossible=ONE_CORE if cores == 1 else more)
    cases = []
    for curve in _within_cores(evidence, "processes", threads=1):
        powers = [o.throughput_img_s / o.latency_ns for o in curve.outcomes]
        if len(powers) < 3:
            continue
        best = curve.outcomes[powers.index(max(powers))].trial
        holds = above(max(powers[1:-1]) / max(powers[0], powers[-1]), 1.0)
        figures = (
            Figure("best at processes", best.processes, "count"),
            Figure("of up to", curve.values[-1], "count"),
        )
        cases.append(Case(curve.outcomes[-1].trial, holds, figures, tuple(curve.outcomes)))
    return Finding(tuple(cases))


def _channels_last(evidence: Evidence) -> Finding:
    """Return what channels_last gains over contiguous."""
    cases = []
    for outcome in evidence.having(memory_format="channels_last"):
        contiguous = evidence.other(outcome, memory_format="contiguous")
        if contiguous is not None:
            gain = contiguous.latency_ns / outcome.latency_ns - 1
            low, high = CHANNELS_LAST_GAIN
            holds = agreed(*(low <= gain + noise <= high for noise in (-NOISE, 0, NOISE)))
            figures = (Figure("gains", gain, "share"),)
            cases.append(Case(outcome.trial, holds, figures, (contiguous, outcome)))
    return Finding(tuple(cases))


def _fusion(evidence: Evidence) -> Finding:
    """Return what fusion gains on one core and on the most."""
    if evidence.machine.cores_allowed == 1:
        return Finding(impossible=ONE_CORE)
    cases = []
    for curve in _within_cores(evidence, "threads", fusion="full"):
        gains = [(fused, _fusion_gain(evidence, fused)) for fused in curve.outcomes]
        known = [(fused.trial, gain) for fused, gain in gains if gain is not None]
        if len(known) > 1 and known[0][0].threads == 1:
            (_, one), (trial, most) = known[0], known[-1]
            figures = (Figure("on 1 core", one, "ratio"), Figure("on most", most, "ratio"))
            compared = tuple(o for o in evidence.having() if _is_end(o.trial, trial))
            cases.append(Case(trial, above(most / one, 1.0), figures, compared))
    return Finding(tuple(cases))


def _memory_bound(evidence: Evidence) -> Finding:
    """Return which roof is nearer: by the least to compute and to move, which takes longer."""
    cases = []
    for outcome in evidence.having():
        if found := reached(outcome, evidence.peaks):
            figures = (
                Figure("of the compute roof", found.compute_share, "share"),
                Figure("of the memory roof", found.memory_share, "share"),
            )
            holds = above(found.memory_share / found.compute_share, 1.0)
            cases.append(Case(outcome.trial, holds, figures, (outcome,)))
    return Finding(tuple(cases))


def _is_end(trial: Trial, most: Trial) -> bool:
    """Tell whether the gains of fusion on one core and on the most are made of this trial."""
    return trial.threads in (1, most.threads) and trial == replace(
        most, threads=trial.threads, fusion=trial.fusion
    )


def _gained(evidence: Evidence, outcome: Outcome, holds: bool | None, *figures: Figure) -> Case:
    """Return what a precision gained over fp32 as a case."""
    wide = evidence.other(outcome, precision="fp32")
    return Case(outcome.trial, holds, figures, (outcome, *([wide] if wide else [])))


def _below(value: float, limit: float) -> bool | None:
    higher = above(value, limit)
    return None if higher is None else not higher


def _gain(evidence: Evidence, outcome: Outcome) -> float | None:
    """Return fp32's latency over that of the same configuration in another precision."""
    wide = evidence.other(outcome, precision="fp32")
    return wide.latency_ns / outcome.latency_ns if wide else None


def _fusion_gain(evidence: Evidence, fused: Outcome) -> float | None:
    unfused = evidence.other(fused, fusion="none")
    return unfused.latency_ns / fused.latency_ns if unfused else None


def _within_cores(evidence: Evidence, axis: str, **values: object) -> Iterator[Curve]:
    """Yield the curves from 1 on, as far as there are cores."""
    for curve in evidence.curves(axis, **values):
        allowed = evidence.machine.cores_allowed
        fitting = tuple(o for o in curve.outcomes if o.trial.cores <= allowed)
        if len(fitting) > 1 and getattr(fitting[0].trial, axis) == 1:
            yield Curve(axis, fitting)


def _failed(evidence: Evidence, precision: str) -> str:
    """Return why a precision could not be measured; "" where that was not tried."""
    whys = (why for trial, why in evidence.failures.items() if trial.precision == precision)
    return next(whys, "")


STATEMENTS: tuple[Statement, ...] = (
    Statement(
        "batch-knee",
        "Throughput flattens at a batch size of 32 to 64.",
        *("batch", batch_knee),
    ),
    Statement("fp16-little", "FP16 gives limited latency improvement.", "precision", _half),
    Statement("int8-more", "INT8 (W8A8) gives larger gains than FP16.", "precision", _int8),
    Statement(
        "threads-efficiency",
        "Parallel efficiency falls as threads are added.",
        *("threads", _threads),
    ),
    Statement(
        "processes-moderate",
        "A moderate number of processes is the best tradeoff of latency and throughput.",
        *("processes", _processes),
    ),
    Statement(
        "channels-last",
        "channels_last unlocks 20 to 40 % of performance.",
        *("memory-format", _channels_last),
    ),
    Statement("fusion-cores", "Fusion helps more on more cores.", "fusion", _fusion),
    Statement(
        "memory-bound",
        "Inference is memory-bound rather than compute-bound.",
        *("roof", _memory_bound),
    ),
)
"""In the order of the study."""
