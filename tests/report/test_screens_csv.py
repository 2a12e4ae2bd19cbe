"""The CSV of the screens of operators and of the machine."""

import csv
import io

import pytest
import triage_samples as sample
from operator_rows import FUSED, ROOF, UNFUSED

from resnettui.core.trial import Trial
from resnettui.report import triage_csv
from resnettui.report.operators import OpPage
from resnettui.report.operators_csv import operators_csv


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_operators_have_a_line_each_with_times_roofs_and_kernels() -> None:
    rows = rows_of(operators_csv(OpPage(Trial(threads=2), UNFUSED, ROOF)))
    assert {row["fusion"] for row in rows} == {"none"}
    first = rows[0]
    assert first["label"] == "conv2d"
    assert float(first["ms"]) == pytest.approx(9.0)
    assert float(first["compute_roof_share"]) == pytest.approx(600 / 900, abs=1e-3)
    assert first["kernels"] == "1 convolution gemm:acl"
    assert next(row for row in rows if row["label"] == "relu")["compute_roof_share"] == ""


def test_the_unfused_operators_stand_behind_the_fused_ones() -> None:
    page = OpPage(Trial(threads=2, fusion="full"), FUSED, ROOF, UNFUSED)
    rows = rows_of(operators_csv(page))
    assert [(row["fusion"], row["label"]) for row in rows][:2] == [
        ("full", "conv2d_relu"),
        ("none", "conv2d"),
    ]


def test_findings_come_first_and_then_every_fact_with_its_section() -> None:
    text = triage_csv.render(sample.BOARD, sample.MACHINE, sample.BUILD, sample.FINDINGS)
    rows = rows_of(text)
    assert [row["name"] for row in rows[: len(sample.FINDINGS)]] == [
        finding.key for finding in sample.FINDINGS
    ]
    assert rows[0]["section"] == sample.FINDINGS[0].severity.name.lower()
    assert all(row["advice"] for row in rows[: len(sample.FINDINGS)])
    facts = {(row["section"], row["name"]): row["fact"] for row in rows}
    assert facts["Processor", "board"] == "Orange Pi 5 Plus"
