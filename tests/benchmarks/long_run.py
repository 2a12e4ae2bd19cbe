"""Eight hours of the live screen, told by a scripted worker as fast as the app takes them.

25 passes a second, a reading of the sensors each second, a frame every few; another configuration
every 10 minutes, a visit to each screen every hour. Prints memory and the CPU time of a frame, with
the events before it, in the first tenth and in the last.

    python tests/benchmarks/long_run.py [--hours 8] [--between-frames 30]
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from resnettui.core.settings import Settings
from resnettui.core.stats import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tui"))
# Textual reads it when it is imported: every frame is to be painted.
os.environ["TEXTUAL_FPS"] = "1000"

CHANGE_S = 600
VISIT_S = 3600

Frame = tuple[float, int]
"""CPU time of a frame and of what was folded before it, in s, and the memory after it, in bytes."""


async def frames_of(hours: int, between_frames: int, folder: Path) -> list[Frame]:
    """Return every frame of some hours."""
    from long_days import Day
    from scripted import Stage

    stage = Stage(settings=Settings(rate_s=60.0), history=folder / "history.sqlite")
    process = psutil.Process()
    found: list[Frame] = []
    async with stage.app.run_test(size=(120, 40)) as pilot:
        while not stage.supervisor.wishes:
            await pilot.pause(0.1)
        stage.supervisor.prepare()
        day = Day(stage, pilot)
        for span in range(hours * 3600 // CHANGE_S):
            began_s = time.process_time()
            async for _ in day.seconds(CHANGE_S, between_frames=between_frames):
                found.append((time.process_time() - began_s, process.memory_info().rss))
                began_s = time.process_time()
            await day.change()
            if span % (VISIT_S // CHANGE_S) == 0:
                await day.visit()
        await stage.app.action_quit()
    return found


def told(name: str, frames: Sequence[Frame]) -> tuple[float, float]:
    """Print and return the median CPU time of some frames and their largest memory."""
    frame_s = median([frame[0] for frame in frames])
    memory = max(frame[1] for frame in frames)
    print(f"{name}: {frame_s * 1e3:.2f} ms of CPU a frame, {memory / 1e6:.1f} MB")
    return frame_s, memory


def main(hours: int, between_frames: int) -> None:
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        frames = asyncio.run(frames_of(hours, between_frames, Path(folder)))
    took_s = time.monotonic() - began_s
    tenth = len(frames) // 10
    print(f"{hours} h, {len(frames)} frames, at {hours * 3600 / took_s:.0f} times the speed")
    first_s, first_bytes = told("first tenth", frames[:tenth])
    last_s, last_bytes = told("last tenth", frames[-tenth:])
    print(
        f"last / first: {last_s / first_s:.3f} of a frame, {last_bytes / first_bytes:.3f} of memory"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Eight hours of the live screen.")
    parser.add_argument("--hours", type=int, default=8)
    parser.add_argument("--between-frames", type=int, default=30)
    main(**vars(parser.parse_args()))
