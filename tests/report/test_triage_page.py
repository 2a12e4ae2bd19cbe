import io
import json

import pytest
from rich.console import Console, RenderableType
from triage_samples import BOARD, BUILD, FINDINGS, MACHINE

from resnettui.core.board import Board, Throttling
from resnettui.core.machine import Machine
from resnettui.report import triage_markdown
from resnettui.report.triage_facts import NOT_TOLD, sections_of, size
from resnettui.report.triage_page import WIDE, headline, triage_page
from resnettui.report.triage_record import triage_record


def rendered(page: RenderableType, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False).print(page)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def without_blanks(text: str) -> str:
    """Return a text as no line can break it."""
    return "".join(text.split())


def page(width: int) -> list[str]:
    return rendered(triage_page(BOARD, MACHINE, BUILD, FINDINGS), width)


@pytest.mark.parametrize("width", [40, 80, WIDE, 120, 200])
def test_the_page_fits_and_loses_nothing(width: int) -> None:
    lines = page(width)
    assert max(len(line) for line in lines) <= width
    text = without_blanks(" ".join(lines))
    for finding in FINDINGS:
        assert without_blanks(f"{finding.key} {finding.fact} → {finding.advice}") in text


def test_findings_come_before_facts_and_the_worst_first() -> None:
    lines = page(120)
    assert lines[0].startswith("Triage: 1 critical, ")
    assert "Orange Pi 5 Plus" in lines[1]
    assert lines[3].startswith("✗ throttled ")
    assert FINDINGS[0].advice in next(line for line in lines if "→ " in line)
    notes = next(at for at, line in enumerate(lines) if line.startswith("  numa"))
    assert notes > next(at for at, line in enumerate(lines) if line.startswith("! quota"))
    assert notes < next(at for at, line in enumerate(lines) if line.startswith("Processor"))


def test_sections_stand_in_two_columns_where_there_is_room() -> None:
    titles = [section.title for section in sections_of(BOARD, MACHINE, BUILD)]
    narrow, wide = page(WIDE - 1), page(WIDE)
    assert [line for line in narrow if line in titles] == titles
    assert len([line for line in wide if line in titles]) < len(titles)
    assert len(wide) < len(narrow)


def test_a_machine_without_findings_is_told_so() -> None:
    assert headline(()) == "Triage: nothing found that stands in the way of a measurement"
    lines = rendered(triage_page(BOARD, MACHINE, None, ()), 80)
    assert lines[3] == "Processor"


def test_facts_have_their_figures() -> None:
    facts = {
        label: text
        for section in sections_of(BOARD, MACHINE, BUILD)
        for label, text in section.facts.items()
    }
    assert facts["cores"] == "1 allowed · 7 usable · 7 online · 5 off"
    assert facts["big 4,6-7"] == "Cortex-A76 · capacity 1024 · 2.40 GHz"
    assert facts["clock big"] == (
        "1.61 GHz now · 0.41 GHz to 2.40 GHz · capped at 1.61 GHz · governor ondemand"
    )
    assert facts["clock little"] == NOT_TOLD
    assert facts["soc|thermal"] == "84.7 °C · passive 85, critical 115"
    assert facts["cooling"] == "thermal-cpufreq-0 3 of 4, pwm-fan 2"
    assert facts["since boot"] == "under-voltage"
    assert facts["L1d"] == "3 × 64 KiB + 4 × 32 KiB"
    assert facts["threads per core"].endswith(" · no SMT")
    assert facts["L3"] == "3 MiB, for 7 cores"
    assert facts["memory"] == "300 MiB available of 8 GiB · cgroup limit 1 GiB"
    assert facts["quota"] == "1.5 cores · used up in 150 of 200 periods"
    assert facts["other programs"] == "0.30 cores · stress 0.25"
    assert facts["stolen time"] == "4 %"
    assert facts["dotprod"].startswith("yes · int8")
    assert facts["SVE"].startswith("big only · fp32")
    assert facts["bf16"].startswith("no · bf16")
    assert facts["oneDNN"] == "3.7.1 · with ACL"
    assert facts["engine onednn"] == "gemm_s8u8s32:ref"
    assert facts["engine x86"] == "does not run: no such engine"


def test_a_firmware_that_holds_nothing_back_is_an_answer_and_silence_is_none() -> None:
    def throttled(told: bool) -> str | None:
        board = Board(throttling=Throttling(firmware_told=told))
        sections = sections_of(board, Machine(), None)
        return {k: text for each in sections for k, text in each.facts.items()}.get("throttled now")

    assert (throttled(True), throttled(False)) == ("no", None)


def test_what_could_not_be_read_is_not_available_and_never_zero() -> None:
    sections = sections_of(Board(), Machine(), None)
    facts = {label: text for section in sections for label, text in section.facts.items()}
    for label in ("processor", "clock", "temperature", "cooling", "swap", "caches", "affinity"):
        assert facts[label] == NOT_TOLD
    assert facts["memory"] == f"{NOT_TOLD} available of {NOT_TOLD}"
    assert [section.title for section in sections] == [
        *("Processor", "Clock and heat", "Caches and memory", "Limits and load"),
    ]


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (None, NOT_TOLD),
        (0, "0 KiB"),
        (48 << 10, "48 KiB"),
        (1 << 20, "1 MiB"),
        (1536 << 10, "1.50 MiB"),
        (32 << 20, "32 MiB"),
        (25_276_502_016, "23.5 GiB"),
    ],
)
def test_sizes_have_the_unit_that_fits(size_bytes: int | None, text: str) -> None:
    assert size(size_bytes) == text


def test_markdown_holds_findings_and_sections() -> None:
    text = triage_markdown.render(BOARD, MACHINE, BUILD, FINDINGS)
    lines = text.splitlines()
    assert lines[0] == f"# {headline(FINDINGS)}"
    assert f"| critical | throttled | {FINDINGS[0].fact} | {FINDINGS[0].advice} |" in lines
    assert "## Instruction sets" in lines
    assert "| soc\\|thermal | 84.7 °C · passive 85, critical 115 |" in lines
    assert text.endswith("|\n")
    assert "| severity |" not in triage_markdown.render(BOARD, MACHINE, BUILD, ())


def test_the_record_is_json_with_figures() -> None:
    plain = json.loads(json.dumps(triage_record(BOARD, MACHINE, BUILD, FINDINGS)))
    assert plain["findings"][0] == {
        "severity": "critical",
        "key": "throttled",
        "fact": FINDINGS[0].fact,
        "advice": FINDINGS[0].advice,
    }
    machine = plain["machine"]
    assert (machine["cores_allowed"], machine["quota_cores"]) == (1, 1.5)
    assert machine["caches"] == {"L1d": 64 << 10, "L3": 3 << 20}
    assert machine["engines"] == ["qnnpack", "onednn"]
    assert machine["features"]["dotprod"] is True
    assert machine["features"]["bf16"] is False
    assert (machine["online"], machine["offline"]) == ([0, 1, 2, 3, 4, 6, 7], [5])
    assert plain["caches"][2]["name"] == "L3"
    assert plain["caches"][2]["instances"] == 1
    assert plain["cgroup"]["throttled_periods"] == 150
    assert plain["throttling"]["under_voltage_since_boot"] is True
    assert plain["torch"]["engine_kernels"]["onednn"] == "convolution gemm_s8u8s32:ref"


def test_the_record_of_a_machine_that_tells_nothing_is_null() -> None:
    plain = json.loads(json.dumps(triage_record(Board(), Machine(), None, ())))
    assert plain["torch"] is None
    assert plain["memory"]["total_bytes"] is None
    assert plain["machine"]["virtual"] is None
