from pathlib import Path

import pytest
from rich.cells import cell_len
from textual._border import BORDER_CHARS
from textual.renderables.digits import DIGITS3X3, DIGITS3X3_BOLD
from textual.scrollbar import ScrollBarRender

import resnettui
from resnettui.report.glyphs import POOR_TERMS, SIGNS, in_ascii, shows_glyphs, stand_in
from resnettui.tui.keys import ASCII_KEYS

SOURCES = sorted(Path(resnettui.__file__).parent.rglob("*.py"))

DRAWN = sorted({sign for file in SOURCES for sign in file.read_text("utf-8") if not sign.isascii()})
"""What this program itself may draw."""

TEXTUALS = sorted(
    {sign for rows in BORDER_CHARS.values() for row in rows for sign in row}
    | {sign for line in (*DIGITS3X3, *DIGITS3X3_BOLD) for sign in line}
    | {*ScrollBarRender.VERTICAL_BARS, *ScrollBarRender.HORIZONTAL_BARS}
)

BRAILLE = [chr(0x2800 + bits) for bits in range(256)]
BOXES = [chr(code) for code in range(0x2500, 0x2580)]
OTHERS = ["é", "ß", "™", "中", "🔎", "\u0301", "\udc80", "\u200b", "\u00a0"]


@pytest.mark.parametrize("signs", [DRAWN, TEXTUALS, BRAILLE, BOXES, OTHERS])
def test_a_stand_in_is_ascii_and_takes_the_same_cells(signs: list[str]) -> None:
    found = {sign: stand_in(sign) for sign in signs}
    assert [sign for sign, plain in found.items() if not plain.isascii()] == []
    assert [sign for sign, plain in found.items() if len(plain) != cell_len(sign)] == []


@pytest.mark.parametrize("signs", [DRAWN, TEXTUALS])
def test_everything_that_is_drawn_has_a_sign_of_its_own(signs: list[str]) -> None:
    unknown = [sign for sign in signs if stand_in(sign) == "?" != sign]
    assert {*unknown} <= {*ASCII_KEYS}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("160 → 41 + 33 fused", "160 > 41 + 33 fused"),
        ("▸ t threads  ‹ 2 ›", "> t threads  < 2 >"),
        ("2×4 · 51 °C", "2x4 - 51 'C"),
        ("╭─ Latency ─╮", "+- Latency -+"),
        ("████▍───", "####|---"),
        ("▁▂▃▄▅▆▇█", ".:-=+*%#"),
        ("⠉⣀⠒⣿⠀", "',': "),
        ("größe", "gro?e"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_a_text_reads_as_before(text: str, plain: str) -> None:
    assert in_ascii(text) == plain


@pytest.mark.parametrize("signs", ["▁▂▃▄▅▆▇█", "█▓▒░╱", "●■▲◆○□△◇", "•●◉", "▀▄", "✗!●○"])
def test_what_stands_side_by_side_stays_apart(signs: str) -> None:
    assert len(set(in_ascii(signs))) == len(signs)


def test_no_mark_of_the_roofline_looks_like_its_roofs() -> None:
    assert not {SIGNS[mark] for mark in "·•●◉"} & {stand_in(sign) for sign in BRAILLE}


@pytest.mark.parametrize(
    ("encoding", "term", "shown"),
    [
        ("UTF-8", "xterm-256color", True),
        ("UTF-8", "screen", True),
        ("UTF-8", "", True),
        ("ANSI_X3.4-1968", "xterm-256color", False),
        ("ISO-8859-1", "xterm", False),
        ("no such encoding", "xterm", False),
        *(("UTF-8", term, False) for term in sorted(POOR_TERMS)),
        ("UTF-8", "LINUX", False),
    ],
)
def test_a_terminal_shows_glyphs_where_encoding_and_font_have_them(
    encoding: str, term: str, shown: bool
) -> None:
    assert shows_glyphs(encoding, term) is shown
