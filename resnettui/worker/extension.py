"""Makes `import torchvision` work beside a torch that its compiled operators were not built for.

torchvision's wheel from the package index is linked against one build of torch. Beside another
(the CPU build) its library does not load, and the import fails with "operator torchvision::nms
does not exist", because fake kernels are registered for operators that nothing declared.
resnettui uses none of those operators, so declaring their schemas is enough.
"""

import importlib.util
from pathlib import Path

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)

_declared: list[torch.library.Library] = []
"""Keeps the declarations alive: a Library that is collected takes its schemas along."""


def ensure_torchvision_imports() -> bool:
    """Declare torchvision's operators where its compiled extension cannot; return whether it did.

    To be called before the first import of torchvision.
    """
    if _declared or extension_loads():
        return bool(_declared)
    library = torch.library.Library("torchvision", "FRAGMENT")
    for schema in _SCHEMAS:
        library.define(schema)
    _declared.append(library)
    return True


def extension_loads() -> bool:
    """Tell whether torchvision's compiled operators load beside this torch."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    for library in Path(spec.origin).parent.glob("_C*"):
        try:
            torch.ops.load_library(str(library))
        except OSError:
            return False
        return True
    return False
