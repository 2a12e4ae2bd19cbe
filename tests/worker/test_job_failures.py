import pytest

from resnettui.core.protocol import Failed, FindPeaks, Job, Measure, Profile
from resnettui.core.roof import MEMORY
from resnettui.core.trial import Trial
from resnettui.worker.failures import failed
from resnettui.worker.inputs import DataError
from resnettui.worker.variants import Unavailable

FUSED = Measure(3, Trial(fusion="full", batch_size=64))
INT8 = Profile(3, Trial(precision="int8", engine="onednn"))
PEAKS = FindPeaks(3, 2, ("fp32", MEMORY))


@pytest.mark.parametrize(
    ("job", "error", "expected"),
    [
        (
            *(FUSED, Unavailable("no support")),
            Failed(
                *(3, "unavailable", "resnet50 fp32 fused: no support", "try fusion none, or fp32")
            ),
        ),
        (
            *(INT8, Unavailable("no engine")),
            Failed(
                *(3, "unavailable", "resnet50 int8 on engine onednn: no engine"),
                "engines that run here: qnnpack",
            ),
        ),
        (
            *(FUSED, DataError("x holds no image")),
            Failed(3, "data", "x holds no image", "name a folder of JPEG or PNG images"),
        ),
        (
            *(FUSED, MemoryError()),
            Failed(
                *(3, "memory", "resnet50 fp32 fused with a batch of 64 does not fit into memory"),
                "choose a smaller batch size",
            ),
        ),
        (
            *(PEAKS, MemoryError()),
            Failed(3, "memory", "the roof of fp32, memory does not fit into memory"),
        ),
    ],
)
def test_what_can_happen_is_told_with_what_to_do(
    job: Job, error: Exception, expected: Failed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failed(job, error, ("qnnpack",)) == expected
    assert capsys.readouterr().err == ""


def test_what_nobody_foresaw_leaves_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    found = failed(FUSED, KeyError("x\ny"), ())
    assert (found.kind, found.reason) == ("error", "resnet50 fp32 fused: KeyError: 'x\\ny'")
    assert "KeyError" in capsys.readouterr().err
