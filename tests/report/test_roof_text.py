import json
from dataclasses import replace

import pytest
from report_samples import BUILD, MACHINE, RESULT
from rich.console import Console

from resnettui.core.roof import MEMORY, Peak
from resnettui.report.record import record
from resnettui.report.roof import peaks_text, work_facts
from resnettui.report.terminal import result_page

PEAKS = (
    Peak(RESULT.trial.precision, RESULT.trial.cores, 4e11, "convolution"),
    Peak(MEMORY, RESULT.trial.cores, 4e10, "triad"),
)
WORKED = replace(RESULT, flop=8_000_000_000, moved_bytes=98_000_000)
PER_S = WORKED.passes_per_s


def test_peaks_have_their_units() -> None:
    peaks = (Peak("fp32", 1, 2.441e11, "c"), Peak("int8", 1, 9e11, "c"), Peak(MEMORY, 1, 7e10, "t"))
    assert peaks_text(peaks) == "fp32 244 GFLOP/s, int8 900 GOP/s, memory 70.0 GB/s"
    assert peaks_text(()) == "none could be measured"


def test_the_work_of_a_pass_is_shown_and_the_roof_where_it_is_known() -> None:
    assert list(work_facts(WORKED, PEAKS)) == ["work of a pass", "roof"]
    assert list(work_facts(WORKED, ())) == ["work of a pass"]
    assert work_facts(replace(WORKED, flop=None), PEAKS) == {}
    assert work_facts(replace(WORKED, moved_bytes=None), PEAKS) == {}
    work = work_facts(WORKED, PEAKS)["work of a pass"]
    assert work == f"8.00 GFLOP, at least 98.0 MB to move: {8 * PER_S:.0f} GFLOP/s"
    roof = work_facts(WORKED, PEAKS)["roof"]
    assert roof.startswith(f"{100 * 8e9 * PER_S / 4e11:.0f} % of ")
    assert "(convolution, measured too low), " in roof
    assert roof.endswith("of memory 40.0 GB/s (triad)")


def test_the_page_of_a_result_has_its_roof() -> None:
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        console.print(result_page(WORKED, MACHINE, BUILD, PEAKS))
    assert "(triad)" in capture.get()


def test_the_record_has_work_and_roof_or_none() -> None:
    plain = json.loads(json.dumps(record(WORKED, MACHINE, BUILD, peaks=PEAKS)))
    assert (plain["work"]["flop"], plain["work"]["moved_bytes"]) == (8_000_000_000, 98_000_000)
    assert plain["work"]["gflop_per_s"] == pytest.approx(8 * PER_S, rel=1e-3)
    assert plain["work"]["gb_per_s"] == pytest.approx(0.098 * PER_S, rel=1e-3)
    assert plain["roof"]["compute_gflop_per_s"] == 400.0
    assert plain["roof"]["memory_gb_per_s"] == 40.0
    assert plain["roof"]["threads"] == RESULT.trial.cores
    assert plain["roof"]["compute_share"] == pytest.approx(8e9 * PER_S / 4e11, abs=1e-3)
    assert plain["roof"]["memory_share"] == pytest.approx(98e6 * PER_S / 4e10, abs=1e-3)
    assert (plain["roof"]["compute_by"], plain["roof"]["memory_by"]) == ("convolution", "triad")
    assert record(WORKED, MACHINE, BUILD)["roof"] is None
    assert record(replace(WORKED, flop=None), MACHINE, BUILD)["work"] is None
    assert record(replace(WORKED, moved_bytes=None), MACHINE, BUILD)["work"] is None
