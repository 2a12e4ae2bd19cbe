"""How often `compare` calls a difference: of a configuration with itself, and with one 5 % slower.

python tests/benchmarks/self_comparison.py [--times N] [--pairs N] [--block S] [axis flags]

Two side by side, each on a core of its own (taskset -c 0, taskset -c 1), take half the time.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from resnettui.bench import Bench, crewed
from resnettui.cli.compare import DEFAULT_BLOCK_S, DEFAULT_PAIRS
from resnettui.cli.options import axis_options, chosen_trial
from resnettui.core.comparison import Comparison
from resnettui.core.machine import Machine
from resnettui.core.protocol import Measure
from resnettui.core.trial import Trial
from resnettui.paired import measure_paired
from resnettui.report.comparison import verdict_text
from resnettui.supervisor.process import WORKER_ARGV

CHECK_S = 0.1
"""Whether the outputs agree with fp32's is not the question here."""

SLOWDOWN_PERCENT = 5
SLOWED_WORKER = str(Path(__file__).with_name("slowed_worker.py"))
SLOWED_ARGV = (sys.executable, SLOWED_WORKER, str(SLOWDOWN_PERCENT))


async def compared(trial: Trial, pairs: int, block_s: float, argv: Sequence[str]) -> Comparison:
    """Compare a configuration with itself in a new worker."""
    bench, wish = Bench(Machine()), Measure(1, trial, duration_s=block_s, check_s=CHECK_S)
    async with crewed(bench, argv) as crew:
        return (await measure_paired(bench, crew, (wish, wish), pairs)).comparison


@click.command()
@click.option("--times", type=click.IntRange(min=1), default=40)
@click.option("--pairs", type=click.IntRange(min=1), default=DEFAULT_PAIRS)
@click.option("--block", "block_s", type=click.FloatRange(min=0.01), default=DEFAULT_BLOCK_S)
@axis_options
def main(times: int, pairs: int, block_s: float, **options: Any) -> None:
    trial = chosen_trial(options)
    for name, argv in (("itself", WORKER_ARGV), (f"+{SLOWDOWN_PERCENT} %", SLOWED_ARGV)):
        counted: Counter[str] = Counter()
        for n in range(times):
            comparison = asyncio.run(compared(trial, pairs, block_s, argv))
            counted[comparison.verdict.value] += 1
            print(f"{name} {n + 1} of {times}: {verdict_text(comparison)}", flush=True)
        words = ", ".join(f"{verdict} {count}" for verdict, count in counted.items())
        what = (
            f"{trial.model} {trial.precision} {trial.fusion}, {pairs} pairs of {block_s:g} s blocks"
        )
        print(f"{name}: {words} of {times}  {what}")


if __name__ == "__main__":
    main()
