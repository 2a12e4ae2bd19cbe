"""The knee of throughput over the batch size: where more images at a time gain no more."""

from dataclasses import replace

from resnettui.core.claims import NOISE, Case, Evidence, Figure, Finding, agreed
from resnettui.core.curves import Curve
from resnettui.core.studies import fitting_batches
from resnettui.core.trial import Trial

KNEE = (32, 64)
KNEE_SHARE = 0.05
"""The knee is the smallest batch within this share of the best throughput, as in the tables."""


def batch_knee(evidence: Evidence) -> Finding:
    """Return where the throughput flattens."""
    curves = evidence.curves("batch_size")
    cases = tuple(case for curve in curves if (case := _knee(curve, evidence)))
    fitting = _largest_batch(Trial(), evidence)
    if fitting < KNEE[0] and all(case.holds is None for case in cases):
        return Finding(cases, f"a batch of {KNEE[0]} does not fit into the memory")
    return Finding(cases)


def _knee(curve: Curve, evidence: Evidence) -> Case | None:
    last, fitting = curve.values[-1], _largest_batch(curve.trial, evidence)
    if len(curve.values) < 3 or last < min(KNEE[1], fitting):
        return None
    knees = [_knee_within(curve, KNEE_SHARE + noise) for noise in (NOISE, -NOISE)]
    # Where the last batch is the best it may be the knee, or the end of what was measured.
    inside = [None if knee == last else KNEE[0] <= knee <= KNEE[1] for knee in knees]
    knee = _knee_within(curve, KNEE_SHARE)
    holds = agreed(*inside)
    if holds is None and min(knees) > KNEE[1]:
        holds = False
    figures = (Figure("knee at batch", knee, "count"), Figure("of up to", last, "count"))
    return Case(curve.outcomes[-1].trial, holds, figures, tuple(curve.outcomes))


def _knee_within(curve: Curve, share: float) -> int:
    most = max(outcome.throughput_img_s for outcome in curve.outcomes)
    enough = (o for o in curve.outcomes if o.throughput_img_s >= (1 - share) * most)
    return next(enough).trial.batch_size


def _largest_batch(base: Trial, evidence: Evidence) -> int:
    """Return the largest batch of the study that this machine has room for."""
    alike = [t for t in evidence.failures if _without_batch(t) == _without_batch(base)]
    failed = {trial.batch_size for trial in alike}
    fitting = fitting_batches(base, evidence.machine)
    return max(batch for batch in fitting if batch == 1 or batch not in failed)


def _without_batch(trial: Trial) -> Trial:
    """Return what stands for all configurations that need as much memory for an image."""
    return replace(trial, batch_size=1, threads=1, fusion="none")
