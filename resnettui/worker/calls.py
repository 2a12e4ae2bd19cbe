"""What one forward pass calls: every operator with its module, its work and its primitives."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.overrides import TorchFunctionMode
from torch.profiler import ProfilerActivity, profile, record_function

from resnettui.worker.fusion import FusedConvolution
from resnettui.worker.kernels import Primitive, native_output, primitive_of
from resnettui.worker.ledger import computes

_CALL = re.compile(r"resnettui call (\d+)$")


@dataclass(frozen=True)
class Work:
    """What one call of a function of torch works on."""

    module: str = ""
    """The innermost module that called it; "" for the model itself."""
    kind: str = ""
    """A name better than the profiler's, of an operator that hides its post-ops from it."""
    shape: str = ""
    """Without the batch."""
    flop: int = 0
    weight_bytes: int = 0
    input_bytes: int = 0
    output_bytes: int = 0


@dataclass(frozen=True)
class Called:
    """One operator that computes, in the order of execution."""

    operator: str
    """As the profiler names it, e.g. "aten::conv2d"."""
    work: Work
    primitives: tuple[Primitive, ...]
    """What oneDNN executed for it, in order."""
    backend: str
    """The operator that a convolution of aten was handed to; "" for all others."""


def calls_of(model: nn.Module, x: torch.Tensor) -> list[Called]:
    """Return the operators of one pass that compute, and what each of them did.

    Every call of a function of torch is a range of the profiler, and is told to the trace of
    oneDNN before it: so both are matched with the calls whatever their order, and no convolution
    that oneDNN did not run takes the line of another.
    """
    recorder = _Recorder(model)
    events: list[Any] = []

    def traced_pass() -> None:
        verbose = torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON)
        with profile(activities=[ProfilerActivity.CPU]) as profiler, verbose, recorder.listening():
            model(x)
        events.extend(profiler.events() or [])

    primitives = primitives_by_call(native_output(traced_pass))
    calls: list[tuple[int, Called]] = []
    for event in operators_of(events, recorder.is_range):
        number, work = recorder.of(event.cpu_parent)
        first = not calls or calls[-1][0] != number or number < 0
        ran = primitives.get(number, ()) if first else ()
        calls.append((number, Called(event.name, work if first else Work(), ran, _backend(event))))
    return [called for _, called in calls]


def operators_of(events: Sequence[Any], is_range: Callable[[str], bool]) -> list[Any]:
    """Return the profiler's events of top-level operators that compute, in the order of time."""
    found = [
        event
        for event in events
        if (event.cpu_parent is None or is_range(event.cpu_parent.name)) and computes(event.name)
    ]
    return sorted(found, key=lambda event: event.time_range.start)


def primitives_by_call(trace: str) -> dict[int, tuple[Primitive, ...]]:
    """Return the primitives of a trace by the number of the call they were executed in."""
    found: dict[int, tuple[Primitive, ...]] = {}
    number = -1
    for line in trace.splitlines():
        if call := _CALL.match(line):
            number = int(call[1])
        elif primitive := primitive_of(line):
            found[number] = (*found.get(number, ()), primitive)
    return found


def _backend(event: Any) -> str:
    inside = list(event.cpu_children)
    while inside:
        child = inside.pop()
        if child.cpu_parent.name == "aten::_convolution" and "conv" in child.name:
            return str(child.name).removeprefix("aten::")
        inside += child.cpu_children
    return ""


class _Recorder(TorchFunctionMode):
    """Notes what every call of a function of torch works on, and where it begins and ends."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._model = model
        self._names = {module: name for name, module in model.named_modules()}
        self._kept = {id(t) for t in (*model.parameters(), *model.buffers())}
        # A quantized module has its weights inside an object of C++, and copies them out.
        self._packed = {m: _unpacked(m) for m in model.modules() if callable(_weight(m))}
        self._inside: list[nn.Module] = []
        self._works: list[Work] = []

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        """Call the function, inside a range of its own."""
        label = f"resnettui call {len(self._works)}"
        os.write(1, f"{label}\n".encode())
        with record_function(label):
            output = func(*args, **(kwargs or {}))
        self._works.append(self._work((*args, *(kwargs or {}).values()), output))
        return output

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note every call inside, and the modules it is made from."""
        handles = (
            register_module_forward_pre_hook(lambda module, _: self._inside.append(module)),
            register_module_forward_hook(lambda *_: self._leave()),
        )
        try:
            with self:
                yield
        finally:
            for handle in handles:
                handle.remove()

    def is_range(self, name: str) -> bool:
        """Tell the ranges of this recorder from the profiler's other events."""
        return _CALL.match(name) is not None

    def of(self, event: Any) -> tuple[int, Work]:
        """Return the number of the call that an event is the range of, and its work."""
        call = _CALL.match(event.name) if event is not None else None
        return (int(call[1]), self._works[int(call[1])]) if call else (-1, Work())

    def _leave(self) -> None:
        self._inside.pop()

    def _work(self, arguments: Sequence[Any], output: Any) -> Work:
        if not isinstance(output, torch.Tensor):
            return Work()
        module = self._inside[-1] if self._inside else self._model
        tensors = [value for value in arguments if isinstance(value, torch.Tensor)]
        weights = [tensor for tensor in tensors if id(tensor) in self._kept]
        if any(isinstance(value, torch.ScriptObject) for value in arguments):
            weights = self._packed.get(module, [])
        inputs = [tensor for tensor in tensors if id(tensor) not in self._kept]
        return Work(
            self._names.get(module, ""),
            module.kind if isinstance(module, FusedConvolution) else "",
            _shape(inputs, output, weights),
            _flop(output, weights),
            *(sum(map(_bytes, some)) for some in (weights, inputs, [output])),
        )


def _weight(module: nn.Module) -> Any:
    return getattr(module, "weight", None)


def _unpacked(module: Any) -> list[torch.Tensor]:
    return [tensor for tensor in (module.weight(), module.bias()) if tensor is not None]


def _bytes(tensor: torch.Tensor) -> int:
    return tensor.numel() * tensor.dtype.itemsize


def _flop(output: torch.Tensor, weights: Sequence[torch.Tensor]) -> int:
    """Return the operations of a convolution or a linear layer, a multiply and add being two.

    Each element of the output is the sum of as many products as one filter has weights.
    """
    filters = next((weight for weight in weights if weight.dim() > 1), None)
    return 0 if filters is None else 2 * output.numel() * filters.numel() // len(filters)


def _shape(
    inputs: Sequence[torch.Tensor], output: torch.Tensor, weights: Sequence[torch.Tensor]
) -> str:
    """Return input and output, e.g. "64x56x56 -> 256x56x56 1x1"; one of them where both agree."""
    # A residual that is added in place comes first, and is the output.
    source = next((x for x in inputs if x is not output), next(iter(inputs), output))
    kernel = next((f" {_by(weight.shape[2:])}" for weight in weights if weight.dim() == 4), "")
    ends = [_by(tensor.shape[1:]) for tensor in (source, output)]
    return (ends[0] if ends[0] == ends[1] and not kernel else " -> ".join(ends)) + kernel


def _by(sizes: Sequence[int]) -> str:
    return "x".join(map(str, sizes))
