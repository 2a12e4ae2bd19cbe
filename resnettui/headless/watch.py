"""`resnettui watch`: a live measurement as one line a second."""

import asyncio
import io
import json
import sys

from resnettui.core.live import Snapshot
from resnettui.core.protocol import Measure
from resnettui.errors import TrialError
from resnettui.live_run import living
from resnettui.machine.probe import named, probe
from resnettui.report.watch import watch_line, watch_record
from resnettui.store import now


def watch(wish: Measure, *, as_json: bool) -> None:
    """Print until the wish is fulfilled, for ever without a duration, or nobody reads any more.

    TrialError where it cannot be measured, after the line that tells so.
    """
    try:
        failure = asyncio.run(_watch(wish, as_json))
    except BrokenPipeError:
        # What is left in the buffer would fail once more at the end.
        sys.stdout = io.StringIO()
        return
    if failure is not None:
        raise failure


async def _watch(wish: Measure, as_json: bool) -> TrialError | None:
    async with living(named(probe())) as (run, crew):
        crew.measure(run.chosen(wish))
        going = True
        while going:
            going = await run.go_on()
            _print(run.snapshot, as_json)
        failure = run.snapshot.failure
        return TrialError(failure.reason, failure.hint) if failure else None


def _print(snapshot: Snapshot, as_json: bool) -> None:
    at = now()
    line = json.dumps(watch_record(snapshot, at)) if as_json else watch_line(snapshot, at)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
