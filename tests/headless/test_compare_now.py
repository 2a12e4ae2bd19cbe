"""What `compare` keeps and tells where a side cannot be measured, with a worker without torch."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from resnettui.bench import Bench
from resnettui.core.history import Entry
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import (
    Event,
    Failed,
    Finished,
    Measure,
    Prepared,
    Ready,
    Samples,
    WarmingUp,
)
from resnettui.core.trial import Check, Trial, WarmUp
from resnettui.errors import TrialError, UsageError
from resnettui.headless import compare as comparing
from resnettui.headless.compare import compare_now, entries_of
from resnettui.headless.keeping import store_failure
from resnettui.store import History

MS = 1_000_000
ONE, INT8 = Trial(model="resnet18"), Trial(model="resnet18", precision="int8")
CHOSEN = replace(INT8, engine="qnnpack")
WISHES = (Measure(1, ONE, duration_s=1.0), Measure(2, INT8, duration_s=1.0))
MACHINE = Machine(cpu="Neoverse-N1", isa=("asimd",), cores_allowed=4)
BUILD = Build("2.9.1", "0.24.1", ("qnnpack",), "qnnpack", "DEFAULT", True)
OPS = OpLedger()

Answer = Callable[[Measure], Sequence[Event]]


def block(wish: Measure) -> list[Event]:
    """Return the events of a block that goes well."""
    run = wish.run_id
    trial = CHOSEN if wish.trial == INT8 else wish.trial
    return [
        Ready(BUILD),
        Prepared(run, trial, Check(0.0, 1.0), OPS, OPS, {}),
        WarmingUp(run, WarmUp(10, True), MS, True),
        *(Samples(run, (5 * MS,), 5 * MS, n) for n in range(3)),
        Finished(run),
    ]


def failing(wish: Measure, at: int, kind: str) -> Sequence[Event]:
    """Return the events of a block; of one that fails, where its turn has come."""
    if wish.run_id < at:
        return block(wish)
    return [*block(wish)[:2], Failed(wish.run_id, kind, "too large", "less")]


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Put workers that answer by a script in the place of real ones."""
    monkeypatch.setattr(comparing, "probe", lambda: MACHINE)

    def use(answer: Answer) -> None:
        @asynccontextmanager
        async def crewed(bench: Bench) -> AsyncIterator[object]:
            def measure(wish: Measure) -> None:
                bench.looked(Reading(throttled="while it was built"))
                for event in answer(wish):
                    bench.receive(event)

            yield SimpleNamespace(measure=measure)

        monkeypatch.setattr(comparing, "crewed", crewed)

    return use


def stored(path: Path) -> Sequence[Entry]:
    with History.open(path) as history:
        return list(history.entries(listed.id for listed in history.listed()))


def test_both_sides_have_the_passes_of_all_blocks_and_what_was_true_beside_them(
    workers: Callable[[Answer], None],
) -> None:
    workers(block)
    compared = compare_now(WISHES, 6)
    assert [side.result.trial for side in compared.sides] == [ONE, CHOSEN]
    assert [side.result.passes for side in compared.sides] == [18, 18]
    assert ["throttled" in side.result.flags for side in compared.sides] == [False, False]
    assert all(entry.facts["python"] for entry in entries_of(compared, "now"))


@pytest.mark.parametrize(("at", "trial"), [(1, ONE), (2, CHOSEN), (5, ONE)])
def test_a_side_that_cannot_be_measured_is_stored_as_failed(
    at: int, trial: Trial, workers: Callable[[Answer], None], history_file: Path
) -> None:
    workers(partial(failing, at=at, kind="memory"))
    with pytest.raises(TrialError, match="too large"):
        compare_now(WISHES, 6, partial(store_failure, history_file))
    (entry,) = stored(history_file)
    assert (entry.source, entry.trial, entry.failure) == ("compare", trial, "too large")
    assert (entry.result, entry.machine, entry.build) == (None, MACHINE, BUILD)
    assert entry.facts


@pytest.mark.parametrize("kind", ["data", "weights"])
def test_bad_usage_is_no_failed_trial(
    kind: str, workers: Callable[[Answer], None], history_file: Path
) -> None:
    workers(partial(failing, at=1, kind=kind))
    with pytest.raises(UsageError):
        compare_now(WISHES, 6, partial(store_failure, history_file))
    assert not history_file.exists()


def test_a_failure_is_kept_nowhere_unless_asked(
    workers: Callable[[Answer], None], history_file: Path
) -> None:
    workers(partial(failing, at=1, kind="memory"))
    with pytest.raises(TrialError):
        compare_now(WISHES, 6)
    assert not history_file.exists()
