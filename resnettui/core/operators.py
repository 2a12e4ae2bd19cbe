"""The operators of one forward pass, each with its time, its work and the kernel that did it."""

from dataclasses import dataclass

REORDER = "reorder"
"""The kind of oneDNN's copies between memory layouts, which no operator of torch stands for."""

STAGES = ("stem", "layer1", "layer2", "layer3", "layer4", "head")
"""The parts of a ResNet in the order of execution."""


@dataclass(frozen=True)
class OpCall:
    """One operator call of one forward pass."""

    kind: str
    """As the profiler names it, e.g. "aten::conv2d" or "mkldnn::_convolution_pointwise[relu]"."""
    name: str
    """The module it belongs to, e.g. "layer1.0.conv1"; "" where it belongs to none."""
    stage: str
    """One of STAGES."""
    shape: str
    """What it computes on, without the batch, e.g. "64x56x56 -> 256x56x56 1x1"."""
    time_ns: float
    """Median over the profiled passes, what it called itself included."""
    flop: int
    """A multiply and add counts as two; 0 for what does not compute in that sense."""
    weight_bytes: int
    input_bytes: int
    output_bytes: int
    kernel: str
    """The implementation that ran, as oneDNN names it, or the library; "" where nothing told."""

    @property
    def moved_bytes(self) -> int:
        """What it must move at least: weights and input read, output written."""
        return self.weight_bytes + self.input_bytes + self.output_bytes

    @property
    def intensity(self) -> float:
        """Arithmetic intensity in FLOP per byte; 0 where nothing is moved."""
        return self.flop / self.moved_bytes if self.moved_bytes else 0.0


@dataclass(frozen=True)
class OpProfile:
    """The operators of one configuration, in the order of execution."""

    calls: tuple[OpCall, ...]
    """Reorders are calls of their own, and their time is no part of another's."""
    passes: int
    """Passes that the times are medians of."""
    pass_ns: float
    """Median of passes without the profiler."""
    profiled_ns: float
    """Median of the same passes with it; the operators' times are of these, scaled to nothing."""
    between_ns: float = 0.0
    """Median of what such a pass spends in no operator: Python, and the way to the next one."""
    not_pinned: str = ""
    """Why its threads were not pinned as they should be; "" where they were, or need not."""

    @property
    def inflation(self) -> float:
        """How much longer a pass takes with the profiler, as a factor."""
        return self.profiled_ns / self.pass_ns if self.pass_ns else 0.0

    @property
    def operators_ns(self) -> float:
        """The operators and reorders together."""
        return sum(call.time_ns for call in self.calls)

    @property
    def uneven_ns(self) -> float:
        """What is left of the median pass: medians of parts need not add up to that of the whole.

        Much of it says that other work took the cores: it hits other operators in every pass, and
        so the median of none.
        """
        return self.profiled_ns - self.operators_ns - self.between_ns

    @property
    def flop(self) -> int:
        """Of all operators; ResNet50 has 8.18 GFLOP for an image of 224 x 224 pixels."""
        return sum(call.flop for call in self.calls)

    @property
    def macs(self) -> int:
        """Multiply-accumulates: ResNet50 has 4.09 G for an image of 224 x 224 pixels."""
        return self.flop // 2

    @property
    def moved_bytes(self) -> int:
        """What all operators must move at least, each on its own."""
        return sum(call.moved_bytes for call in self.calls)
