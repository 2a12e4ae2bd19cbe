from resnettui.core.roof import MEMORY, Peak, roof_of
from resnettui.core.trial import Trial

PEAKS = (
    Peak("fp32", 2, 4e11, "convolution"),
    Peak("bf16", 2, 9e11, "convolution"),
    Peak(MEMORY, 2, 7e10, "triad"),
)


def test_a_math_mode_computes_under_the_roof_of_its_own_precision() -> None:
    strict = roof_of(PEAKS, Trial(threads=2))
    bf16 = roof_of(PEAKS, Trial(threads=2, math_mode="bf16"))
    assert strict is not None
    assert bf16 is not None
    assert (strict.compute.kind, bf16.compute.kind) == ("fp32", "bf16")
    assert strict.memory == bf16.memory
    assert roof_of(PEAKS[:1] + PEAKS[2:], Trial(threads=2, math_mode="bf16")) is None
