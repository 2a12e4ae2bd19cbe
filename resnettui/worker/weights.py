"""The weights of a model: random, torchvision's for ImageNet, or those of a file."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from resnettui.core.trial import IMAGENET, RANDOM
from resnettui.worker.engines import first_line
from resnettui.worker.models import ARCHITECTURES, float_model, imagenet_weights

STALL_S = 30.0
"""A server that says nothing for this long ends the download."""

SAVE_ONE = "save one with torch.save(model.state_dict(), FILE), of a ResNet of torchvision"

State = Mapping[str, torch.Tensor]
Shapes = dict[str, torch.Size]


class WeightsError(Exception):
    """Weights that cannot be had, or are not those of the model; `hint` says what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


def weighted_model(name: str, weights: str) -> nn.Module:
    """Return the ResNet in fp32 and eval mode with its weights; WeightsError if there are none.

    `weights` is random, imagenet, or the path of a file.
    """
    model = float_model(name)
    if weights != RANDOM:
        origin, state = _imagenet(name) if weights == IMAGENET else _of_file(Path(weights))
        _refuse_misfit(name, origin, state, model)
        model.load_state_dict(state)
    return model


def weights_label(weights: str) -> str:
    """Return what tables call the weights: random, imagenet, or the file's name."""
    return weights if weights in (RANDOM, IMAGENET) else Path(weights).name


def checkpoint(name: str) -> Path:
    """Return the file in which torch.hub keeps torchvision's weights of a model."""
    url: str = imagenet_weights(name).url
    return Path(torch.hub.get_dir(), "checkpoints", url.rpartition("/")[2])


def to_download(name: str, weights: str) -> bool:
    """Tell whether the weights must come over the network."""
    return weights == IMAGENET and not checkpoint(name).exists()


def _imagenet(name: str) -> tuple[Path, State]:
    entry, file = imagenet_weights(name), checkpoint(name)
    try:
        with _stalls_ended():
            state = entry.get_state_dict(progress=False, check_hash=True, weights_only=True)
    except Exception as error:
        if file.exists():
            hint = "delete it, and it is downloaded again"
            raise WeightsError(f"{file} is no state_dict, or a broken one", hint) from error
        # urllib wraps the reason that a user can do something about.
        why = getattr(error, "reason", None) or first_line(error)
        hint = f"download {entry.url} and save it as {file}"
        raise WeightsError(f"{file.name} cannot be downloaded: {why}", hint) from error
    return file, _tensors(state)


@contextmanager
def _stalls_ended() -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(STALL_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _of_file(file: Path) -> tuple[Path, State]:
    """Read a state_dict, as it is or in a checkpoint's "state_dict"; no code of it is run."""
    try:
        loaded = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise WeightsError(f"{file} cannot be read: {error.strerror or error}", SAVE_ONE) from error
    except Exception as error:
        # On bytes that it did not write torch raises whatever comes first, and says anything
        # from "101" to the advice to run what the file holds.
        raise WeightsError(f"{file} is no state_dict, or a broken one", SAVE_ONE) from error
    inner = loaded.get("state_dict") if isinstance(loaded, Mapping) else None
    state = _tensors(loaded if inner is None else inner)
    if not state:
        raise WeightsError(f"{file} holds no state_dict", SAVE_ONE)
    return file, state


def _tensors(loaded: Any) -> State:
    """Return the tensors by name, without the prefix that DataParallel puts before it."""
    items = loaded.items() if isinstance(loaded, Mapping) else ()
    return {
        str(key).removeprefix("module."): value
        for key, value in items
        if isinstance(value, torch.Tensor)
    }


def _refuse_misfit(name: str, origin: Path, state: State, model: nn.Module) -> None:
    """Raise WeightsError where the tensors are not those of the model, and say whose they are."""
    found, wanted = _shapes(state), _shapes(model.state_dict())
    if found == wanted:
        return
    for other in ARCHITECTURES:
        if found == _shapes_of(other):
            reason = f"{origin} holds the weights of {other}, not of {name}"
            raise WeightsError(reason, f"choose --model {other}, or a file of {name}")
    odd = next(key for key in {**wanted, **found} if found.get(key) != wanted.get(key))
    reason = f"{origin} does not hold the weights of {name}: {_difference(odd, found, wanted)}"
    raise WeightsError(reason, SAVE_ONE)


def _difference(key: str, found: Shapes, wanted: Shapes) -> str:
    if key not in wanted:
        return f"it has no {key}"
    if key not in found:
        return f"{key} is missing"
    return f"{key} is {list(found[key])}, not {list(wanted[key])}"


@cache
def _shapes_of(name: str) -> Shapes:
    with torch.device("meta"):
        return _shapes(float_model(name).state_dict())


def _shapes(state: State) -> Shapes:
    """Return the shapes by name; a counter that old files lack does not matter."""
    return {k: v.shape for k, v in state.items() if not k.endswith("num_batches_tracked")}
