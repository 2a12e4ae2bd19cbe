"""A whole Snapshot as plain JSON values, and back: what is told to somebody who joins late."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any, get_type_hints

from resnettui.core.board import Board
from resnettui.core.codec import revive, tagged
from resnettui.core.live import Phase, Snapshot
from resnettui.core.operators import OpProfile
from resnettui.core.outcome import Outcome
from resnettui.core.protocol import Failed, WorkerLost
from resnettui.core.trial import Trial

_FAILURES = {kind.__name__: kind for kind in (Failed, WorkerLost)}


def plain_of(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as plain values."""
    failure, outcomes = snapshot.failure, snapshot.outcomes.values()
    return {
        **asdict(replace(snapshot, outcomes={}, profiles={}, failure=None)),
        "phase": snapshot.phase.value,
        "failure": tagged(failure) if failure else None,
        "outcomes": [asdict(outcome) for outcome in outcomes],
        "profiles": [[asdict(t), asdict(profile)] for t, profile in snapshot.profiles.items()],
    }


def snapshot_of(plain: dict[str, Any]) -> Snapshot:
    """Return the snapshot that `plain_of` made plain; what `revive` raises where it is none."""
    return Snapshot(**{name: _value(name, value) for name, value in plain.items()})


def _value(name: str, plain: Any) -> Any:
    build = _BUILDERS.get(name)
    return build(plain) if build else revive(_HINTS[name], plain)


def _failure(plain: dict[str, Any] | None) -> Failed | WorkerLost | None:
    if plain is None:
        return None
    fields = dict(plain)
    failure: Failed | WorkerLost = revive(_FAILURES[fields.pop("type")], fields)
    return failure


def _outcomes(plain: Sequence[Any]) -> dict[Trial, Outcome]:
    outcomes: list[Outcome] = [revive(Outcome, one) for one in plain]
    return {outcome.trial: outcome for outcome in outcomes}


def _profiles(plain: Sequence[Any]) -> dict[Trial, OpProfile]:
    return {revive(Trial, trial): revive(OpProfile, profile) for trial, profile in plain}


_HINTS = get_type_hints(Snapshot, localns={"Board": Board})

_BUILDERS: dict[str, Callable[[Any], Any]] = {
    "phase": Phase,
    "failure": _failure,
    "outcomes": _outcomes,
    "profiles": _profiles,
}
"""Of the fields that `revive` cannot build by their types."""
