"""Every screen as a picture, at four sizes, with a scripted other side and a clock that stands.

The pictures are SVG in the folder snapshots: look at them in a browser.
RESNETTUI_UPDATE_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py renews them.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from golden import FOLDER, bare, expect, picture
from profiling_stage import PEAKS, asked, is_operators, profile_all
from scripted import BUILD, Stage
from sweeping_stage import ended, finish_trial, is_sweep, start, state
from test_app import measured, seen, staged, until
from textual.pilot import Pilot

from resnettui import sweeping
from resnettui.core.board import (
    Board,
    Cache,
    Clock,
    Cluster,
    Group,
    Load,
    Memory,
    Program,
    Temperature,
)
from resnettui.core.machine import Reading
from resnettui.core.protocol import FindPeaks, Finished, Hello, PeaksFound, Ready, Samples
from resnettui.core.trial import Trial
from resnettui.tui.screens.compare import CompareScreen
from resnettui.tui.screens.help import HelpScreen

SIZES = ((40, 12), (80, 24), (120, 40), (200, 60))
USUAL = SIZES[1:3]

GHZ = 1_000_000_000
SECOND = 1_000_000_000

BOARD = Board(
    "6.8.0",
    clusters=(
        Cluster(
            *("", (0, 1, 2, 3), "Neoverse-N1", 1024, ("asimd", "asimdhp", "asimddp")),
            Clock(GHZ, 2_600_000_000, 1_800_000_000, 1_800_000_000, "performance", "cppc_cpufreq"),
        ),
    ),
    caches=(
        Cache(1, "Data", 64 << 10, ((0,), (1,), (2,), (3,))),
        Cache(2, "Unified", 1 << 20, ((0,), (1,), (2,), (3,))),
        Cache(3, "Unified", 8 << 20, ((0, 1, 2, 3),)),
    ),
    threads_per_core=1,
    affinity=(0, 1, 2, 3),
    memory=Memory(8 << 30, 6 << 30),
    temperatures=(Temperature("soc", 81.5, True, {"passive": 85.0, "critical": 105.0}),),
    group=Group(2),
    load=Load((1.4, 1.1, 0.7), 0.6, (Program(77, "backup", 0.6),)),
)
"""A board that is hot, held back, and busy with something else."""

HOT = Reading(
    at_s=1.0,
    core_use={0: 1.0, 1: 0.97, 2: 0.04, 3: 0.61},
    clock_hz=dict.fromkeys(range(4), 1_800_000_000),
    temperature_celsius=81.5,
    throttled="clock capped at 1.80 of 2.60 GHz",
    worker_cores=1.96,
    ui_cores=0.008,
    interval_s=1.0,
    ran_s=1.96,
    waited_s=0.01,
    switches=12,
    headroom_celsius=3.5,
)


class StandingClock:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def go_on(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    """The clock of sweeps, the only one that a screen shows."""
    standing = StandingClock()
    monkeypatch.setattr(sweeping, "Sweeping", partial(sweeping.Sweeping, clock=standing))
    return standing


def latencies(milliseconds: float, passes: int, first: int = 0) -> tuple[int, ...]:
    """Return latencies as they are met: most near the median, a few far above it."""
    part_ns = round(milliseconds * 10)
    return tuple(
        part_ns * (100_000 + n * 7919 % 1009 + n * 104_729 % 1013 + n * 1_299_709 % 1019 - 1520)
        + part_ns * 9000 * (n % 97 == 96)
        for n in range(first, first + passes)
    )


async def visit(pilot: Pilot[None], stage: Stage, key: str, milliseconds: float) -> None:
    """Choose another configuration with a key, and let it be measured."""
    await pilot.press(key)
    await measured(pilot, stage, milliseconds)


async def measuring(pilot: Pilot[None], stage: Stage, _clock: StandingClock) -> None:
    """Some configurations, a baseline, and a minute of the last, on a board that is held back."""
    await measured(pilot, stage, 41.0)
    await pilot.press("k")
    await visit(pilot, stage, "T", 78.0)
    await visit(pilot, stage, "f", 56.0)
    stage.sensors.read = lambda worker_pids=(): HOT  # type: ignore[method-assign]
    await pilot.press("t")
    await until(pilot, lambda: stage.supervisor.trials[-1] == Trial(threads=2, fusion="full"))
    stage.supervisor.prepare()
    run = stage.supervisor.wishes[-1].run_id
    for second in range(60):
        taken = latencies(29.5 + 0.1 * (second * 7 % 5), 33, 33 * second)
        stage.supervisor.tell(Samples(run, taken, sum(taken), (40 + second) * SECOND))
    await until(pilot, lambda: bool(stage.app.snapshot.readings))


async def waiting(_pilot: Pilot[None], stage: Stage, _clock: StandingClock) -> None:
    """A worker that imports torch."""
    stage.supervisor.tell(Hello(1, 4711))


async def failed(pilot: Pilot[None], stage: Stage, _clock: StandingClock) -> None:
    """A configuration that torch refuses, after one that it does not."""
    await measured(pilot, stage, 41.0)
    await pilot.press("p")
    await until(pilot, lambda: stage.supervisor.trials[-1].precision == "bf16")
    stage.supervisor.tell(Ready(BUILD))
    reason = "resnet50 bf16: mkldnn: bf16 path needs a cpu with the bf16 instructions"
    stage.supervisor.fail(reason, "try fp32, or math mode bf16 (a)")


async def sweep(pilot: Pilot[None], stage: Stage, _clock: StandingClock) -> None:
    """The studies, before one is started."""
    await measured(pilot, stage, 41.0)
    await pilot.press("2")
    await until(pilot, lambda: is_sweep(stage))


async def _trials(pilot: Pilot[None], stage: Stage, clock: StandingClock, count: int) -> None:
    """Let so many trials of a sweep be measured, the faster the more is done for it."""
    for _ in range(count):
        trial = stage.supervisor.trials[-1]
        whole = {"fp32": 78.0, "int8": 39.0}[trial.precision]
        fused = 0.6 if trial.fusion == "full" else 1.0
        clock.go_on(14.0)
        await finish_trial(pilot, stage, whole * fused * (0.1 + 0.9 / trial.threads))


async def sweep_running(pilot: Pilot[None], stage: Stage, clock: StandingClock) -> None:
    """A study in its middle, with a trial that failed and one under way."""
    await sweep(pilot, stage, clock)
    await start(pilot, stage, "threads")
    await _trials(pilot, stage, clock, 8)
    wishes = len(stage.supervisor.wishes)
    stage.supervisor.fail("torch could not allocate memory", "")
    await until(pilot, lambda: len(stage.supervisor.wishes) > wishes)
    await _trials(pilot, stage, clock, 1)
    stage.supervisor.prepare()
    stage.supervisor.sample(30.0, passes=4)


async def sweep_ended(pilot: Pilot[None], stage: Stage, clock: StandingClock) -> None:
    """A study that is through."""
    await sweep(pilot, stage, clock)
    await start(pilot, stage, "threads")
    await _trials(pilot, stage, clock, state(stage).total)
    await ended(pilot, stage)
    await measured(pilot, stage, 41.0)


async def operators(pilot: Pilot[None], stage: Stage, _clock: StandingClock) -> None:
    """A fused configuration, profiled beside the unfused one."""
    await measured(pilot, stage, 41.0)
    await visit(pilot, stage, "f", 29.5)
    stage.supervisor.finds_peaks = False
    await pilot.press("3")
    await until(pilot, lambda: is_operators(stage))
    await until(pilot, lambda: isinstance(stage.supervisor.jobs[-1], FindPeaks))
    job = stage.supervisor.jobs[-1]
    stage.supervisor.tell(PeaksFound(job.run_id, PEAKS))
    stage.supervisor.tell(Finished(job.run_id))
    await asked(pilot, stage, 1)
    await profile_all(pilot, stage)
    await measured(pilot, stage, 29.5)


async def compare(pilot: Pilot[None], stage: Stage, _clock: StandingClock) -> None:
    """Trials of the history beside the published ones."""
    await measured(pilot, stage, 41.0)
    for key, milliseconds in {"P": 33.0, "T": 61.0, "f": 42.0, "t": 22.0}.items():
        await visit(pilot, stage, key, milliseconds)
    await pilot.press("t")
    await measured(pilot, stage, 16.0)
    await until(pilot, lambda: stage.app._live._keeper._waiting == [])
    await pilot.press("4")
    await until(pilot, lambda: isinstance(stage.app.screen, CompareScreen))
    await until(pilot, lambda: "W8A8" in seen(stage, "tables"))


async def machine(pilot: Pilot[None], stage: Stage, _clock: StandingClock) -> None:
    """A board with findings."""
    await measured(pilot, stage, 41.0)
    await pilot.press("5")
    await until(pilot, lambda: "Triage" in seen(stage, "machine"))


async def keys(pilot: Pilot[None], stage: Stage, _clock: StandingClock) -> None:
    """The keys of the live screen, over it."""
    await measured(pilot, stage, 41.0)
    await pilot.press("question_mark")
    await until(pilot, lambda: isinstance(stage.app.screen, HelpScreen))


Play = Callable[[Pilot[None], Stage, StandingClock], Awaitable[None]]

PLAYS: dict[str, tuple[Play, tuple[tuple[int, int], ...]]] = {
    "live": (measuring, SIZES),
    "live-waiting": (waiting, USUAL),
    "live-failed": (failed, USUAL),
    "sweep": (sweep, USUAL),
    "sweep-running": (sweep_running, USUAL),
    "sweep-ended": (sweep_ended, SIZES),
    "operators": (operators, SIZES),
    "compare": (compare, SIZES),
    "machine": (machine, SIZES),
    "help": (keys, SIZES),
}
"""What is seen -> what leads there, and the sizes of the terminal."""

PICTURES = {
    f"{name}-{width}x{height}": (play, (width, height))
    for name, (play, sizes) in PLAYS.items()
    for width, height in sizes
}


@pytest.mark.parametrize("name", PICTURES)
async def test_a_screen_looks_as_its_picture(
    name: str, clock: StandingClock, tmp_path: Path
) -> None:
    play, size = PICTURES[name]
    stage = Stage(Trial(threads=2), history=tmp_path / "history.sqlite")
    stage.board = BOARD
    async with staged(stage, size) as pilot:
        await play(pilot, stage, clock)
        await expect(pilot, name, tmp_path)


def test_no_picture_is_left_over() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.svg")) == sorted(PICTURES)


async def test_a_screen_that_differs_fails_and_is_kept_beside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("golden.RENEWING", False)
    monkeypatch.setattr("golden.LOOKS", 1)
    stage = Stage(Trial(threads=2))
    async with staged(stage, (80, 24)) as pilot:
        with pytest.raises(pytest.fail.Exception, match="renew with"):
            await expect(pilot, "compare-80x24", tmp_path)
        assert (tmp_path / "compare-80x24.svg").read_text(encoding="utf-8") == picture(pilot.app)


async def test_a_renewed_picture_is_what_is_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("golden.RENEWING", True)
    monkeypatch.setattr("golden.FOLDER", tmp_path)
    stage = Stage(Trial(threads=2))
    async with staged(stage, (80, 24)) as pilot:
        await measured(pilot, stage, 41.0)
        await expect(pilot, "live", tmp_path)
        assert "median" in (tmp_path / "live.svg").read_text(encoding="utf-8")
        monkeypatch.setattr("golden.RENEWING", False)
        await expect(pilot, "live", tmp_path)


def test_a_picture_has_nothing_that_differs_from_run_to_run() -> None:
    one, other = (
        f'<svg class="rich-terminal"><style>.terminal-{n}-r1 {{ fill: #123456 }}</style>'
        f'<text class="terminal-{n}-r1" clip-path="url(#terminal-{n}-line-0)">a&#160;b</text></svg>'
        for n in (12, 345)
    )
    assert bare(one) == bare(other)
    assert '<text class="r1">a\u00a0b</text>' in bare(one)
