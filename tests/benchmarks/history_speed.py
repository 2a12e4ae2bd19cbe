"""How long `resnettui history` takes, as a command, with many trials in the history.

python tests/benchmarks/history_speed.py [TRIALS] [RUNS]
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from made_up import trials

from resnettui.core.stats import median
from resnettui.store import History

COMMANDS = (("history",), ("history", "--limit", "20"), ("history", "--json"))


def seconds(path: Path, words: tuple[str, ...]) -> tuple[float, int]:
    """Return how long a command takes, and how many lines it prints."""
    begun = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "resnettui", *words, "--history", str(path)],
        stdout=subprocess.PIPE,
        check=True,
    )
    return time.perf_counter() - begun, ended.stdout.count(b"\n")


def main(count: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite"
        with History.open(path) as history:
            history.add_all(trials(count))
            begun = time.perf_counter()
            listed = len(history.listed())
            print(f"listed(): {time.perf_counter() - begun:.3f} s  {listed} trials")
        size = path.stat().st_size
        print(f"the file: {size / 1e6:.1f} MB, {size / count:.0f} bytes a trial")
        for words in COMMANDS:
            taken = [seconds(path, words) for _ in range(runs)]
            spent = median([s for s, _ in taken])
            print(f"resnettui {' '.join(words)}: {spent:.3f} s  {taken[0][1]} lines")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [10_000, 5][len(numbers) :]))
