"""Why a job failed, as the event that tells it."""

import sys
import traceback
from collections.abc import Sequence

from resnettui.core.protocol import Failed, FindPeaks, Job
from resnettui.worker.engines import first_line
from resnettui.worker.inputs import DataError
from resnettui.worker.variants import Unavailable, describe, is_out_of_memory
from resnettui.worker.weights import WeightsError

EXPECTED = (Unavailable, DataError, WeightsError)
"""What says itself why, and leaves everything that was built as it was."""


def failed(job: Job, error: Exception, engines: Sequence[str]) -> Failed:
    """Return what went wrong with a job; `engines` are those that run here.

    What nobody foresaw goes to stderr, too, with its traceback.
    """
    run_id = job.run_id
    match error:
        case Unavailable():
            return Failed(run_id, "unavailable", f"{_name(job)}: {error}", _instead(job, engines))
        case DataError():
            return Failed(run_id, "data", str(error), "name a folder of JPEG or PNG images")
        case WeightsError():
            return Failed(run_id, "weights", str(error), error.hint)
    if is_out_of_memory(error):
        return _out_of_memory(job)
    traceback.print_exception(error, file=sys.stderr)
    reason = f"{_name(job)}: {type(error).__name__}: {first_line(error)}"
    return Failed(run_id, "error", reason, "this is a defect of resnettui: report it")


def _instead(job: Job, engines: Sequence[str]) -> str:
    if isinstance(job, FindPeaks):
        return ""
    if job.trial.precision == "int8":
        return f"engines that run here: {', '.join(engines) or 'none'}"
    return "try fusion none, or fp32"


def _name(job: Job) -> str:
    if isinstance(job, FindPeaks):
        return f"the roof of {', '.join(job.kinds)}"
    engine = f" on engine {job.trial.engine}" if job.trial.engine else ""
    return f"{describe(job.trial)}{engine}"


def _out_of_memory(job: Job) -> Failed:
    if isinstance(job, FindPeaks):
        return Failed(job.run_id, "memory", f"{_name(job)} does not fit into memory")
    reason = f"{_name(job)} with a batch of {job.trial.batch_size} does not fit into memory"
    return Failed(job.run_id, "memory", reason, "choose a smaller batch size")
