import subprocess
import sys

import pytest
import torch

from resnettui.worker import extension


def test_torchvision_imports_in_a_fresh_process_and_its_models_work() -> None:
    code = """
from resnettui.worker.extension import ensure_torchvision_imports
declared = ensure_torchvision_imports()
import torchvision
from torchvision.extension import _has_ops
print(declared != _has_ops(), torchvision.models.resnet18().fc.out_features)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout == "True 1000\n", done.stderr


def test_nothing_is_declared_where_the_extension_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "_declared", [])
    monkeypatch.setattr(torch.ops, "load_library", lambda path: None)
    assert extension.ensure_torchvision_imports() is False
    assert extension._declared == []


def test_the_operators_are_declared_where_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    declared: list[str] = []

    class Recording:
        def __init__(self, name: str, kind: str) -> None:
            declared.append(f"{name} {kind}")

        def define(self, schema: str) -> None:
            declared.append(schema.partition("(")[0])

    def refuse(path: str) -> None:
        raise OSError(f"{path}: undefined symbol")

    monkeypatch.setattr(extension, "_declared", [])
    monkeypatch.setattr(torch.ops, "load_library", refuse)
    monkeypatch.setattr(torch.library, "Library", Recording)
    assert extension.ensure_torchvision_imports() is True
    assert declared == ["torchvision FRAGMENT", "nms", "qnms"]
    assert extension.ensure_torchvision_imports() is True
    assert len(declared) == 3
