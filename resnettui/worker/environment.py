"""What of the environment would reach into a measurement behind everybody's back."""

from collections.abc import MutableMapping

from resnettui.core.trial import STRICT

FPMATH_VARIABLES = ("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE")
"""What oneDNN reads before its first primitive, the first of them first."""


def take_math_mode(environment: MutableMapping[str, str]) -> str:
    """Take oneDNN's math mode out of an environment, and return it; STRICT where none is set.

    Left there it would hold for the reference, too; here torch alone sets it, trial by trial.
    """
    told = [environment.pop(name, "").lower() for name in FPMATH_VARIABLES]
    return next((mode for mode in told if mode not in ("", STRICT)), STRICT)
