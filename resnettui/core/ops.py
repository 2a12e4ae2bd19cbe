"""The operator ledger: which operators one forward pass dispatches, and what fusion made of them.

"160 -> 41" of the study counts the operators that stand alone. The convolutions that took their
batch norm and ReLU (and the residual add) into one kernel are counted apart, as fused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_POST_OPS = re.compile(
    r"(conv2d_(?P<quantized>(add_)?relu)|_convolution_pointwise_?\[(?P<float>(add,)?relu)\])$"
)
_PLAIN_CONVOLUTION = re.compile(r"(conv2d|_convolution_pointwise\[none\])$")


@dataclass(frozen=True)
class OpLedger:
    """The operators of one forward pass that compute: kind, as the profiler names it -> calls."""

    by_kind: Mapping[str, int] = field(default_factory=dict)

    @property
    def dispatched(self) -> int:
        """All operators that compute."""
        return sum(self.by_kind.values())

    @property
    def fused(self) -> int:
        """Convolutions that carry their batch norm and ReLU, or add and ReLU, in one kernel."""
        return sum(calls for kind, calls in self.by_kind.items() if is_fused(kind))

    @property
    def standalone(self) -> int:
        """Operators that are not such a convolution."""
        return self.dispatched - self.fused


def is_fused(kind: str) -> bool:
    """Tell whether the operator is a convolution with other operators inside its kernel."""
    return _POST_OPS.search(kind) is not None


def family(kind: str) -> str:
    """Return what the operator does, the same word whichever library runs it.

    aten::batch_norm and quantized::batch_norm2d are batch_norm, aten::relu_ is relu,
    mkldnn::_convolution_pointwise[relu] and quantized::conv2d_relu are conv2d_relu.
    """
    name = kind.rpartition("::")[2]
    if fused := _POST_OPS.search(name):
        post_ops: str = fused["quantized"] or fused["float"].replace(",", "_")
        return "conv2d_" + post_ops
    if _PLAIN_CONVOLUTION.search(name):
        return "conv2d"
    return name.rstrip("_").removesuffix("2d")


@dataclass(frozen=True)
class OpChange:
    """One kind of operator before and after fusion."""

    family: str
    before: int
    after: int
    fused: bool


def op_changes(unfused: OpLedger, fused: OpLedger) -> tuple[OpChange, ...]:
    """Return every operator family with its calls before and after, most frequent first."""
    before, after = _by_family(unfused), _by_family(fused)
    changes = [
        OpChange(name, before.get(name, 0), after.get(name, 0), name.startswith("conv2d_"))
        for name in {**before, **after}
    ]
    return tuple(sorted(changes, key=lambda c: (-max(c.before, c.after), c.fused, c.family)))


def _by_family(ledger: OpLedger) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kind, calls in ledger.by_kind.items():
        counts[family(kind)] = counts.get(family(kind), 0) + calls
    return counts
