import json
from collections.abc import Iterable

from report_samples import BUILD, FUSED, MACHINE, MS, TRIAL, UNFUSED

from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import Chosen, LiveEvent, Looked, Probed
from resnettui.core.machine import Reading
from resnettui.core.protocol import (
    Failed,
    Hello,
    Prepared,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
)
from resnettui.core.trial import Check, WarmUp
from resnettui.report.watch import watch_line, watch_record

AT = "2026-11-24T06:13:07Z"

READING = Reading(
    core_use={0: 1.0, 1: 0.98765},
    clock_hz={0: 2_600_000_000},
    temperature_celsius=51.4,
    worker_cores=1.98,
    ui_cores=0.004,
)

BEGUN: list[LiveEvent] = [
    *(Probed(MACHINE), Chosen(1, TRIAL), Starting(1), Hello(1, 4711), Ready(BUILD)),
    Step(1, "calibrating", 3, 8),
]
WARM: list[LiveEvent] = [
    Prepared(1, TRIAL, Check(0.25, 0.99), FUSED, UNFUSED, {"convolution x": 53}),
    WarmingUp(1, WarmUp(7), 9 * MS),
]
MEASURED: list[LiveEvent] = [
    WarmingUp(1, WarmUp(12, True), 9 * MS, done=True),
    Samples(1, (8 * MS,) * 60, 500 * MS, 10**9),
    Looked(READING),
]


def folded(*events: Iterable[LiveEvent]) -> Snapshot:
    snapshot = Snapshot()
    for event in (event for part in events for event in part):
        snapshot = fold(snapshot, event)
    return snapshot


def test_a_record_holds_what_is_shown_live() -> None:
    plain = watch_record(folded(BEGUN, WARM, MEASURED), AT)
    assert json.loads(json.dumps(plain)) == plain
    assert (plain["at"], plain["phase"], plain["failure"]) == (AT, "measuring", None)
    assert plain["trial"]["precision"] == "int8"
    assert plain["passes"] == plain["latency_ms"]["n"] == 60
    assert plain["latency_ms"]["p95"] == 8.0
    assert plain["latency_ms"]["p99"] is None
    assert plain["throughput_img_s"] == 240.0
    assert plain["core_use"] == {"0": 1.0, "1": 0.9877}
    assert plain["clock_hz"] == {"0": 2_600_000_000}
    assert (plain["temperature_celsius"], plain["worker_cores"]) == (51.4, 1.98)
    assert plain["ops"]["fused"] == 33
    assert plain["kernels"] == {"convolution x": 53}


def test_before_there_is_a_figure_it_is_null() -> None:
    plain = watch_record(folded(BEGUN), AT)
    unknown = ("latency_ms", "throughput_img_s", "ops", "kernels", "temperature_celsius")
    assert {plain[name] for name in unknown} == {None}
    assert (plain["phase"], plain["doing"]) == ("building", "calibrating 3/8")
    assert (plain["passes"], plain["flags"], plain["core_use"]) == (0, {}, {})


def test_a_line_says_it_in_words() -> None:
    assert watch_line(folded(BEGUN), AT) == f"{AT}  building  calibrating 3/8"
    assert watch_line(folded(BEGUN, WARM), AT) == f"{AT}  warming up  pass 7"
    line = watch_line(folded(BEGUN, WARM, MEASURED), AT)
    assert line == f"{AT}  measuring  n 60  8.00 ms  p99 - (60/299)  240 img/s  1.98 cores  51 °C"


def test_flags_stand_at_the_end_of_the_line() -> None:
    uneven = Samples(1, (8 * MS, 16 * MS) * 30, 500 * MS, 10**9)
    assert watch_line(folded(BEGUN, WARM, MEASURED[:1], [uneven]), AT).endswith("img/s  ! noisy")


def test_a_failure_is_told_in_both() -> None:
    failed = folded(BEGUN, [Failed(1, "memory", "it does not fit", "a smaller batch")])
    assert watch_record(failed, AT)["failure"] == "it does not fit"
    assert watch_line(failed, AT) == f"{AT}  failed  it does not fit"
