"""The kernels that may reach the peak of a precision: convolutions as in a ResNet, and mm."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch

from resnettui.worker.quantize import ENGINES, quantized_engine
from resnettui.worker.variants import DTYPES


@dataclass(frozen=True)
class Kernel:
    """One computation on tensors of its own, ready to be repeated."""

    name: str
    operations: int
    """Of one run; a multiply and add counts as two."""
    run: Callable[[], object]


Recipe = Callable[[int], Kernel]
"""Makes a kernel for a batch size; RuntimeError where torch or the processor refuses it."""


@dataclass(frozen=True)
class Shape:
    """A square convolution with padding: window x window over inputs x side x side."""

    inputs: int
    outputs: int
    side: int
    window: int

    @property
    def name(self) -> str:
        """As the peak's kernel is called, e.g. "512x7x7 -> 2048 1x1"."""
        return (
            f"{self.inputs}x{self.side}x{self.side} -> {self.outputs} {self.window}x{self.window}"
        )

    @property
    def geometry(self) -> tuple[list[int], list[int], list[int], int]:
        """Padding, stride, dilation and groups, as oneDNN's operators take them."""
        return [self.window // 2] * 2, [1, 1], [1, 1], 1

    def operations(self, batch: int) -> int:
        """Return what torch.utils.flop_counter counts: the window is never cut at the border."""
        return 2 * batch * self.outputs * self.side**2 * self.inputs * self.window**2


SHAPES = (
    *(Shape(64, 64, 56, 1), Shape(64, 64, 56, 3), Shape(64, 256, 56, 1), Shape(256, 64, 56, 1)),
    *(Shape(128, 128, 28, 3), Shape(128, 512, 28, 1), Shape(512, 128, 28, 1)),
    *(Shape(256, 256, 14, 3), Shape(256, 1024, 14, 1), Shape(1024, 256, 14, 1)),
    *(Shape(512, 512, 7, 3), Shape(512, 2048, 7, 1), Shape(2048, 512, 7, 1)),
)
"""The convolutions of ResNet50's blocks; the first is the smallest."""

MATRIX_SIDE, MATRIX_ROWS = 1024, 256
"""torch.mm multiplies rows x side by side x side."""

SCALE = 1 / 64
"""Of made-up int8 values; no time depends on it."""


def recipes(kind: str) -> list[list[Recipe]]:
    """Return what may reach the peak of a precision, those of one library together.

    The first of each tells whether the others are worth a try: an engine may be a reference loop.
    """
    if kind == "int8":
        return [list(_quantized(engine)) for engine in ENGINES]
    dtype = DTYPES[kind]
    convolutions: list[Recipe] = [partial(_convolution, shape, dtype) for shape in SHAPES]
    return [convolutions, [partial(_matrix_product, dtype)]]


def _matrix_product(dtype: torch.dtype, batch: int) -> Kernel:
    rows = MATRIX_ROWS * batch
    a = torch.rand(rows, MATRIX_SIDE).to(dtype)
    b = torch.rand(MATRIX_SIDE, MATRIX_SIDE).to(dtype)
    name = f"mm {rows}x{MATRIX_SIDE} by {MATRIX_SIDE}x{MATRIX_SIDE}"
    return Kernel(name, 2 * rows * MATRIX_SIDE**2, lambda: torch.mm(a, b))


def _convolution(shape: Shape, dtype: torch.dtype, batch: int) -> Kernel:
    """Return the convolution of fused float models, on weights reordered once."""
    x = _image(shape, batch).to(dtype).contiguous(memory_format=torch.channels_last)
    weight = torch.ops.mkldnn._reorder_convolution_weight(
        _weight(shape).to(dtype), *shape.geometry, list(x.shape)
    )

    def run() -> object:
        return torch.ops.mkldnn._convolution_pointwise(
            x, weight, None, *shape.geometry, "relu", [], ""
        )

    return Kernel(_name("convolution", shape, batch), shape.operations(batch), run)


def _quantized(engine: str) -> Iterator[Recipe]:
    for shape in SHAPES:
        yield partial(_quantized_convolution, shape, engine)


def _quantized_convolution(shape: Shape, engine: str, batch: int) -> Kernel:
    image = _image(shape, batch).contiguous(memory_format=torch.channels_last)
    x = torch.quantize_per_tensor(image, SCALE, 0, torch.quint8)
    weight = torch.quantize_per_tensor(_weight(shape), SCALE, 0, torch.qint8)
    padding, stride, dilation, groups = shape.geometry
    with quantized_engine(engine):
        packed = torch.ops.quantized.conv2d_prepack(weight, None, stride, padding, dilation, groups)

    def run() -> object:
        # Which engine runs is decided by the packed weights.
        return torch.ops.quantized.conv2d_relu(x, packed, SCALE, 0)

    name = _name(f"{engine} convolution", shape, batch)
    return Kernel(name, shape.operations(batch), run)


def _image(shape: Shape, batch: int) -> torch.Tensor:
    return torch.rand(batch, shape.inputs, shape.side, shape.side)


def _weight(shape: Shape) -> torch.Tensor:
    return torch.rand(shape.outputs, shape.inputs, shape.window, shape.window) - 0.5


def _name(what: str, shape: Shape, batch: int) -> str:
    return f"{what} {shape.name}" + (f" batch {batch}" if batch > 1 else "")
