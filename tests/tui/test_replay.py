"""A recorded run, on the same screens: the real app twice."""

import asyncio
import errno
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from profiling_stage import on_operators_screen
from scripted import BUILD, MACHINE, Stage
from sweeping_stage import notices
from test_app import ALL_PANELS, measured, seen, staged, until
from textual.pilot import Pilot

from resnettui.core.live import Phase, Snapshot
from resnettui.core.live_events import Chosen, Kept, Probed
from resnettui.core.protocol import Finished
from resnettui.core.recording import Heading, Recorded, encode_event, encode_heading
from resnettui.core.replay import ReplayView
from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.errors import RecordingError, UsageError
from resnettui.tui import recorder, start
from resnettui.tui.app import CHANGE_S
from resnettui.tui.replaying import MEASURES_NOTHING, Replaying, lines_of, opened


def replay_stage(path: Path, speed: float = math.inf) -> Stage:
    return Stage(replay=lambda host: Replaying(host, lines_of(opened(path)), speed))


def view(stage: Stage) -> ReplayView:
    assert stage.app._replaying is not None
    return stage.app._replaying.view


@asynccontextmanager
async def replayed(path: Path) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """Yield an app at the end of a recording."""
    stage = replay_stage(path)
    async with stage.app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: view(stage).ended)
        await pilot.pause(2 * CHANGE_S)
        yield stage, pilot


def panels(stage: Stage) -> dict[str, str]:
    return {name: seen(stage, name) for name in ALL_PANELS}


async def record(path: Path) -> tuple[Snapshot, dict[str, str]]:
    """Record two configurations and a baseline; return what was known and shown at the end."""
    stage = Stage(settings=Settings(record=path))
    async with staged(stage) as pilot:
        await until(pilot, lambda: stage.app.snapshot.board is not None)
        await measured(pilot, stage, 41.0)
        await pilot.press("k", "t")
        await measured(pilot, stage, 30.0)
        stage.app.draw()
        shown = panels(stage)
        await stage.app.action_quit()
    return stage.app.snapshot, shown


async def test_a_recorded_run_ends_as_it_did(tmp_path: Path) -> None:
    snapshot, shown = await record(tmp_path / "run")
    assert snapshot.passes == 300
    assert snapshot.baseline is not None
    async with replayed(tmp_path / "run") as (stage, _):
        assert stage.app.snapshot == snapshot
        assert panels(stage) == shown
        assert "■ replay ended" in seen(stage, "status")
        assert "Neoverse-N1" in seen(stage, "status")
        assert stage.supervisor.jobs == []
        assert stage.looks == 0


KEYS = ("t", "P", "right", "r")


@pytest.mark.parametrize("key", KEYS)
async def test_what_would_measure_or_forget_says_that_a_replay_does_not(
    key: str, tmp_path: Path
) -> None:
    snapshot, _ = await record(tmp_path / "run")
    async with replayed(tmp_path / "run") as (stage, pilot):
        await pilot.press(key)
        await pilot.pause()
        assert notices(stage) == [MEASURES_NOTHING]
        assert stage.app.snapshot == snapshot


async def test_no_sweep_starts_in_a_replay(tmp_path: Path) -> None:
    await record(tmp_path / "run")
    async with replayed(tmp_path / "run") as (stage, pilot):
        await pilot.press("2", "enter")
        await pilot.pause()
        assert notices(stage) == [MEASURES_NOTHING]
        assert not stage.app.sweep.running
        assert "no sweep is started here" in seen(stage, "progress")
        assert "starts" not in seen(stage, "studies")


async def test_a_recorded_profile_is_shown_and_none_is_taken(tmp_path: Path) -> None:
    recorded = Stage(settings=Settings(record=tmp_path / "run"))
    async with on_operators_screen(recorded) as pilot:
        shown = seen(recorded, "table")
        await recorded.app.action_quit()
    assert "layer1.0.conv2" not in shown
    assert "conv2d" in shown
    async with replayed(tmp_path / "run") as (stage, pilot):
        await pilot.press("3")
        await pilot.pause(2 * CHANGE_S)
        assert seen(stage, "table") == shown
        await pilot.press("r")
        await pilot.pause()
        assert notices(stage) == [MEASURES_NOTHING]
        assert stage.supervisor.jobs == []


async def test_without_a_recorded_profile_the_screen_says_so(tmp_path: Path) -> None:
    await record(tmp_path / "run")
    async with replayed(tmp_path / "run") as (stage, pilot):
        await pilot.press("3")
        await pilot.pause(2 * CHANGE_S)
        assert "there is no profile" in seen(stage, "verdict")


async def test_the_board_is_the_recorded_one(tmp_path: Path) -> None:
    await record(tmp_path / "run")
    async with replayed(tmp_path / "run") as (stage, pilot):
        await pilot.press("5")
        await pilot.pause(2 * CHANGE_S)
        assert "6.8.0" in seen(stage, "machine")
        assert stage.looks == 0


async def test_the_tables_are_of_the_recording_and_of_what_was_published(tmp_path: Path) -> None:
    await record(tmp_path / "run")
    async with replayed(tmp_path / "run") as (stage, _):
        outcomes = stage.app.known_outcomes()
        ours = [outcome for outcome in outcomes if outcome.platform == "Neoverse-N1, 4 cores"]
        assert [outcome.trial.threads for outcome in ours] == [2, 3]
        assert len(outcomes) > len(ours)


async def test_space_freezes_the_replay_as_well(tmp_path: Path) -> None:
    await record(tmp_path / "run")
    async with replayed(tmp_path / "run") as (stage, pilot):
        await pilot.press("space")
        await pilot.pause()
        assert "paused" in seen(stage, "status")


def lines(*recorded: Recorded) -> list[bytes]:
    heading = encode_heading(Heading("0.1.0", "2026-11-24T06:13:00Z"))
    return [heading, *map(encode_event, recorded)]


THREE = lines(
    Recorded(5 * 10**9, Probed(MACHINE)),
    Recorded(6 * 10**9, Chosen(1, Trial(threads=4))),
    Recorded(65 * 10**9, Kept()),
)
CHOSEN = Snapshot(Trial(threads=4), 1, Phase.STARTING, MACHINE)


def written(path: Path, parts: Sequence[bytes]) -> Path:
    path.write_bytes(b"".join(parts))
    return path


async def test_a_recording_that_was_cut_is_replayed_up_to_there(tmp_path: Path) -> None:
    path = written(tmp_path / "run", [*THREE[:-1], THREE[-1][:-5]])
    async with replayed(path) as (stage, _):
        assert stage.app.snapshot == CHOSEN
        assert view(stage) == ReplayView(1.0, math.inf, ended=True)
        assert notices(stage) == []


async def test_a_damaged_line_ends_the_recording_and_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "run", [*THREE[:2], b"{}\n", *THREE[2:]])
    async with replayed(path) as (stage, _):
        assert stage.app.snapshot.machine == MACHINE
        assert stage.app.snapshot.run_id == 0
        assert notices(stage) == ["Line 3 of the recording cannot be read: it ends here."]


async def test_events_come_at_their_times(tmp_path: Path) -> None:
    slept: list[int] = []

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds))
        await asyncio.sleep(0)

    recording = lines_of(opened(written(tmp_path / "run", THREE)))
    stage = Stage(replay=lambda host: Replaying(host, recording, 2.0, sleep))
    async with stage.app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: view(stage).ended)
    assert slept == [0, 0, 30]


async def test_the_status_tells_speed_and_time(tmp_path: Path) -> None:
    path = written(tmp_path / "run", [*THREE, *lines(Recorded(10**15, Finished(1)))[1:]])
    stage = replay_stage(path, speed=1000.0)
    async with stage.app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: view(stage).elapsed_s == 60.0)
        stage.app.draw()
        await pilot.pause()
        assert "▶ replay ×1000 1:00, starting" in seen(stage, "status")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"", "no recording"),
        (b"\x89PNG" * 100_000, "no recording"),
        (THREE[0].replace(b'"version":1', b'"version":99'), "another version"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    content: bytes | None, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "run"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=reason) as error:
        opened(path)
    assert str(path) in error.value.reason
    assert "--record" in error.value.hint


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="directory"):
        opened(tmp_path)


def test_nothing_is_recorded_over_a_file(tmp_path: Path) -> None:
    path = written(tmp_path / "run", [b"mine"])
    with pytest.raises(UsageError, match="nothing is written over"):
        Stage(settings=Settings(record=path))
    assert path.read_bytes() == b"mine"


def test_a_recording_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        Stage(settings=Settings(record=tmp_path / "no" / "run"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_at_once() -> None:
    with pytest.raises(UsageError, match="No space left"):
        Stage(settings=Settings(record=Path("/dev/full")))


async def test_a_disk_that_fills_is_told_once_and_measuring_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(recorder, "FLUSH_S", 0.01)
    monkeypatch.setattr(recorder, "_append", fail)
    stage = Stage(settings=Settings(record=tmp_path / "run"))
    async with staged(stage) as pilot:
        await until(pilot, lambda: bool(notices(stage)))
        await measured(pilot, stage, 41.0)
        await pilot.pause(0.1)
        assert notices(stage) == ["No space left on device"]
        assert stage.app.snapshot.passes == 300
        await stage.app.action_quit()
    assert stage.app.recorder is not None
    assert stage.app.recorder.trouble == "No space left on device"


async def test_what_was_recorded_is_on_the_disk_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "FLUSH_S", 0.01)
    path = tmp_path / "run"
    stage = Stage(settings=Settings(record=path))
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await until(pilot, lambda: b'"type":"Samples"' in path.read_bytes())
        await stage.app.action_quit()
    assert BUILD.torch.encode() in path.read_bytes()


def test_leaving_tells_that_the_recording_broke_off(monkeypatch: pytest.MonkeyPatch) -> None:
    left = SimpleNamespace(
        run=lambda **_: None,
        left=None,
        unforeseen=None,
        not_stored=None,
        recorder=SimpleNamespace(trouble="the disk is full"),
    )
    monkeypatch.setattr("resnettui.tui.app.ResnettuiApp", lambda *_, **__: left)
    with pytest.raises(RecordingError, match="the recording broke off: the disk is full"):
        start(Trial(), None, "random", Settings(), None)
