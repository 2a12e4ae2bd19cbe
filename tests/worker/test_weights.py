import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import torch

from resnettui.core.trial import IMAGENET
from resnettui.worker.models import float_model
from resnettui.worker.weights import (
    STALL_S,
    WeightsError,
    checkpoint,
    to_download,
    weighted_model,
    weights_label,
)


def state(name: str = "resnet18") -> dict[str, torch.Tensor]:
    """Return weights that differ from the random ones."""
    return {key: value * 2 for key, value in float_model(name).state_dict().items()}


def saved(path: Path, what: object) -> str:
    torch.save(what, path)
    return str(path)


def refused(file: str, name: str = "resnet18") -> WeightsError:
    with pytest.raises(WeightsError) as error:
        weighted_model(name, file)
    assert len(str(error.value).splitlines()) == 1
    assert error.value.hint
    return error.value


def assert_loaded(file: str, expected: Mapping[str, torch.Tensor]) -> None:
    loaded = weighted_model("resnet18", file).state_dict()
    assert torch.equal(loaded["conv1.weight"], expected["conv1.weight"])
    assert torch.equal(loaded["fc.bias"], expected["fc.bias"])


def test_random_weights_are_the_same_each_time() -> None:
    first, second = (weighted_model("resnet18", "random").state_dict() for _ in range(2))
    assert all(torch.equal(first[key], value) for key, value in second.items())


def test_a_state_dict_is_loaded(tmp_path: Path) -> None:
    assert_loaded(saved(tmp_path / "a.pth", state()), state())


def test_a_checkpoint_of_a_parallel_model_is_loaded(tmp_path: Path) -> None:
    inner = {f"module.{key}": value for key, value in state().items()}
    file = saved(tmp_path / "a.pt", {"state_dict": inner, "epoch": 3})
    assert_loaded(file, state())


def test_old_files_without_the_counters_of_batch_norm_are_loaded(tmp_path: Path) -> None:
    old = {k: v for k, v in state().items() if not k.endswith("num_batches_tracked")}
    assert_loaded(saved(tmp_path / "a.pth", old), old)


def test_half_precision_weights_become_fp32(tmp_path: Path) -> None:
    half = {key: value.half() for key, value in state().items()}
    model = weighted_model("resnet18", saved(tmp_path / "a.pth", half))
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_another_depth_is_named(tmp_path: Path) -> None:
    file = saved(tmp_path / "a.pth", state("resnet34"))
    error = refused(file)
    assert str(error) == f"{file} holds the weights of resnet34, not of resnet18"
    assert error.hint == "choose --model resnet34, or a file of resnet18"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"fc.weight": torch.ones(10, 512)}, "fc.weight is [10, 512], not [1000, 512]"),
        ({"extra": torch.ones(1)}, "it has no extra"),
        ({"conv1.weight": None}, "conv1.weight is missing"),
    ],
)
def test_the_first_difference_is_named(
    tmp_path: Path, changed: dict[str, Any], reason: str
) -> None:
    odd = {key: value for key, value in {**state(), **changed}.items() if value is not None}
    error = refused(saved(tmp_path / "a.pth", odd))
    assert str(error).endswith(f"does not hold the weights of resnet18: {reason}")


@pytest.mark.parametrize(
    "what",
    [[1, 2], {}, {"state_dict": 5}, {"state_dict": {}}, torch.ones(3), {"epoch": 3}],
    ids=str,
)
def test_what_is_no_state_dict_is_refused(tmp_path: Path, what: object) -> None:
    assert "holds no state_dict" in str(refused(saved(tmp_path / "a.pth", what)))


def test_a_whole_model_is_refused_and_none_of_its_code_run(tmp_path: Path) -> None:
    error = refused(saved(tmp_path / "a.pth", float_model("resnet18")))
    assert "is no state_dict" in str(error)
    assert "torch.save(model.state_dict(), FILE)" in error.hint


@pytest.mark.parametrize("content", [b"", b"hello there", b"\x80\x02junk", b"PK\x03\x04 no zip"])
def test_what_torch_did_not_write_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pth").write_bytes(content)
    assert "is no state_dict, or a broken one" in str(refused(str(tmp_path / "a.pth")))


def test_a_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    file = Path(saved(tmp_path / "a.pth", state()))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert "is no state_dict, or a broken one" in str(refused(str(file)))


def test_a_file_that_is_gone_is_told() -> None:
    assert "No such file" in str(refused("/no/such/file.pth"))


@pytest.mark.parametrize(
    ("given", "label"),
    [("random", "random"), ("imagenet", "imagenet"), ("/a/b/mine.pth", "mine.pth")],
)
def test_weights_go_by_the_name_of_their_file(given: str, label: str) -> None:
    assert weights_label(given) == label


# ImageNet's, through torch.hub, with the network in the test's hands.


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of torch.hub's."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    return tmp_path / "hub" / "checkpoints"


def download(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    def fetch(url: str, target: str, prefix: str | None = None, progress: bool = True) -> None:
        act(url, Path(target), prefix)

    monkeypatch.setattr(torch.hub, "download_url_to_file", fetch)


def test_imagenets_weights_are_downloaded_and_kept(
    hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str | None, float | None]] = []

    def serve(url: str, target: Path, prefix: str | None) -> None:
        asked.append((url, prefix, socket.getdefaulttimeout()))
        torch.save(state(), target)

    download(monkeypatch, serve)
    assert to_download("resnet18", IMAGENET)
    assert_loaded(IMAGENET, state())
    assert not to_download("resnet18", IMAGENET)
    assert_loaded(IMAGENET, state())
    url = "https://download.pytorch.org/models/resnet18-f37072fd.pth"
    assert asked == [(url, "f37072fd", STALL_S)]
    assert checkpoint("resnet18") == hub / "resnet18-f37072fd.pth"
    assert socket.getdefaulttimeout() is None


@pytest.mark.parametrize("name", ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"])
def test_without_a_network_the_file_and_its_place_are_told(
    name: str, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(url: str, target: Path, prefix: str | None) -> None:
        raise URLError(OSError(-2, "Name or service not known"))

    download(monkeypatch, offline)
    error = refused(IMAGENET, name)
    file = checkpoint(name)
    reason = "[Errno -2] Name or service not known"
    assert str(error) == f"{file.name} cannot be downloaded: {reason}"
    url = f"https://download.pytorch.org/models/{file.name}"
    assert error.hint == f"download {url} and save it as {hub / file.name}"


def test_a_download_with_another_hash_is_told(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mangle(url: str, target: Path, prefix: str | None) -> None:
        raise RuntimeError('invalid hash value (expected "f37072fd", got "0")')

    download(monkeypatch, mangle)
    assert "cannot be downloaded: invalid hash value" in str(refused(IMAGENET))


def test_a_broken_file_in_the_cache_is_to_be_deleted(hub: Path) -> None:
    hub.mkdir(parents=True)
    checkpoint("resnet18").write_text("half a page of a proxy")
    error = refused(IMAGENET)
    assert str(checkpoint("resnet18")) in str(error)
    assert error.hint.startswith("delete it")


def test_a_stalled_server_is_not_waited_for_after_an_error(
    hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stall(url: str, target: Path, prefix: str | None) -> None:
        raise TimeoutError("timed out")

    download(monkeypatch, stall)
    assert "cannot be downloaded: timed out" in str(refused(IMAGENET))
    assert socket.getdefaulttimeout() is None


def test_an_imagenet_file_of_another_model_is_refused(hub: Path) -> None:
    hub.mkdir(parents=True)
    torch.save(state("resnet34"), checkpoint("resnet18"))
    assert "holds the weights of resnet34" in str(refused(IMAGENET))


def test_only_imagenets_weights_come_over_the_network() -> None:
    assert not to_download("resnet18", "random")
    assert not to_download("resnet18", "/a/file.pth")
