"""What the live screen costs: CPU, bytes to the terminal, memory, time to the first frame.

python tests/benchmarks/ui_cost.py [SECONDS] [STARTS]
"""

import sys
import time

from terminal import Terminal, command

from resnettui.core.stats import median

FIRST_FRAME = "Configuration"
MEASURING = "measuring"


def first_frame_s() -> float:
    with Terminal(command("--model", "resnet18")) as terminal:
        return terminal.wait_for(FIRST_FRAME)


def main(seconds: int, starts: int) -> None:
    frames = [first_frame_s() for _ in range(starts)]
    print(f"first frame: {median(frames):.3f} s, slowest {max(frames):.3f} s  {starts} starts")
    with Terminal(command("--precision", "int8", "--fusion", "full")) as terminal:
        terminal.wait_for(MEASURING)
        time.sleep(5)
        begun, cpu_s, sent = time.monotonic(), terminal.cpu_s(), terminal.bytes_read
        time.sleep(seconds)
        elapsed = time.monotonic() - begun
        share = (terminal.cpu_s() - cpu_s) / elapsed
        rate = (terminal.bytes_read - sent) / elapsed
        memory = terminal.memory_bytes()
    print(f"UI and sampler while measuring: {share:.2%} of a core  {seconds} s, 120 x 40")
    print(f"bytes to the terminal: {rate / 1000:.2f} KB/s")
    print(f"memory of the UI process: {memory / 1e6:.0f} MB")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [30, 5][len(numbers) :]))
