import json
from dataclasses import fields, replace

import pytest
from core_samples import MS, folded, whole_run
from test_protocol import PROFILE, TRIAL
from test_recording import BOARD, MACHINE, READING

from resnettui.core.live import Phase, Snapshot
from resnettui.core.live_events import Kept, Looked, Probed, Surveyed, Surveying
from resnettui.core.plain_snapshot import plain_of, snapshot_of
from resnettui.core.protocol import Failed, Profiled, Samples, WarmingUp, WorkerLost
from resnettui.core.roof import Peak
from resnettui.core.trial import Member, Trial, WarmUp

MEMBERS = (Member(4711, (0,)), Member(4712, (1,)))

SNAPSHOT = replace(
    folded(
        [
            *(Probed(MACHINE), Surveyed(BOARD), Surveying()),
            *whole_run(1, Trial(), [10 * MS] * 40),
            Kept(),
            Profiled(1, TRIAL, PROFILE),
            *whole_run(2, Trial(processes=2), ())[:-2],
            WarmingUp(2, WarmUp(10, True), 9 * MS, True, MEMBERS),
            Samples(2, (9 * MS, 8 * MS, 9 * MS), 18 * MS, 10**9, (0, 1, 0), (18 * MS, 8 * MS)),
            Looked(READING),
        ]
    ),
    failure=Failed(2, "error", "it broke", "mend it"),
    peaks=(Peak("fp32", 2, 2e11, "convolution"),),
)


def through_json(snapshot: Snapshot) -> Snapshot:
    return snapshot_of(json.loads(json.dumps(plain_of(snapshot))))


def test_the_sample_leaves_no_field_empty() -> None:
    empty = Snapshot()
    same = [f.name for f in fields(Snapshot) if getattr(SNAPSHOT, f.name) == getattr(empty, f.name)]
    assert same == []


@pytest.mark.parametrize(
    "snapshot",
    [
        Snapshot(),
        SNAPSHOT,
        replace(SNAPSHOT, failure=WorkerLost("gone", final=True)),
        *(replace(SNAPSHOT, phase=phase) for phase in Phase),
    ],
)
def test_a_snapshot_survives(snapshot: Snapshot) -> None:
    assert through_json(snapshot) == snapshot


def test_its_figures_are_the_same() -> None:
    result, kept = through_json(SNAPSHOT).result(), SNAPSHOT.result()
    assert result is not None
    assert kept is not None
    assert result.summary == kept.summary
    assert result.flags == kept.flags
    assert through_json(SNAPSHOT).outcomes == SNAPSHOT.outcomes


@pytest.mark.parametrize(
    "changed",
    [
        *({"phase": "dancing"}, {"surplus": 1}, {"outcomes": [1]}, {"trial": None}),
        {"failure": {"type": "Trial"}},
        {"board": 1},
    ],
)
def test_what_is_no_snapshot_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        snapshot_of({**plain_of(SNAPSHOT), **changed})
