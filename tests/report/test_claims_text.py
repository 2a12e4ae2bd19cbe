import json

import pytest
from rich.console import Console

from resnettui.core.claims import Case, Evidence, Figure, Finding, Verdict
from resnettui.core.machine import Machine
from resnettui.core.statements import STATEMENTS, Answer, answers
from resnettui.core.trial import Trial
from resnettui.report.claims import case_text, figure_lines, markdown, record, variant_text
from resnettui.report.claims_rich import SHOWN_CASES, claims_page

KNEE, EFFICIENCY = STATEMENTS[0], STATEMENTS[3]
FUSED = Trial(precision="int8", fusion="full", threads=2, engine="x86")
CASES = (
    Case(Trial(), True, (Figure("knee at batch", 32, "count"), Figure("of up to", 128, "count"))),
    Case(FUSED, False, (Figure("gains", 1.234, "ratio"),)),
    Case(Trial(processes=4), None, (Figure("efficiency", 0.804, "share"),)),
)
ANSWERS = (Answer(KNEE, Finding(CASES)), Answer(EFFICIENCY, Finding((), "it allows one core")))
UNASKED = answers(Evidence(Machine()))


def page(found: tuple[Answer, ...], width: int, suffix: str = "") -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(claims_page(found, "What it says", suffix))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_a_case_is_one_line() -> None:
    assert [case_text(case) for case in CASES] == [
        "fp32 unfused, 1 thread: knee at batch 32, of up to 128",
        "int8 x86 fused, 2 threads: gains 1.23×",
        "fp32 unfused, 4 processes: efficiency 80 % (decides nothing)",
    ]
    assert variant_text(Trial(processes=1, threads=8)) == "fp32 unfused, 8 threads"


def test_what_holds_in_part_says_how_often() -> None:
    finding = Finding(CASES)
    assert finding.verdict is Verdict.PARTLY
    assert figure_lines(finding, 1) == ["in 1 of 2 cases", case_text(CASES[0]), "and 2 more"]


def test_what_cannot_be_answered_says_why() -> None:
    finding = Finding(CASES[2:], "fp16 is emulated here")
    assert figure_lines(finding) == [
        "fp16 is emulated here",
        "fp32 unfused, 4 processes: efficiency 80 %",
    ]


@pytest.mark.parametrize("width", [70, 80, 120])
def test_the_page_has_verdict_statement_figures_and_command(width: int) -> None:
    lines = page(ANSWERS, width)
    assert max(map(len, lines)) <= width
    assert lines[0] == "What it says"
    assert f"holds in part     {KNEE.words}" in lines
    assert "                  resnettui sweep --study batch" in lines
    assert "cannot be         Parallel efficiency falls as threads are added."[:width] in lines
    assert "answered here     it allows one core" in lines


def test_long_lists_of_cases_are_cut_on_the_terminal_alone() -> None:
    many = Finding((CASES[0],) * (SHOWN_CASES + 3))
    answer = (Answer(KNEE, many),)
    assert any(line.strip() == "and 3 more" for line in page(answer, 80))
    assert len(record(answer, "here", "", "")["claims"][0]["cases"]) == SHOWN_CASES + 3
    assert "more" not in markdown(answer, "x", "")


def test_the_record_is_plain_values() -> None:
    plain = json.loads(json.dumps(record(ANSWERS, "here", "2.13.0", " --history h.sqlite")))
    assert (plain["schema"], plain["platform"], plain["torch"]) == (1, "here", "2.13.0")
    first, second = plain["claims"]
    assert first["verdict"] == "holds in part"
    assert first["command"] == "resnettui sweep --study batch --history h.sqlite"
    assert [case["holds"] for case in first["cases"]] == [True, False, None]
    assert first["cases"][1]["figures"] == {"gains": 1.234}
    assert first["cases"][1]["trial"]["engine"] == "x86"
    assert (second["reason"], second["cases"]) == ("it allows one core", [])
    assert second["command"] is None


def test_what_cannot_be_answered_has_no_command() -> None:
    lines = page(ANSWERS, 80)
    assert [line for line in lines if "resnettui sweep" in line] == [
        "                  resnettui sweep --study batch"
    ]
    (row,) = [line for line in markdown(ANSWERS, "x", "").splitlines() if "one core" in line]
    assert row.endswith("| - |")


def test_markdown_has_a_row_for_each_statement() -> None:
    lines = markdown(UNASKED, "What it says", "").splitlines()
    rows = [line for line in lines if "`resnettui sweep" in line]
    assert len(rows) == len(STATEMENTS)
    assert all("| not measured yet |  |" in row for row in rows)
