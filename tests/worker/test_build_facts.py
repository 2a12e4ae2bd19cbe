import torch

from resnettui.worker.build_facts import build_facts, openmp_library


def test_torch_tells_its_threads_and_its_onednn() -> None:
    facts = build_facts()
    assert facts["threads"] == torch.get_num_threads()
    assert facts["openmp_threads"] is None or facts["openmp_threads"] >= 1
    if torch.backends.mkldnn.is_available():
        assert facts["onednn"].count(".") >= 1


def test_the_runtime_is_the_one_that_is_loaded() -> None:
    maps = (
        "7f00-7f01 r-xp 0 00:1 1  /v/torch.libs/libgomp-a49a47f9.so.1.0.0\n"
        "7f01-7f02 r-xp 0 00:1 1  /v/torch.libs/libgomp-a49a47f9.so.1.0.0\n"
        "7f03-7f04 r-xp 0 00:1 2  /v/torch/lib/libtorch_cpu.so\n"
        "7f05-7f06 r-xp 0 00:1 2  /v/libgomplete.so\n"
    )
    assert openmp_library(maps) == "libgomp"
    assert openmp_library(maps + "7f07-7f08 r 0 0 3 /opt/libiomp5.so\n") == "libgomp, libiomp5"
    assert openmp_library("") == ""
