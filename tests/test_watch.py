"""The real `resnettui watch` with a real worker, whose reader leaves."""

import json
import subprocess
import sys

COMMAND = "-m resnettui watch --json --model resnet18 --image-size 64"


def test_a_reader_that_leaves_ends_it_without_a_word() -> None:
    with subprocess.Popen(
        [sys.executable, *COMMAND.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(timeout=60) == 0
    assert first["trial"]["model"] == "resnet18"
    assert first["phase"] != "failed"
    assert said == ""
