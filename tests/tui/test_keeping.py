"""What the live screen leaves in the history, and what it says where it cannot."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from scripted import BUILD, MACHINE, Stage
from test_app import measured, staged, until
from textual.pilot import Pilot

from resnettui.core.history import Entry
from resnettui.core.protocol import WorkerLost
from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.errors import HistoryError
from resnettui.store import History
from resnettui.tui import app as app_module
from resnettui.tui import keeper as keeper_module
from resnettui.tui import start
from resnettui.tui.screens.help import HelpScreen

FIRST = Trial(threads=2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live" / "history.sqlite"


def stored(path: Path) -> Sequence[Entry]:
    with History.open(path) as history:
        return list(history.entries(listed.id for listed in history.listed()))


async def quit(pilot: Pilot[None], stage: Stage) -> None:
    await pilot.press("q")
    await until(pilot, lambda: stage.app.return_code is not None)


async def quit_unstored(pilot: Pilot[None], stage: Stage) -> None:
    """Quit, and agree that what is not stored is lost."""
    await pilot.press("q")
    await pilot.pause()
    await pilot.press("y")
    await until(pilot, lambda: stage.app.return_code is not None)


async def test_every_visit_is_stored_when_it_is_left(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await measured(pilot, stage, 30.0)
        await until(pilot, lambda: len(stored(path)) == 1)
        await pilot.press("T")
        await measured(pilot, stage, 40.0)
        await until(pilot, lambda: len(stored(path)) == 2)
        await quit(pilot, stage)
    first, second, third = stored(path)
    assert [one.trial for one in (first, second, third)] == [FIRST, Trial(threads=3), FIRST]
    assert (first.source, first.machine, first.build) == ("live", MACHINE, BUILD)
    assert first.result is not None
    assert len(first.result.latencies_ns) == 300
    assert first.result.summary.p50 == 41e6
    assert len({one.id for one in (first, second, third)}) == 3


async def test_a_reset_stores_what_it_forgets(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("r")
        stage.supervisor.sample(39.0, passes=50)
        await quit(pilot, stage)
    results = [one.result for one in stored(path)]
    assert [len(result.latencies_ns) for result in results if result] == [300, 50]


async def test_too_few_passes_and_configurations_passed_by_are_not_stored(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await pilot.press("t", "t", "b")
        wishes = stage.supervisor.wishes
        await until(pilot, lambda: wishes[-1].run_id == stage.app.snapshot.run_id)
        stage.supervisor.prepare()
        stage.supervisor.sample(41.0, passes=28)
        await pilot.press("t")
        await quit(pilot, stage)
    assert not path.exists()


async def test_a_failure_is_stored_once_with_its_reason(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        stage.supervisor.fail("bf16 is refused by oneDNN", "try fp32")
        await pilot.press("r", "t")
        await until(pilot, lambda: len(stage.supervisor.wishes) == 2)
        stage.supervisor.fail("bf16 is refused by oneDNN", "try fp32")
        await quit(pilot, stage)
    entries = stored(path)
    assert [one.failure for one in entries] == ["bf16 is refused by oneDNN"] * 2
    assert [one.trial.threads for one in entries] == [2, 3]
    assert [one.result for one in entries] == [None, None]


async def test_a_measurement_that_broke_off_is_stored_with_its_sample(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        stage.supervisor.tell(WorkerLost("the worker was killed", "smaller batch"))
        await quit(pilot, stage)
    (entry,) = stored(path)
    assert entry.failure == "the worker was killed"
    assert entry.result is not None


async def test_quitting_twice_stores_once(path: Path) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await stage.app.action_quit()
        await stage.app.action_quit()
    assert len(stored(path)) == 1


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A history that nobody can write; how many visits each try was to store."""
    tries: list[int] = []

    def write(_path: Path, entries: tuple[Entry, ...]) -> None:
        tries.append(len(entries))
        raise HistoryError("the history is locked", "end the other program")

    monkeypatch.setattr(keeper_module, "_store", write)
    return tries


async def test_a_locked_history_is_tried_once_at_the_end(path: Path, locked: list[int]) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await quit(pilot, stage)
    assert locked == [1]
    assert stage.app.not_stored is not None


async def test_what_the_user_agreed_to_lose_is_tried_with_the_last_visit(
    path: Path, locked: list[int]
) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await until(pilot, lambda: locked == [1])
        await measured(pilot, stage, 30.0)
        await quit_unstored(pilot, stage)
    assert locked == [1, 1, 2]


async def test_without_a_history_nothing_is_written(history_file: Path) -> None:
    stage = Stage(FIRST)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await quit(pilot, stage)
    assert not history_file.exists()


async def test_a_history_that_cannot_be_written_is_one_notice(tmp_path: Path) -> None:
    stage = Stage(FIRST, history=tmp_path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await until(pilot, lambda: len(stage.app._notifications) == 1)
        await measured(pilot, stage, 30.0)
        await pilot.press("t")
        await measured(pilot, stage, 20.0)
        assert [n.message for n in stage.app._notifications] == [f"{tmp_path} is a folder"]
        await quit_unstored(pilot, stage)
    assert stage.app.return_code == 0
    assert stage.app.not_stored is not None
    assert stage.app.not_stored.reason == f"{tmp_path} is a folder"


async def test_what_could_not_be_written_is_written_with_the_next(path: Path) -> None:
    path.mkdir(parents=True)
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await until(pilot, lambda: stage.app.not_stored is not None)
        path.rmdir()
        await measured(pilot, stage, 30.0)
        await quit(pilot, stage)
    assert [one.trial.threads for one in stored(path)] == [2, 3]
    assert stage.app.not_stored is None


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A disk on which writing takes until the event is set."""
    done, store = threading.Event(), keeper_module._store

    def write(path: Path, entries: tuple[Entry, ...]) -> None:
        assert done.wait(60)
        store(path, entries)

    monkeypatch.setattr(keeper_module, "_store", write)
    yield done
    done.set()


async def test_the_screen_goes_on_while_the_disk_is_slow(
    path: Path, slow_disk: threading.Event
) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("t")
        await measured(pilot, stage, 30.0)
        await pilot.press("t")
        await measured(pilot, stage, 20.0)
        assert stage.app.snapshot.passes == 300
        assert not path.exists()
        slow_disk.set()
        await quit(pilot, stage)
    assert [one.trial.threads for one in stored(path)] == [2, 3, 4]


async def test_the_screen_goes_on_while_the_end_waits_for_the_disk(
    path: Path, slow_disk: threading.Event
) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press("q", "q")
        await until(pilot, lambda: stage.supervisor.closed)
        await pilot.press("t", "question_mark")
        await until(pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        assert stage.app.snapshot.trial == FIRST
        assert [n.message for n in stage.app._notifications] == [stage.app.taken]
        slow_disk.set()
        await until(pilot, lambda: stage.app.return_code is not None)
    assert [one.trial for one in stored(path)] == [FIRST]


async def test_two_signals_try_once(path: Path, locked: list[int]) -> None:
    stage = Stage(FIRST, history=path)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        for one in (signal.SIGTERM, signal.SIGHUP):
            os.kill(os.getpid(), one)
        await until(pilot, lambda: stage.app.return_code is not None)
    assert locked == [1]


@pytest.mark.parametrize("trouble", [None, HistoryError("the disk is full", "make room")])
def test_leaving_tells_what_is_not_stored(
    trouble: HistoryError | None, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    class Left:
        not_stored = trouble
        left = None
        recorder = None
        unforeseen = None

        def __init__(self, *_: object, history: Path, **__: object) -> None:
            asked.append(history)

        def run(self, **_: object) -> None:
            """Return as when the user has quit."""

    monkeypatch.setattr(app_module, "ResnettuiApp", Left)
    if trouble is None:
        start(FIRST, None, "random", Settings(), path)
    else:
        with pytest.raises(HistoryError, match="is stored: the disk is full") as error:
            start(FIRST, None, "random", Settings(), path)
        assert (error.value.hint, error.value.exit_code) == ("make room", 1)
    assert asked == [path]
