import pytest

from resnettui.core.trial import STRICT
from resnettui.worker.environment import take_math_mode


@pytest.mark.parametrize(
    ("environment", "mode"),
    [
        ({}, STRICT),
        ({"ONEDNN_DEFAULT_FPMATH_MODE": "STRICT"}, STRICT),
        ({"DNNL_DEFAULT_FPMATH_MODE": "BF16"}, "bf16"),
        ({"ONEDNN_DEFAULT_FPMATH_MODE": "ANY", "DNNL_DEFAULT_FPMATH_MODE": "BF16"}, "any"),
    ],
)
def test_the_math_mode_is_taken_out_of_the_environment_and_told(
    environment: dict[str, str], mode: str
) -> None:
    environment["OMP_NUM_THREADS"] = "2"
    assert take_math_mode(environment) == mode
    assert environment == {"OMP_NUM_THREADS": "2"}
