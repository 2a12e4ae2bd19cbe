import json
import re
from dataclasses import replace
from io import StringIO

import pytest
from report_samples import BUILD, MACHINE, MS, RESULT
from rich.console import Console, RenderableType

from resnettui.core.comparison import Comparison
from resnettui.report.comparison import (
    WEAKER,
    Compared,
    Side,
    comparison_record,
    pair_page,
    table_page,
    verdict_text,
)

SLOW = replace(
    RESULT,
    trial=replace(RESULT.trial, fusion="none"),
    latencies_ns=tuple(2 * latency for latency in RESULT.latencies_ns),
    flags={},
)
ONE, OTHER = Side(SLOW, MACHINE, BUILD), Side(RESULT, MACHINE, BUILD)
FASTER = Comparison(0.5, (0.49, 0.52), 12)
COMPARED = Compared(ONE, OTHER, FASTER)
ARM = replace(MACHINE, cpu="Neoverse-N1")


def printed(page: RenderableType, width: int = 120) -> str:
    out = StringIO()
    Console(file=out, width=width, color_system=None).print(page)
    return out.getvalue()


@pytest.mark.parametrize(
    ("comparison", "text"),
    [
        (Comparison(0.505, (0.4975, 0.513)), "1.98× faster [1.95, 2.01]"),
        (Comparison(1.5, (1.45, 1.56)), "1.50× slower [1.45, 1.56]"),
        (Comparison(20.0, (12.3, 30.0)), "20.0× slower [12.3, 30.0]"),
        (Comparison(1.0, (0.99, 1.01)), "no difference, 1.00× the time [0.99, 1.01]"),
        (Comparison(1.03, (0.97, 1.09)), "not decided, 1.03× the time [0.97, 1.09]"),
        (Comparison(3.0, None), "not decided, 3.00× the time"),
    ],
)
def test_a_verdict_has_its_factor_and_interval(comparison: Comparison, text: str) -> None:
    assert verdict_text(comparison) == text


def test_a_page_names_both_sides_and_says_how_they_were_measured() -> None:
    text = printed(pair_page(COMPARED))
    assert "A  resnet50 · int8 · fusion none" in text
    assert "B  resnet50 · int8 · fusion full" in text
    assert "│   │ median ms │ IQR │   n │ img/s │" in text
    assert "│ B │      8.06 │ 1 % │ 120 │   240 │" in text
    assert "B against A: 2.00× faster [1.92, 2.04]" in text
    assert "12 pairs of interleaved blocks" in text
    assert "the whole interval (95 %) is beyond ±2 %" in text
    assert "! B noisy: the middle half" in text
    assert text.count("AMD EPYC 9655") == 1
    assert WEAKER not in text


def test_a_comparison_that_was_not_interleaved_says_so() -> None:
    weaker = replace(COMPARED, comparison=replace(FASTER, pairs=0))
    assert WEAKER in printed(pair_page(weaker))


@pytest.mark.parametrize(
    ("comparison", "rule"),
    [
        (Comparison(1.0, (0.99, 1.01), 12), "is within ±2 %"),
        (Comparison(1.0, (0.9, 1.1), 12), "reaches across the bounds of ±2 %"),
        (Comparison(1.0, None), "too little was measured for an interval"),
    ],
)
def test_the_page_says_which_rule_decided(comparison: Comparison, rule: str) -> None:
    assert rule in printed(pair_page(replace(COMPARED, comparison=comparison)))


def test_another_batch_size_is_said_to_be_compared_by_the_image() -> None:
    single = replace(RESULT, trial=replace(RESULT.trial, batch_size=1))
    other = replace(COMPARED, second=Side(single, MACHINE, BUILD))
    assert "by the time for one image" in printed(pair_page(other))
    assert "by the time for one image" not in printed(pair_page(COMPARED))


def test_a_table_has_a_row_for_every_configuration_and_names_both_machines() -> None:
    arm = replace(COMPARED, second=Side(RESULT, ARM, BUILD))
    text = printed(table_page([arm, replace(arm, comparison=Comparison(1.0, (0.99, 1.01)))]), 140)
    assert "A  AMD EPYC 9655" in text
    assert "B  Neoverse-N1" in text
    assert re.search(r"│ configuration +│ A ms │ B ms │ B against A +│", text)
    assert re.search(r"│ resnet50 .*│ 16.1 │ 8.06 │ 2.00× faster", text)
    assert "2.00× faster [1.92, 2.04]" in text
    assert "no difference, 1.00× the time [0.99, 1.01]" in text
    assert WEAKER in text


def test_a_row_names_both_engines_where_they_differ() -> None:
    qnnpack = replace(RESULT, trial=replace(RESULT.trial, engine="qnnpack"))
    other = replace(COMPARED, second=Side(qnnpack, ARM, BUILD))
    assert "engine x86 and qnnpack" in printed(table_page([other]), 160)


def test_the_record_holds_ratio_interval_verdict_and_both_results() -> None:
    identified = replace(COMPARED, first=replace(ONE, id="a1b2"))
    plain = json.loads(json.dumps(comparison_record([identified])))
    (found,) = plain["comparisons"]
    assert plain["schema"] == 1
    assert (found["ratio"], found["interval"]) == (0.5, [0.49, 0.52])
    assert (found["verdict"], found["interleaved"], found["pairs"]) == ("faster", True, 12)
    assert found["a"]["id"] == "a1b2"
    assert found["a"]["trial"]["fusion"] == "none"
    assert found["b"]["latency_ms"]["p50"] == pytest.approx(RESULT.summary.p50 / MS)


def test_no_interval_is_null_in_the_record() -> None:
    undecided = replace(COMPARED, comparison=Comparison(3.0, None))
    assert comparison_record([undecided])["comparisons"][0]["interval"] is None


def test_equal_boards_are_told_apart_by_host() -> None:
    one, other = (
        replace(side, machine=replace(MACHINE, host=host))
        for side, host in zip(COMPARED.sides, ("pi-one", "pi-two"), strict=True)
    )
    text = printed(pair_page(replace(COMPARED, first=one, second=other)))
    assert "AVX512 · pi-one" in text
    assert "AVX512 · pi-two" in text
    assert "pi-one" not in printed(pair_page(replace(COMPARED, first=one, second=one)))
