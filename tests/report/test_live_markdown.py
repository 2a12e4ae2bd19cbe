from report_samples import BUILD, MACHINE, RESULT

from resnettui.core.outcome import outcome_of
from resnettui.core.scaling import scaling_rows
from resnettui.core.visited import visited_table
from resnettui.report.live_markdown import live_markdown, result_markdown


def test_a_result_is_told_with_its_machine_its_figures_and_its_flags() -> None:
    lines = result_markdown(RESULT, MACHINE, BUILD).splitlines()
    assert lines[0].startswith("## resnet50 · int8 · fusion full · channels\\_last · batch 2")
    assert "AMD EPYC 9655" in lines[2]
    assert lines[6].startswith("| p50 | p90 | p95 | p99 | min |")
    assert lines[7] == "|" + " ---: |" * 10
    assert lines[8].startswith("| 8.06 | 8.11 | 8.11 | - (120/299) | 8.00 |")
    assert any(line.startswith("| operators | 160 -\\> 41 + 33 fused") for line in lines)
    assert "! noisy: the middle half spreads over 12% of the median" in lines


def test_the_configurations_visited_stand_below_it() -> None:
    rows = scaling_rows([outcome_of(RESULT)])
    table = visited_table(rows, "Configurations visited", "Board, 4 cores")
    text = live_markdown(RESULT, table, MACHINE, BUILD)
    assert text.index("## resnet50") < text.index("## Configurations visited")
    assert live_markdown(None, table, MACHINE, BUILD).startswith("## Configurations visited")
    assert live_markdown(None, None, MACHINE, BUILD) == ""
