"""A worker whose passes take longer by a share in every run of an even number.

python tests/benchmarks/slowed_worker.py PERCENT

In an interleaved comparison that is the second configuration.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from resnettui.core.protocol import Measure
from resnettui.worker import __main__ as worker
from resnettui.worker.session import Session
from resnettui.worker.variants import Variant


def slowed(forward: Callable[[Any], Any], share: float) -> Callable[[Any], Any]:
    """Return a pass that waits, busily, for a share of the time it took."""

    def passed(x: Any) -> Any:
        begun = time.perf_counter_ns()
        output = forward(x)
        ended = time.perf_counter_ns()
        until = ended + int(share * (ended - begun))
        while time.perf_counter_ns() < until:
            pass
        return output

    return passed


def main(share: float) -> None:
    sample = Session._sample

    def sample_slowed(session: Session, command: Measure, variant: Variant) -> None:
        if command.run_id % 2 == 0:
            model: Any = slowed(variant.model, share)
            variant = replace(variant, model=model)
        sample(session, command, variant)

    Session._sample = sample_slowed  # type: ignore[method-assign, assignment]
    worker.main()


if __name__ == "__main__":
    main(float(sys.argv[1]) / 100)
