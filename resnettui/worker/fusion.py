"""Fused float models without a compiler: an FX rewrite onto oneDNN's convolutions with post-ops.

Batch norms are folded into the convolutions before them. Then conv -> relu, and
conv -> add -> relu, become one oneDNN call each, on weights that are reordered once.
"""

import copy
import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from resnettui.worker.kernels import convolution_weights, onednn_trace

_ADDITIONS = (operator.add, operator.iadd, torch.add)


class FusedConvolution(nn.Module):
    """A convolution with bias, on oneDNN's own kernel, with an optional ReLU or add and ReLU.

    Input and output are N x C x H x W in either memory format. With `adds` a second argument, the
    residual, is added before the ReLU, in place: it must not be used afterwards.
    """

    def __init__(self, convolution: nn.Conv2d, relu: bool, adds: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(convolution.weight.detach(), requires_grad=False)
        bias = convolution.bias
        self.bias = None if bias is None else nn.Parameter(bias.detach(), requires_grad=False)
        self.geometry = (
            list(convolution.padding),
            list(convolution.stride),
            list(convolution.dilation),
            convolution.groups,
        )
        self.post_op = "relu" if relu else "none"
        self.adds = adds

    @property
    def kind(self) -> str:
        """The operator's name in the ledger: torch's own, with the post-ops it carries."""
        if self.adds:
            return "mkldnn::_convolution_pointwise_[add,relu]"
        return f"mkldnn::_convolution_pointwise[{self.post_op}]"

    def pack(self, input_shape: list[int], dtype: torch.dtype) -> None:
        """Reorder the weight into the layout oneDNN prefers for this input; RuntimeError if not."""
        weight = self.weight.to_dense(self.weight.dtype) if self.weight.is_mkldnn else self.weight
        packed = torch.ops.mkldnn._reorder_convolution_weight(
            weight.to(dtype).contiguous(), *self.geometry, input_shape
        )
        self.weight = nn.Parameter(packed, requires_grad=False)

    def forward(self, x: torch.Tensor, residual: torch.Tensor | None = None) -> torch.Tensor:
        """Convolve, add the residual if there is one, and apply the ReLU if there is one."""
        if residual is None:
            fused: torch.Tensor = torch.ops.mkldnn._convolution_pointwise(
                x, self.weight, self.bias, *self.geometry, self.post_op, [], ""
            )
            return fused
        added: torch.Tensor = torch.ops.mkldnn._convolution_pointwise_.binary(
            residual, x, self.weight, self.bias, *self.geometry, "add", 1.0, "relu", [], ""
        )
        return added


def fuse(model: nn.Module) -> fx.GraphModule:
    """Return a copy of an eval-mode model whose every convolution is a FusedConvolution.

    Works on any graph of Conv2d, BatchNorm2d, ReLU and additions, as torchvision's ResNets are.
    The weights are still to be packed.
    """
    # A traced model shares its modules with the one it was traced from.
    fused = fx.symbolic_trace(copy.deepcopy(model))
    _fold_batch_norms(fused)
    for node in list(fused.graph.nodes):
        if isinstance(_module(fused, node), nn.ReLU):
            _fuse_relu(fused, node)
    for node in list(fused.graph.nodes):
        if isinstance(_module(fused, node), nn.Conv2d):
            _replace(fused, node, node, relu=False)
    fused.graph.eliminate_dead_code()
    fused.delete_all_unused_submodules()
    fused.recompile()
    return fused


def pack(model: nn.Module, example: torch.Tensor) -> None:
    """Reorder the weights of every FusedConvolution for an input like the example."""

    def pack_first(module: FusedConvolution, x: torch.Tensor) -> None:
        module.pack(list(x.shape), x.dtype)

    with _before_each(model, pack_first):
        model(example)


def round_weights(model: nn.Module, example: torch.Tensor) -> None:
    """Pack those weights in bf16 that oneDNN rounds to bf16 itself, in every pass anew.

    Kernels of bf16's math mode do so on ARM: torch does not tell oneDNN the math mode when a layout
    is asked for, so that what `pack` makes is in fp32. The outputs are the same.
    """
    called: list[FusedConvolution] = []
    with _before_each(model, lambda module, _x: called.append(module)):
        types = convolution_weights(onednn_trace(lambda: model(example)))
    if len(types) != len(called):
        return  # Which weights are rounded cannot be told; the reorders of the trace show it.
    rounded = {module for module, type in zip(called, types, strict=True) if type == "bf16"}

    def pack_rounded(module: FusedConvolution, x: torch.Tensor) -> None:
        if module in rounded:
            module.pack(list(x.shape), torch.bfloat16)

    if rounded:
        with _before_each(model, pack_rounded):
            model(example)


@contextmanager
def _before_each(
    model: nn.Module, act: Callable[[FusedConvolution, torch.Tensor], None]
) -> Iterator[None]:
    """Call `act` with every FusedConvolution and its input before it is called."""

    def hook(module: nn.Module, args: tuple[torch.Tensor, ...]) -> None:
        assert isinstance(module, FusedConvolution)
        act(module, args[0])

    fused = [m for m in model.modules() if isinstance(m, FusedConvolution)]
    hooks = [module.register_forward_pre_hook(hook) for module in fused]
    try:
        yield
    finally:
        for handle in hooks:
            handle.remove()


def _module(model: fx.GraphModule, node: fx.Node) -> nn.Module | None:
    return model.get_submodule(str(node.target)) if node.op == "call_module" else None


def _fold_batch_norms(model: fx.GraphModule) -> None:
    for node in list(model.graph.nodes):
        norm = _module(model, node)
        if not isinstance(norm, nn.BatchNorm2d):
            continue
        source = node.args[0]
        convolution = _module(model, source)
        if isinstance(convolution, nn.Conv2d) and len(source.users) == 1:
            folded = fuse_conv_bn_eval(convolution, norm)
            model.set_submodule(str(source.target), folded)
            node.replace_all_uses_with(source)
            model.graph.erase_node(node)


def _fuse_relu(model: fx.GraphModule, relu: fx.Node) -> None:
    """Fuse conv -> relu or conv -> add -> relu, ending in this node, where that is what it ends."""
    source = relu.args[0]
    if not isinstance(source, fx.Node) or len(source.users) != 1:
        return
    if isinstance(_module(model, source), nn.Conv2d):
        _replace(model, source, relu, relu=True)
    elif source.op == "call_function" and source.target in _ADDITIONS:
        convolution, residual = source.args[:2]
        assert isinstance(convolution, fx.Node)
        assert isinstance(residual, fx.Node)
        alone = len(convolution.users) == 1 and _is_last_user(source, residual)
        if alone and isinstance(_module(model, convolution), nn.Conv2d):
            _replace(model, convolution, relu, relu=True, residual=residual)


def _is_last_user(node: fx.Node, of: fx.Node) -> bool:
    """Tell whether nothing after `node` reads the value `of`, which may then be overwritten."""
    return max(of.users) == node


def _replace(
    model: fx.GraphModule,
    convolution: fx.Node,
    last: fx.Node,
    *,
    relu: bool,
    residual: fx.Node | None = None,
) -> None:
    """Put one FusedConvolution in the place of everything from the convolution to `last`."""
    plain = _module(model, convolution)
    assert isinstance(plain, nn.Conv2d)
    name = str(convolution.target)
    model.set_submodule(name, FusedConvolution(plain, relu, residual is not None))
    arguments = (convolution.args[0], *([] if residual is None else [residual]))
    with model.graph.inserting_after(last):
        fused = model.graph.call_module(name, arguments)
    last.replace_all_uses_with(fused)
    if residual is not None:
        addition = last.args[0]
        assert isinstance(addition, fx.Node)
        model.graph.erase_node(last)
        model.graph.erase_node(addition)
        model.graph.erase_node(convolution)
    else:
        model.graph.erase_node(last)
        if last is not convolution:
            model.graph.erase_node(convolution)
