"""Tables as Markdown, CSV and JSON, and the words around them."""

import csv
import io
import json
from dataclasses import replace

import pytest
from table_pages import BATCH, PLATFORMS, TABLES, THREADS

from resnettui.core.table import Cell, Column, Knee
from resnettui.report import tables_csv, tables_json, tables_markdown
from resnettui.report.figures import cell, heading
from resnettui.report.words import fixed_text, footnotes, knee_text, repeats_platform, sections


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (Column("c", "c"), "int8", "int8"),
        (Column("c", "c"), None, "-"),
        (Column("c", "c"), ("noisy", "throttled"), "noisy, throttled"),
        (Column("c", "c"), (), ""),
        (Column("c", "c", "count"), 12345, "12345"),
        (Column("c", "c", "ms"), 8.784, "8.78"),
        (Column("c", "c", "ms", 1), 584.8, "584.8"),
        (Column("c", "c", "img_s"), 113.6, "114"),
        (Column("c", "c", "ratio"), 2.1323, "2.13×"),
        (Column("c", "c", "ratio", 1), 29.8367, "29.8×"),
        (Column("c", "c", "share"), 0.8425, "84 %"),
        (Column("c", "c", "share", 1), 0.84251, "84.3 %"),
        (Column("c", "c", "db"), 24.06, "24.1"),
        (Column("c", "c", "bytes"), 412_300_000, "412"),
        (Column("c", "c", "number", 6), 0.9987654, "0.998765"),
        (Column("c", "c", "change"), (160, 41), "160 → 41"),
    ],
)
def test_a_cell_is_told_by_its_kind(column: Column, value: Cell, text: str) -> None:
    assert cell(column, value) == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ms", "word, ms"),
        ("db", "word, dB"),
        ("bytes", "word, MB"),
        ("img_s", "img/s"),
        ("count", "word"),
        ("share", "word"),
    ],
)
def test_a_heading_names_the_unit(kind: str, text: str) -> None:
    assert heading(Column("name", "word", kind)) == text  # type: ignore[arg-type]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_what_is_fixed_is_one_line_without_what_goes_without_saying() -> None:
    assert plain(fixed_text(BATCH)) == "Board <1> | two_cores · resnet50 · fusion full · 1 thread"
    assert plain(fixed_text(THREADS)) == "Board · fusion none · batch 1 · 64 px"
    more = replace(BATCH, fixed={"processes": 2, "threads": 2, "A": "x", "engine": "y"})
    assert plain(fixed_text(more)) == "2 processes · 2 threads · A: x · engine y"


def test_a_value_and_its_word_are_never_parted() -> None:
    assert fixed_text(THREADS).split(" ") == ["Board\u00a0·", "fusion\u00a0none\u00a0·",
                                              "batch\u00a01\u00a0·", "64\u00a0px"]  # fmt: skip


def test_the_knee_tells_what_it_costs() -> None:
    assert BATCH.knee
    assert knee_text(BATCH, BATCH.knee) == (
        "Knee at batch 2, the least that comes within 5 % of the best throughput "
        "(45.4 of 47.6 img/s at 4): a pass takes 44.1 ms, 1.58× that at 1."
        " It rests on disturbed rows, at 2 (noisy, not settled)."
    )


def test_a_knee_at_the_end_is_told_as_such() -> None:
    assert THREADS.knee
    assert knee_text(THREADS, THREADS.knee) == (
        "Knee at 2 threads, the most measured: more may still gain, unless these are all cores "
        "(40.0 img/s): "
        "a pass takes 25.0 ms, 0.62× that at 1."
    )


def test_a_knee_at_the_end_of_the_batches_has_no_cores_to_run_out_of() -> None:
    assert ", the most measured: more may still gain (47.6" in knee_text(BATCH, Knee(2, 2, 3.0))


def test_a_knee_at_the_first_row_is_not_held_against_itself() -> None:
    assert "a pass takes 27.8 ms. It rests" in knee_text(BATCH, Knee(0, 2, 1.0))


def test_a_knee_at_the_best_names_it_once() -> None:
    assert "(45.4 img/s)" in knee_text(BATCH, Knee(1, 1, 1.5))


def test_a_note_is_told_once_in_a_section() -> None:
    assert footnotes([BATCH, THREADS, PLATFORMS]) == ["A note.", "Another."]
    assert sections([BATCH, THREADS, BATCH]) == [[BATCH, BATCH], [THREADS]]


def test_a_platform_repeats_within_its_rows_alone() -> None:
    assert [repeats_platform(PLATFORMS, at) for at in range(3)] == [False, True, False]
    assert not repeats_platform(THREADS, 1)


def test_markdown() -> None:
    assert plain(tables_markdown.render([BATCH])) == (
        "## Batch size\n"
        "\n"
        "### Board \\<1\\> \\| two\\_cores · resnet50 · fusion full · 1 thread\n"
        "\n"
        "| batch size | latency, ms | img/s | of the best | flags |\n"
        "| ---: | ---: | ---: | ---: | :--- |\n"
        "| 1 | 27.8 | 35.9 | 75 % |  |\n"
        "| 2 | 44.1 | 45.4 | 95 % | noisy, not settled |\n"
        "| 4 | 84.0 | 47.6 | 100 % |  |\n"
        "\n"
        "Knee at batch 2, the least that comes within 5 % of the best throughput "
        "(45.4 of 47.6 img/s at 4): a pass takes 44.1 ms, 1.58× that at 1."
        " It rests on disturbed rows, at 2 (noisy, not settled).\n"
        "\n"
        "A note.\n"
    )


def test_in_markdown_no_name_breaks_a_row() -> None:
    odd = replace(PLATFORMS, rows=tuple(("a|b\nc`d", *row[1:]) for row in PLATFORMS.rows))
    lines = tables_markdown.render([odd]).splitlines()
    rows = [line for line in lines if line.startswith("| a")]
    assert len(rows) == 3
    assert {line.replace("\\|", "").count("|") for line in rows} == {len(odd.columns) + 1}


def test_csv_is_one_table_of_raw_values() -> None:
    lines = list(csv.DictReader(io.StringIO(tables_csv.render(TABLES))))
    assert [line["table"] for line in lines] == ["batch"] * 3 + ["threads"] * 2 + ["w8a8"] * 3
    assert lines[1]["platform"] == "Board <1> | two_cores"
    assert (lines[1]["batch_size"], lines[1]["latency_ms"]) == ("2", "44.1")
    assert (lines[1]["share_of_best"], lines[1]["flags"]) == ("0.952", "noisy, not settled")
    assert (lines[0]["fusion"], lines[3]["batch_size"], lines[3]["threads"]) == ("full", "1", "1")
    assert (lines[5]["ops"], lines[5]["memory_bytes"]) == ("160 → 41", "412000000")
    assert (lines[6]["engine"], lines[0]["engine"]) == ("", "")


def test_json_holds_everything() -> None:
    found = json.loads(tables_json.render(TABLES))
    assert found["schema"] == tables_json.SCHEMA
    assert [table["name"] for table in found["tables"]] == ["batch", "threads", "w8a8"]
    batch, _, platforms = found["tables"]
    assert batch["fixed"] == BATCH.fixed
    assert batch["rows"][1] == {
        "batch_size": 2,
        "latency_ms": 44.1,
        "throughput_img_s": 45.35,
        "share_of_best": 0.952,
        "flags": ["noisy", "not settled"],
    }
    assert batch["knee"] == {"row": 1, "best": 2, "latency_ratio": pytest.approx(1.584, abs=0.001)}
    assert batch["columns"][1] == {"name": "latency_ms", "heading": "latency", "kind": "ms"}
    assert platforms["rows"][1]["ops"] is None
    assert (platforms["knee"], platforms["footnotes"]) == (None, ["A note.", "Another."])


def test_without_a_table_every_format_is_still_valid() -> None:
    assert tables_markdown.render([]) == ""
    assert tables_csv.render([]).strip() == ""
    assert json.loads(tables_json.render([])) == {"schema": tables_json.SCHEMA, "tables": []}
