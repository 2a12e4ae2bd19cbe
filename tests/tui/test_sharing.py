"""One measurement for many: publisher and followers over a real socket, without a browser."""

import asyncio
import json
import math
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from scripted import MACHINE, Stage
from sweeping_stage import notices
from test_app import seen, until
from test_replay import view

from resnettui.core.codec import as_line
from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import Chosen, LiveEvent, Probed
from resnettui.core.protocol import Failed, Step
from resnettui.core.trial import Trial
from resnettui.tui import sharing
from resnettui.tui.hands import NOT_HERE
from resnettui.tui.replaying import NO_LONGER_SHARED, SHARED, Replaying
from resnettui.tui.screens.entry import EntryScreen
from resnettui.tui.screens.live import LiveScreen
from resnettui.tui.sharing import Following, Publisher


class Shared:
    """A measurement that a test tells."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.snapshot = Snapshot()
        self.wishes: list[Trial] = []
        self.publisher = Publisher()

    def tell(self, event: LiveEvent) -> None:
        self.snapshot = fold(self.snapshot, event)
        self.publisher.hear(event)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with self.publisher.opened(self.path, lambda: self.snapshot, self.wishes.append):
            yield

    @property
    def followers(self) -> int:
        return len(self.publisher._followers)


@pytest.fixture
def shared() -> Iterator[Shared]:
    # The name of a socket has 107 bytes at most, and the folder of a test may have more.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        shared = Shared(Path(folder) / "s")
        shared.tell(Probed(MACHINE))
        shared.tell(Chosen(1, Trial(threads=2)))
        yield shared


def follower(path: Path) -> Stage:
    following = Following(path)
    return Stage(
        replay=lambda host: Replaying(host, following.lines(), math.inf, wish=following.ask)
    )


async def test_a_follower_sees_what_was_known_and_what_comes(shared: Shared) -> None:
    stage = follower(shared.path)
    async with shared.opened(), stage.app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: stage.app.snapshot == shared.snapshot)
        assert stage.app.snapshot.trial.threads == 2
        shared.tell(Step(1, "building resnet50", 1, 2))
        shared.tell(Failed(1, "error", "it broke", "mend it"))
        await until(pilot, lambda: "it broke" in seen(stage, "latency"))
        assert stage.app.snapshot == shared.snapshot
        assert "◎ shared, failed" in seen(stage, "status")
        assert stage.supervisor.jobs == []


def joined(stage: Stage) -> bool:
    return stage.app.snapshot.run_id == 1


async def test_every_follower_may_wish_for_a_configuration(shared: Shared) -> None:
    stages = [follower(shared.path), follower(shared.path)]
    async with shared.opened():
        for stage in stages:
            async with stage.app.run_test(size=(120, 40)) as pilot:
                await until(pilot, partial(joined, stage))
                await pilot.press("t")
                await until(pilot, lambda: bool(shared.wishes))
                assert stage.app.snapshot.trial.threads == 2
                assert shared.wishes.pop() == Trial(threads=3)
                assert notices(stage) == []


async def test_every_follower_may_type_a_value(shared: Shared) -> None:
    stage = follower(shared.path)
    async with shared.opened(), stage.app.run_test(size=(120, 40)) as pilot:
        await until(pilot, partial(joined, stage))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(stage.app.screen, EntryScreen))
        await pilot.press("8", "enter")
        await until(pilot, lambda: bool(shared.wishes))
        assert shared.wishes == [Trial(threads=8)]
        assert notices(stage) == []


async def test_no_follower_writes_a_file(
    shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = follower(shared.path)
    async with shared.opened(), stage.app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "shared" in seen(stage, "status"))
        await pilot.press("w")
        await until(pilot, lambda: bool(notices(stage)))
        assert notices(stage) == [NOT_HERE]
        assert isinstance(stage.app.screen, LiveScreen)
    assert list(tmp_path.glob("*.svg")) == []


async def test_nothing_but_the_configuration_can_be_changed(shared: Shared) -> None:
    stage = follower(shared.path)
    async with shared.opened(), stage.app.run_test(size=(120, 40)) as pilot:
        await until(pilot, partial(joined, stage))
        await pilot.press("r")
        await pilot.pause()
        assert notices(stage) == [SHARED]


async def test_a_follower_says_when_nothing_is_shared_any_more(shared: Shared) -> None:
    stage = follower(shared.path)
    async with stage.app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: view(stage).ended)
        await until(pilot, lambda: "no longer shared" in seen(stage, "status"))


async def test_a_follower_outlives_what_it_follows(shared: Shared) -> None:
    stage = follower(shared.path)
    async with stage.app.run_test(size=(120, 40)) as pilot:
        async with shared.opened():
            await until(pilot, lambda: view(stage).ended or stage.app.snapshot.run_id == 1)
        await until(pilot, lambda: "no longer shared" in seen(stage, "status"))
        assert stage.app.snapshot == shared.snapshot
        await pilot.press("t", "enter")
        await pilot.pause()
        assert notices(stage) == [NO_LONGER_SHARED] * 2
        assert isinstance(stage.app.screen, LiveScreen)


async def come(shared: Shared) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Follow by hand, up to the state of the measurement."""
    reader, writer = await asyncio.open_unix_connection(shared.path, limit=1 << 20)
    assert json.loads(await reader.readline())["format"] == "resnettui recording"
    assert json.loads(await reader.readline())["event"]["type"] == "Joined"
    return reader, writer


async def left(shared: Shared) -> None:
    for _ in range(600):
        if not shared.followers:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the follower is still there")


async def test_who_does_not_read_is_let_go(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "BACKLOG_BYTES", 100_000)
    async with shared.opened():
        _, writer = await come(shared)
        assert shared.followers == 1
        for _ in range(1000):
            shared.tell(Step(1, "x" * 10_000))
            await asyncio.sleep(0)
        await left(shared)
        writer.close()


@pytest.mark.parametrize(
    "junk", [b"hello\n", b'{"threads": "2"}\n', b"\xff\n", b"[" * 9999 + b"\n"]
)
async def test_who_says_what_is_no_wish_is_let_go(junk: bytes, shared: Shared) -> None:
    async with shared.opened():
        _, writer = await come(shared)
        writer.write(as_line({"threads": 5}))
        writer.write(junk)
        await left(shared)
        writer.close()
    assert shared.wishes == [Trial(threads=5)]


async def test_the_app_of_a_visitor_ends_with_what_it_follows(shared: Shared) -> None:
    # As textual-serve starts it, with a driver that needs no terminal.
    environment = {**os.environ, "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}
    async with shared.opened():
        visitor = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "resnettui", "follow", str(shared.path)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
        )
        assert visitor.stdout is not None
        seen = b""
        while b"shared" not in seen:
            told = await asyncio.wait_for(visitor.stdout.read(65536), 60)
            assert told, seen
            seen += told
    await asyncio.wait_for(visitor.communicate(), 60)
    assert visitor.returncode == 0
