"""The rows of a frame, most of which are those of the frame before."""

from dataclasses import replace

import pytest
from core_samples import MS, folded, samples, whole_run

from resnettui.core import frame as framing
from resnettui.core.frame import Frame, frame_of
from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import Chosen
from resnettui.core.trial import Trial

ONE = Trial(threads=1)
TWO = replace(ONE, threads=2)
OTHER = replace(ONE, batch_size=8)


def measuring(run_id: int, trial: Trial, ms: int, before: Snapshot | None = None) -> Snapshot:
    return folded(whole_run(run_id, trial, [ms * MS] * 50)[:-1], before)


VISITED = measuring(3, TWO, 5, measuring(2, ONE, 8, measuring(1, OTHER, 40)))


@pytest.fixture
def before() -> Frame:
    return frame_of(VISITED)


def test_more_passes_renew_the_rows_beside_them_alone(
    before: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = fold(VISITED, samples(3, [4 * MS] * 200))
    whole = frame_of(later).scaling
    assert whole != before.scaling
    monkeypatch.setattr(framing, "scaling_rows", None)
    assert frame_of(later, before=before).scaling == whole


@pytest.mark.parametrize(
    "snapshot",
    [
        fold(VISITED, Chosen(4, replace(ONE, threads=4))),
        measuring(4, replace(ONE, threads=4), 3, VISITED),
        measuring(4, ONE, 9, VISITED),
    ],
    ids=["nothing measured", "another row", "a row again"],
)
def test_other_configurations_make_the_rows_anew(snapshot: Snapshot, before: Frame) -> None:
    assert frame_of(snapshot, before=before).scaling == frame_of(snapshot).scaling


def test_rows_stay_while_nothing_is_measured(
    before: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = fold(VISITED, Chosen(4, ONE))
    first = frame_of(waiting, before=before)
    monkeypatch.setattr(framing, "scaling_rows", None)
    assert frame_of(waiting, before=first).scaling is first.scaling
