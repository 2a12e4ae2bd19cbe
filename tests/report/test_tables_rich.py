from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from table_pages import BATCH, PLATFORMS, TABLES

from resnettui.core.table import Table
from resnettui.report.tables_rich import fitting, heading_width, platform_lines, render


def page(*tables: Table, width: int = 100, colour: bool = False) -> list[str]:
    out = StringIO()
    system = "truecolor" if colour else None
    Console(file=out, width=width, color_system=system, force_terminal=colour).print(  # type: ignore[arg-type]
        render(tables), crop=False, end=""
    )
    return out.getvalue().splitlines()


def test_a_table_with_its_title_what_is_fixed_its_knee_and_notes() -> None:
    assert [line.rstrip() for line in page(BATCH, width=90)] == [
        "BATCH SIZE",
        "Board <1> | two_cores · resnet50 · fusion full · 1 thread",
        "batch size  latency, ms  img/s  of the best  flags",
        "─" * 63,
        "         1         27.8   35.9         75 %",
        "    knee 2         44.1   45.4         95 %  noisy, not settled",
        "         4         84.0   47.6        100 %",
        "Knee at batch 2, the least that comes within 5 % of the best throughput (45.4 of 47.6",
        "img/s at 4): a pass takes 44.1 ms, 1.58× that at 1. It rests on disturbed rows, at 2",
        "(noisy, not settled).",
        "",
        "A note.",
        "",
    ]


def test_on_a_narrow_terminal_flags_become_marks_told_below() -> None:
    lines = [line.rstrip() for line in page(BATCH, width=40)]
    assert "knee 2      44.1   45.4    95 %  !" in lines
    assert "! batch size 2: noisy, not settled" in lines
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize("width", [10, 20, 40, 60, 80, 100, 120, 200])
def test_at_no_width_is_a_figure_cut(width: int) -> None:
    text = "\n".join(page(*TABLES, width=width))
    for figure in ("27.8", "47.6", "584.8", "1.95×", "97.5 %", "160 → 41", "1500", "knee 2"):
        assert figure in text
    assert "…" not in text
    assert "noisy" in text


def test_platforms_stand_once_and_apart() -> None:
    lines = [line.rstrip() for line in page(PLATFORMS)]
    first = next(at for at, line in enumerate(lines) if line.startswith("A board with"))
    assert lines[first + 1].startswith("long name, 4 cores  ")
    assert lines[first + 2] == ""
    assert lines[first + 3].startswith("Other  ")


def test_tables_of_one_kind_share_their_title_and_notes() -> None:
    lines = page(BATCH, BATCH)
    assert lines.count("BATCH SIZE") == lines.count("A note.") == 1
    assert sum(line.startswith("Board") for line in lines) == 2


def test_the_latency_is_bold_and_flags_are_yellow() -> None:
    line = next(line for line in page(BATCH, colour=True) if "noisy" in line)
    assert "\x1b[1m" in line.split("44.1")[0]
    assert "\x1b[33m" in line.split("noisy")[0]


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (["short"], ["short"]),
        (["short", "short"], ["short", ""]),
        (["one two three"], ["one two three"]),
        (["one two three"] * 2, ["one two", "three"]),
        (["one two three"] * 3, ["one two", "three", ""]),
        (["one two three four"] * 2, ["one two", "three four"]),
        (["a", "a", "b", "a"], ["a", "", "b", "a"]),
        ([""], [""]),
    ],
)
def test_a_long_name_goes_on_in_the_rows_below(names: list[str], lines: list[str]) -> None:
    assert platform_lines(names, 8) == lines


@pytest.mark.parametrize(
    ("lines", "width"), [(1, 19), (2, 10), (3, 10)], ids=["one line", "two", "more than its words"]
)
def test_a_heading_is_as_narrow_as_its_lines_allow(lines: int, width: int) -> None:
    assert heading_width("parallel efficiency", lines) == width
    assert heading_width("", lines) == 0


def test_as_few_lines_of_heading_as_fit() -> None:
    texts = [["1", "27.8", "35.9", "75 %", ""]]
    assert fitting(BATCH.columns, texts, 80) == [10, 11, 5, 11, 5]
    assert fitting(BATCH.columns, texts, 49) == [5, 8, 5, 6, 5]
    assert fitting(BATCH.columns, texts, 20) is None


def test_markup_in_a_name_is_taken_literally() -> None:
    odd = replace(BATCH, fixed={"platform": "[red]board[/red]"})
    assert "[red]board[/red]" in page(odd)
