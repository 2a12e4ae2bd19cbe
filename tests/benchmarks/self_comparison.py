"""How often `compare` calls a difference: of a configuration with itself, and with one 5 % slower.

python tests/benchmarks/self_comparison.py [TIMES] [PAIRS] [BLOCK_S] [MODEL] [IMAGE_SIZE]
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from resnettui.bench import Bench, crewed
from resnettui.cli.compare import DEFAULT_BLOCK_S, DEFAULT_PAIRS
from resnettui.core.comparison import Comparison
from resnettui.core.machine import Machine
from resnettui.core.protocol import Measure
from resnettui.core.trial import Trial
from resnettui.paired import measure_paired
from resnettui.report.comparison import verdict_text
from resnettui.supervisor.process import WORKER_ARGV

SLOWDOWN_PERCENT = 5
SLOWED_WORKER = str(Path(__file__).with_name("slowed_worker.py"))
SLOWED_ARGV = (sys.executable, SLOWED_WORKER, str(SLOWDOWN_PERCENT))


async def compared(trial: Trial, pairs: int, block_s: float, argv: Sequence[str]) -> Comparison:
    """Compare a configuration with itself in a new worker."""
    bench, wish = Bench(Machine()), Measure(1, trial, duration_s=block_s)
    async with crewed(bench, argv) as crew:
        return (await measure_paired(bench, crew, (wish, wish), pairs)).comparison


def main(times: int, pairs: int, block_s: float, trial: Trial) -> None:
    for name, argv in (("itself", WORKER_ARGV), (f"+{SLOWDOWN_PERCENT} %", SLOWED_ARGV)):
        counted: Counter[str] = Counter()
        for n in range(times):
            comparison = asyncio.run(compared(trial, pairs, block_s, argv))
            counted[comparison.verdict.value] += 1
            print(f"{name} {n + 1} of {times}: {verdict_text(comparison)}", flush=True)
        words = ", ".join(f"{verdict} {count}" for verdict, count in counted.items())
        print(f"{name}: {words} of {times}  {trial.model}, {pairs} pairs of {block_s:g} s blocks")


if __name__ == "__main__":
    defaults = ["40", str(DEFAULT_PAIRS), str(DEFAULT_BLOCK_S), "resnet50", "224"]
    given = sys.argv[1:] + defaults[len(sys.argv) - 1 :]
    chosen = Trial(model=given[3], image_size=int(given[4]))
    main(int(given[0]), int(given[1]), float(given[2]), chosen)
