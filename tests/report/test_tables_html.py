import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from table_pages import BATCH, PLATFORMS, TABLES, THREADS

from resnettui.core.table import Table
from resnettui.report.charts import charts, ideal_points
from resnettui.report.tables_html import render

VOID = {"meta", "path", "rect", "circle", "br"}


class Page(HTMLParser):
    """The tags of a page, what they load, and whether they are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = ("href", "src", "xlink:href", "data", "action", "poster", "srcset")
        self.addresses += [value or "" for name, value in attrs if name in names]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def test_the_page_is_well_formed() -> None:
    page = Page(render(TABLES))
    assert page.open == []
    assert page.tags.count("table") == len(TABLES)


def test_the_page_loads_nothing() -> None:
    text = render(TABLES)
    page = Page(text)
    assert page.addresses == ["#batch", "#threads", "#w8a8"]
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    addresses = set(re.findall(r"https?:[^\"'\s<>)]*", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"@import|url\(|src=|xml-stylesheet", text)


def test_batch_and_threads_have_two_charts_each() -> None:
    assert Page(render([BATCH])).tags.count("svg") == 2
    assert Page(render([THREADS])).tags.count("svg") == 2
    assert Page(render([PLATFORMS])).tags.count("svg") == 0


def of_fusion(table: Table, fusion: str) -> Table:
    return replace(table, fixed={**table.fixed, "fusion": fusion})


def test_unfused_and_fused_share_their_charts() -> None:
    both = [THREADS, of_fusion(THREADS, "full")]
    text = render(both)
    assert Page(text).tags.count("svg") == 2
    assert text.index("<h4>Unfused</h4>") < text.index("<h4>Fused</h4>")


def test_another_configuration_has_charts_of_its_own() -> None:
    other = replace(THREADS, fixed={**THREADS.fixed, "batch_size": 8})
    text = render([THREADS, other])
    assert Page(text).tags.count("svg") == 4
    assert re.findall("<h3>.*batch\xa0(.).*</h3>", text) == ["1", "8"]


def legends(svg: str) -> list[str]:
    return re.findall(r'class="legend.*?<text[^>]*>([^<]*)</text>', svg)


def test_threads_are_drawn_with_the_ideal_line() -> None:
    latency, throughput = charts([THREADS, of_fusion(THREADS, "full")], "x")
    names = ["Unfused", "Unfused, ideal", "Fused", "Fused, ideal"]
    assert sorted(legends(latency)) == sorted(legends(throughput)) == sorted(names)
    assert "latency, ms" in latency
    assert "throughput, img/s" in throughput
    assert re.findall(r"serie-(\d)\{stroke-dasharray:4", latency) == ["1", "3"]
    assert latency.count("<circle") == 2 * len(THREADS.rows), "the ideal has no dots"


def test_unfused_and_fused_have_their_colours() -> None:
    latency, _ = charts([THREADS, of_fusion(THREADS, "full")], "x")
    colours = re.findall(r"\.text-overlay \.color-\d text\{fill:var\(--(\w+)\)", latency)
    assert colours == ["unfused", "unfused", "fused", "fused"]


def test_batch_sizes_have_no_ideal_line() -> None:
    for svg in charts([BATCH], "x"):
        assert legends(svg) == ["Fused"]
        assert svg.count("<circle") == len(BATCH.rows)


def test_without_one_thread_there_is_no_ideal_line() -> None:
    late = replace(THREADS, rows=((2, 25.0, 40.0), (4, 15.0, 66.0)))
    assert legends(charts([late], "x")[0]) == ["Unfused"]


def test_ideal_scaling_starts_at_one_thread() -> None:
    points = [(1.0, 40.0), (2.0, 25.0), (4.0, 15.0)]
    assert ideal_points(points, falling=True) == [(1, 40), (2, 20), (4, 10)]
    assert ideal_points(points, falling=False) == [(1, 40), (2, 80), (4, 160)]


def test_a_page_is_the_same_every_time() -> None:
    assert render(TABLES) == render(TABLES)


def test_style_sheets_of_charts_do_not_meet() -> None:
    ids = re.findall(r'<svg[^>]* id="([^"]*)"', render([BATCH, THREADS]))
    assert len(ids) == len(set(ids)) == 4


def test_colours_are_those_of_the_page_in_light_and_dark() -> None:
    text = render(TABLES)
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    for variable in set(re.findall(r"var\((--[a-z]+)\)", text)):
        assert text.count(f"{variable}: #") == 3


@pytest.mark.parametrize("odd", ["<script>alert(1)</script>", '"quoted" & <b>bold</b>'])
def test_names_are_escaped(odd: str) -> None:
    page = Page(render([replace(BATCH, fixed={**BATCH.fixed, "platform": odd})]))
    assert page.open == []
    assert not {"script", "b"} & set(page.tags)


def test_knee_flags_and_notes_are_on_the_page() -> None:
    text = render([BATCH])
    assert '<tr class="knee"><td class="number">2</td>' in text
    assert '<td class="flags text">noisy, not settled</td>' in text
    assert '<p class="note">A note.</p>' in text
    assert "Knee at batch 2" in text


def test_without_a_table_there_is_a_page() -> None:
    assert Page(render([])).open == []
