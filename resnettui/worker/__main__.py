"""`python -m resnettui.worker`: commands on stdin, events on stdout, everything else on stderr."""

import os
import sys
from pathlib import Path

from resnettui.core.protocol import VERSION, Hello
from resnettui.worker.environment import take_math_mode
from resnettui.worker.wire import Inbox, Outbox, claim_stdout


def main() -> None:
    """Say hello, import torch, and serve until stdin ends."""
    outbox = Outbox(claim_stdout())
    inbox = Inbox(sys.stdin.fileno())
    _offer_to_the_oom_killer()
    math_mode = take_math_mode(os.environ)
    outbox.post(Hello(VERSION, os.getpid()))
    from resnettui.worker.session import Session

    Session(inbox, outbox, math_mode).serve()


def _offer_to_the_oom_killer() -> None:
    """When memory runs out the kernel is to end this process, not the user's shell or the UI."""
    adjust = Path("/proc/self/oom_score_adj")
    if adjust.exists():
        try:
            adjust.write_text("1000")
        except OSError as error:
            print(f"oom_score_adj: {error}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
