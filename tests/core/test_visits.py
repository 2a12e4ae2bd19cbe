from array import array
from dataclasses import replace

import pytest
from core_samples import BUILD, MS, folded, result_of, whole_run

from resnettui.core.history import Entry, listed_of
from resnettui.core.live import Snapshot
from resnettui.core.live_events import Chosen, Probed, Reset
from resnettui.core.machine import Machine, platform_name
from resnettui.core.protocol import Failed, WorkerLost
from resnettui.core.trial import Trial
from resnettui.core.visits import PASSES_KEPT, visit

AT = "2026-11-24T05:30:16Z"
TRIAL = Trial(precision="int8", threads=2)


def left(snapshot: Snapshot) -> Entry | None:
    return visit(snapshot, id="a" * 32, at=AT, facts={"kernel": "6.8"})


def measured(passes: int) -> Snapshot:
    return folded([Probed(Machine(cpu="N1")), *whole_run(1, TRIAL, [10 * MS] * passes)])


def test_a_p90_is_what_a_visit_must_carry() -> None:
    assert PASSES_KEPT == 29
    assert left(measured(28)) is None
    assert left(measured(29)) is not None


def test_a_visit_is_kept_with_everything() -> None:
    snapshot = measured(40)
    result = snapshot.result()
    assert result is not None
    assert left(snapshot) == Entry(
        id="a" * 32,
        at=AT,
        source="live",
        trial=replace(TRIAL, engine="x86"),
        machine=Machine(cpu="N1"),
        build=BUILD,
        result=result.packed(),
        facts={"kernel": "6.8"},
    )


def test_what_waits_to_be_stored_takes_8_bytes_a_latency() -> None:
    entry = left(measured(40))
    assert entry is not None
    assert entry.result is not None
    assert entry.result.latencies_ns == array("q", [10 * MS] * 40)
    assert "ordered_ns" not in vars(entry.result)


def test_a_configuration_that_was_passed_by_leaves_nothing() -> None:
    assert left(Snapshot()) is None
    assert left(folded([Chosen(1, TRIAL)])) is None
    assert left(folded([Chosen(2, TRIAL)], measured(40))) is None
    assert left(folded([Reset()], measured(40))) is None


@pytest.mark.parametrize(
    "failure", [Failed(1, "memory", "too large", "less"), WorkerLost("too large", "less")]
)
def test_a_failure_is_kept_with_its_reason(failure: Failed | WorkerLost) -> None:
    entry = left(folded([Chosen(1, TRIAL), failure]))
    assert entry is not None
    assert (entry.failure, entry.result, entry.build, entry.trial) == (
        *("too large", None, None),
        TRIAL,
    )


def test_a_measurement_that_broke_off_keeps_its_sample_and_is_listed_as_failed() -> None:
    entry = left(folded([WorkerLost("killed")], measured(40)))
    assert entry is not None
    assert entry.failure == "killed"
    assert entry.result is not None
    assert entry.result.passes == 40
    assert listed_of(entry).outcome is None


def test_a_listed_entry_shows_its_own_trial_and_platform() -> None:
    result = result_of(replace(TRIAL, engine="x86"), n=3)
    listed = listed_of(Entry("a" * 32, AT, "run", TRIAL, Machine(cpu="N1"), result=result))
    assert listed.outcome is not None
    assert listed.trial == listed.outcome.trial == TRIAL
    assert listed.platform == listed.outcome.platform == "N1, 1 core"


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (Machine(cpu="AMD EPYC", cores_allowed=2), "AMD EPYC, 2 cores"),
        (Machine(cpu="A72", board="Pi 4", cores_allowed=4), "Pi 4, A72, 4 cores"),
        (Machine(cpu="A72", board="RK3399", cores_allowed=4), "RK3399, A72, 4 cores"),
        (Machine(cpu="A72", name="garage", host="pi", cores_allowed=4), "garage, 4 cores"),
        (
            Machine(board="Raspberry Pi 4", arch="aarch64", cores_allowed=4),
            "Raspberry Pi 4, 4 cores",
        ),
        (Machine(arch="aarch64"), "aarch64, 1 core"),
        (Machine(), "unknown, 1 core"),
    ],
)
def test_a_platform_is_named_by_what_is_known_of_it(machine: Machine, name: str) -> None:
    assert platform_name(machine) == name
