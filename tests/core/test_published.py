"""The study's published tables, from its latencies."""

from dataclasses import replace

import pytest
from table_samples import BOARD, INT8, outcome, row

from resnettui.core.printed import DECIMALS, UNSTATED, Printed, printed_figures
from resnettui.core.published import (
    AMD,
    ARM,
    CROSS_PLATFORM,
    FUSION,
    W8A8,
    PublishedFusion,
    PublishedRow,
    PublishedVersus,
    published_outcomes,
)
from resnettui.core.table import Cell, Table
from resnettui.core.tables import tables_of

AS_PUBLISHED = """
ARM | Unfused | 1 | 584.8 | 1.7 | 1.00 | 100.0
ARM | Unfused | 4 | 202.4 | 4.9 | 2.89 | 72.2
ARM | Unfused | 8 | 133.7 | 7.5 | 4.37 | 54.7
ARM | Fused | 1 | 422.6 | 2.4 | 1.00 | 100.0
ARM | Fused | 4 | 115.7 | 8.6 | 3.65 | 91.3
ARM | Fused | 8 | 62.7 | 15.9 | 6.74 | 84.3
AMD | Unfused | 1 | 19.6 | 51.0 | 1.00 | 100.0
AMD | Unfused | 4 | 7.1 | 140.8 | 2.76 | 69.0
AMD | Unfused | 8 | 5.9 | 169.5 | 3.32 | 41.5
"""


def the_table(name: str) -> Table:
    (table,) = tables_of(published_outcomes(), [name])
    return table


def printed(cell: Cell, column: str) -> float:
    """Return a cell with the decimals of the study, shares in percent."""
    assert isinstance(cell, int | float)
    scale = 100 if column == "parallel_efficiency" else 1
    return round(scale * cell, DECIMALS[column])


def test_the_data_are_what_the_study_printed() -> None:
    lines = [line.split(" | ") for line in AS_PUBLISHED.strip().splitlines()]
    assert len(lines) == len(W8A8)
    for published, (platform, variant, cores, *figures) in zip(W8A8, lines, strict=True):
        assert published.platform == {"ARM": ARM, "AMD": AMD}[platform]
        assert (published.variant, published.cores) == (variant, int(cores))
        assert [float(figure) for figure in figures] == [
            published.latency_ms,
            published.throughput_img_s,
            published.speedup,
            published.efficiency_percent,
        ]


@pytest.mark.parametrize(("at", "published"), list(enumerate(W8A8)))
def test_every_cell_of_the_w8a8_table(at: int, published: PublishedRow) -> None:
    found = row(the_table("w8a8"), at)
    assert (found["platform"], found["variant"], found["cores"]) == (
        published.platform,
        published.variant,
        published.cores,
    )
    for column, figure in {
        "latency_ms": published.latency_ms,
        "throughput_img_s": published.throughput_img_s,
        "speedup": published.speedup,
        "parallel_efficiency": published.efficiency_percent,
    }.items():
        assert printed(found[column], column) == figure


@pytest.mark.parametrize(("at", "published"), list(enumerate(FUSION)))
def test_every_cell_of_the_fusion_table(at: int, published: PublishedFusion) -> None:
    table = the_table("fusion")
    found = row(table, at)
    assert table.fixed["platform"] == ARM
    assert (found["cores"], found["ops"]) == (published.cores, (160, 41))
    for column, figure in {
        "unfused_ms": published.unfused_ms,
        "fused_ms": published.fused_ms,
        "fusion_speedup": published.speedup,
    }.items():
        assert printed(found[column], column) == figure


@pytest.mark.parametrize(("at", "published"), list(enumerate(CROSS_PLATFORM)))
def test_every_cell_of_the_cross_platform_table(at: int, published: PublishedVersus) -> None:
    table = the_table("cross-platform")
    found = row(table, at)
    assert (table.fixed["A"], table.fixed["B"]) == (AMD, ARM)
    assert (found["cores"], found["a_variant"]) == (published.cores, "unfused")
    for column, figure in {
        "a_ms": published.amd_ms,
        "b_unfused_ms": published.unfused_ms,
        "b_fused_ms": published.fused_ms,
        "a_faster_than_b_unfused": published.faster_than_unfused,
        "a_faster_than_b_fused": published.faster_than_fused,
    }.items():
        assert printed(found[column], column) == figure


def test_no_table_has_rows_beyond_the_published() -> None:
    assert len(the_table("w8a8").rows) == 9
    assert len(the_table("fusion").rows) == len(the_table("cross-platform").rows) == 3


def odd(found: dict[str, list[Printed]]) -> dict[str, list[str]]:
    return {
        table: [printed.footnote for printed in checked if not printed.follows]
        for table, checked in found.items()
    }


def test_one_published_figure_does_not_follow_from_its_row() -> None:
    footnote = (
        f"{ARM}, unfused, 8 cores: parallel efficiency 54.7 % as published; "
        "from its speedup as rounded, 4.37× / 8, it would be 54.6 %."
    )
    assert odd(printed_figures()) == {"w8a8": [footnote], "fusion": [], "cross-platform": []}
    assert the_table("w8a8").footnotes == (footnote,)
    assert the_table("fusion").footnotes == the_table("cross-platform").footnotes == ()


def test_all_that_can_be_computed_is_checked() -> None:
    assert {table: len(checked) for table, checked in printed_figures().items()} == {
        "w8a8": 4 * 9,
        "fusion": 3,
        "cross-platform": 2 * 3,
    }


@pytest.mark.parametrize(
    ("figure", "value", "would_be"),
    [
        ("throughput_img_s", 141.0, "140.8 img/s"),
        ("speedup", 2.77, "2.76×"),
        ("efficiency_percent", 69.2, "69.0 %"),
    ],
)
def test_a_wrong_figure_gets_a_footnote(figure: str, value: float, would_be: str) -> None:
    wrong = replace(W8A8[7], **{figure: value})  # type: ignore[arg-type]
    rows = [wrong if published == W8A8[7] else published for published in W8A8]
    notes = [note for note in odd(printed_figures(rows))["w8a8"] if note.startswith(AMD)]
    assert any(note.endswith(f"it would be {would_be}.") for note in notes)


def test_wrong_ratios_get_footnotes() -> None:
    fusion = [replace(FUSION[0], speedup=1.39)]
    versus = [replace(CROSS_PLATFORM[0], faster_than_fused=21.5)]
    found = odd(printed_figures(fusion=fusion, versus=versus))
    assert found["fusion"][0].endswith("speedup 1.39× as published; from the latencies it "
                                       "would be 1.38×.")  # fmt: skip
    assert found["cross-platform"][0].endswith("from the latencies it would be 21.6×.")


def test_published_rows_alone_claim_no_memory_format_and_keep_their_decimals() -> None:
    for table in tables_of(published_outcomes()):
        assert "memory_format" not in table.fixed
        for column in table.columns:
            assert column.decimals == DECIMALS.get(column.name)


def test_beside_measured_rows_it_is_told_what_the_study_left_open() -> None:
    measured = [outcome(replace(INT8, threads=threads), 100 / threads) for threads in (1, 4)]
    outcomes = [*measured, *published_outcomes()]
    (table,) = tables_of(outcomes, ["w8a8"])
    assert table.footnotes[-1] == UNSTATED
    assert table.fixed["memory_format"] == "channels_last"
    assert {column.decimals for column in table.columns} == {None}
    assert table.values("platform")[:2] == (BOARD, BOARD)


def test_measured_tables_have_no_footnote() -> None:
    measured = [outcome(replace(INT8, threads=threads), 100 / threads) for threads in (1, 4)]
    assert [table.footnotes for table in tables_of(measured)] == [(), ()]
