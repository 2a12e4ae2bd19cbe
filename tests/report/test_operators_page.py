import io
import json
from dataclasses import replace

import pytest
from operator_rows import FUSED, MS, ROOF, SLOW, UNFUSED
from report_samples import BUILD, MACHINE
from rich.console import Console

from resnettui.core.op_rows import GROUPS
from resnettui.core.operators import OpProfile
from resnettui.core.trial import Trial
from resnettui.core.verdict import verdict_of
from resnettui.report.op_columns import grid, pair_columns, row_columns
from resnettui.report.operators import (
    NO_ROOF,
    OpPage,
    cautions,
    inflation_text,
    verdict_notes,
    verdict_text,
)
from resnettui.report.operators_markdown import operators_markdown
from resnettui.report.operators_record import operators_record
from resnettui.report.operators_rich import operators_page

TRIAL = Trial(fusion="full", threads=2)
PAGE = OpPage(TRIAL, FUSED, ROOF, UNFUSED)
ALONE = OpPage(replace(TRIAL, fusion="none"), UNFUSED, ROOF)
INT8 = OpPage(Trial(precision="int8", engine="onednn"), SLOW)


def printed(page: OpPage, width: int, encoding: str = "utf-8") -> list[str]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding, "replace")
    Console(file=stream, width=width, highlight=False, color_system=None).print(
        operators_page(page, MACHINE, BUILD)
    )
    stream.seek(0)
    return stream.read().splitlines()


def line_of(lines: list[str], start: str) -> str:
    return next(line for line in lines if line.startswith(start))


def test_the_verdict_stands_on_top_with_its_numbers() -> None:
    lines = printed(PAGE, 120)
    assert lines[2].startswith("compute-bound: 96 % of the pass near the compute roof, 0 % near")
    assert "75 % of 100 GFLOP/s (convolution 256x28x28 3x3)" in lines[3]
    assert "1.36× its least time of 6.16 ms" in lines[3]
    assert "pass 8.20 ms, with the profiler 8.40 ms (1.02×)" in "".join(lines)
    assert "0.31 GMAC, 6.00 MB" in "".join(lines)


def test_wide_pages_have_every_column_and_narrow_ones_those_that_matter() -> None:
    wide, usual, narrow = (printed(PAGE, width) for width in (120, 80, 40))
    assert line_of(wide, "kind").split()[-1] == "kernel"
    assert "brgconv:sve_512" in line_of(wide, "conv2d_relu")
    assert line_of(usual, "kind").split() == [
        *("kind", "calls", "ms", "share", "GFLOP/s", "FLOP/B", "compute", "memory", "bound")
    ]
    assert line_of(narrow, "kind").split() == ["kind", "ms", "share", "GFLOP/s"]
    for width, lines in ((120, wide), (80, usual), (40, narrow)):
        assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("page", "cells"),
    [
        (ALONE, "conv2d 1 9.00 50 % 66.7 100 6.00 67 % 7 % compute gemm:acl"),
        (ALONE, "relu 1 3.00 17 % - - 90.0 - !300 % memory"),
        (ALONE, "between operators 1.00 6 % - - - - -"),
        (ALONE, "whole pass 4 18.0 100 % 33.3 4.29 140 33 % 78 % memory gemm:acl +1"),
        (PAGE, "whole pass 1 8.40 100 % 73.3 103 6.00 73 % 7 % compute brgconv:sve_512"),
        (PAGE, "conv2d_relu 0 → 1 - 8.00 +8.00 - 77.0 - 77 %"),
        (PAGE, "uneven passes 0.00 0.10 +0.10 - - - -"),
        (PAGE, "whole pass 4 → 1 18.0 8.40 -9.60 33.3 73.3 78 % 73 %"),
    ],
)
def test_a_row_has_its_figure_in_every_column(page: OpPage, cells: str) -> None:
    assert cells.split() in [line.split() for line in printed(page, 120)]


@pytest.mark.parametrize("by", GROUPS)
def test_every_grouping_has_a_page(by: str) -> None:
    lines = printed(replace(PAGE, by=by), 80)
    assert line_of(lines, by)
    assert max(map(len, lines)) <= 80


def test_rows_and_what_is_below_add_up_to_the_pass() -> None:
    rows = [*PAGE.rows(), *PAGE.whole()[:-1]]
    assert sum(row.share for row in rows) == pytest.approx(1)
    assert PAGE.whole()[-1].share == pytest.approx(1)


def test_unfused_stands_beside_fused() -> None:
    lines = printed(PAGE, 80)
    assert "none is compute-bound: 50 % of the pass" in "\n".join(lines)
    assert line_of(lines, "batch_norm").split() == [
        *("batch_norm", "1", "→", "0", "4.00", "-", "-4.00", "90", "%", "-")
    ]
    assert "!300 %" in line_of(lines, "relu")
    assert not any("→" in line for line in printed(ALONE, 80))


def test_the_figures_behind_a_verdict_without_a_caution_are_two_notes() -> None:
    whole, far = verdict_notes(verdict_of(FUSED, ROOF), ROOF)
    assert whole.startswith("whole pass: 75 % of 100 GFLOP/s")
    assert far == (
        "near neither: 0.00 ms in operators below half of their roof, 0.30 ms between operators"
    )


def test_what_exceeds_the_memory_roof_is_told() -> None:
    notes = list(verdict_notes(verdict_of(UNFUSED, ROOF), ROOF))
    assert "! 1 call over the memory roof: the data stays in a cache" in notes


def test_a_roof_that_is_too_low_is_told() -> None:
    fast = replace(FUSED, calls=(replace(FUSED.calls[0], time_ns=5 * MS),))
    notes = list(verdict_notes(verdict_of(fast, ROOF), ROOF))
    assert "! 1 call over the compute roof: it was measured too low" in notes


def test_a_busy_machine_is_told() -> None:
    busy = replace(FUSED, profiled_ns=16 * MS)
    notes = list(verdict_notes(verdict_of(busy, ROOF), ROOF))
    assert any(note.startswith("! 7.70 ms hit other operators in every pass") for note in notes)


def test_without_a_roof_there_is_no_verdict_and_no_picture() -> None:
    lines = printed(INT8, 80)
    assert NO_ROOF in lines
    assert not any("GFLOP/s against" in line for line in lines)
    assert any("GFLOP/s against" in line for line in printed(PAGE, 80))


def test_reference_kernels_are_named_even_where_their_column_has_no_room() -> None:
    lines = printed(INT8, 40)
    assert "! reference kernel in conv2d: 1 call ran convolution ref:any" in " ".join(
        line.strip() for line in lines
    )
    assert "! ref:any" in line_of(printed(INT8, 120), "conv2d")
    assert cautions(replace(INT8, profile=FUSED)) == []


def test_a_pin_that_came_to_nothing_is_told_with_its_reason() -> None:
    refused = replace(INT8, profile=replace(FUSED, not_pinned="all cores are alike"))
    assert cautions(refused) == ["! not pinned: all cores are alike"]
    assert "! not pinned: all cores are alike" in printed(refused, 80)


def test_a_terminal_without_braille_gets_a_picture_in_ascii() -> None:
    lines = printed(PAGE, 80, "ascii")
    at = next(n for n, line in enumerate(lines) if "GFLOP/s against" in line)
    assert any("@ conv2d_relu" in line or "conv2d_relu @" in line for line in lines[at:])
    assert "?" not in "".join(lines[at:])


def test_few_rows_leave_others_out_and_say_so() -> None:
    lines = printed(replace(ALONE, top=1), 80)
    assert "3 more rows" in lines
    assert not any(line.startswith("relu") for line in lines)


def test_a_grid_keeps_what_matters_most() -> None:
    columns = row_columns("kind")
    assert grid(columns, PAGE.rows()).heading[-1].strip() == "kernel"
    assert len(grid(columns, PAGE.rows(), 10).heading) == 2
    assert grid(pair_columns("kind"), PAGE.pairs(), 1).heading[0].strip() == "kind"


def test_markdown_has_the_verdict_and_both_tables() -> None:
    text = operators_markdown(PAGE, MACHINE, BUILD)
    assert "**compute-bound: 96 % of the pass" in text
    assert "| conv2d\\_relu | 1 | 8.00 | 95 % |" in text
    assert "| batch\\_norm | 1 → 0 | 4.00 | - | -4.00 |" in text
    assert NO_ROOF in operators_markdown(INT8, MACHINE, BUILD)


def test_the_record_has_raw_figures() -> None:
    found = json.loads(json.dumps(operators_record(PAGE, MACHINE, BUILD)))
    assert found["verdict"]["bound"] == "compute"
    assert sum(found["verdict"]["shares"].values()) == pytest.approx(1)
    assert found["pass"]["macs"] == 308 * MS
    assert found["pass"]["inflation"] == pytest.approx(8.4 / 8.2, abs=1e-4)
    assert found["operators"] == [
        {
            **{"label": "conv2d_relu", "calls": 1, "ms": 8.0, "share": 0.9524},
            **{"flop": 616 * MS, "moved_bytes": 6 * MS},
            **{"gflop_per_s": 77.0, "intensity": 102.6667, "bound": "compute"},
            **{"compute_roof_share": 0.77, "memory_roof_share": 0.075},
            **{"kernels": {"convolution brgconv:sve_512": 1}, "reference_kernels": []},
        }
    ]
    assert found["unfused"]["operators"][1]["label"] == "batch_norm"
    assert found["roof"]["memory"]["by"] == "triad"


def test_the_record_of_an_unknown_roof_has_nulls_and_the_reference_kernels() -> None:
    found = operators_record(INT8, MACHINE, None)
    assert (found["roof"], found["verdict"], found["unfused"]) == (None, None, None)
    assert found["operators"][0]["compute_roof_share"] is None
    assert found["operators"][0]["reference_kernels"] == ["convolution ref:any"]


def test_words_of_a_profile_of_nothing() -> None:
    empty = OpProfile((), 0, 0.0, 0.0)
    assert verdict_text(verdict_of(empty, ROOF)).startswith("compute-bound: 0 %")
    assert inflation_text(empty).startswith("pass 0.00 ms")
