"""ASCII stand-ins for all that is drawn, each as wide as the sign it stands for."""

import unicodedata
from functools import lru_cache

_ROWS = (
    *(("▁▂▃▄▅▆▇█", ".:-=+*%#"), ("▏▎▍▌▋▊▉", "||||###"), ("▓▒░", "%:."), ("▀▔▐▕", '"-||')),
    *(("●○◌◔◉◎•", "Oo.o@o."), ("■□▲△◆◇", "#=A^*&"), ("✗✓‖", "xv|")),
    *(("▸▶▴‹›", ">>^<>"), ("←→↑↓", "<>^v")),
    *(("·…×°±", "-~x'~"), ("–—−‘’“”µμ", "---''\"\"uu")),
)
"""Signs, and below each its own; a vcgencmd, too, writes degrees as 51.0'C."""

SIGNS = {sign: plain for row in _ROWS for sign, plain in zip(*row, strict=True)}

_BOX, _BRAILLE = range(0x2500, 0x25A0), range(0x2800, 0x2900)
_STROKES = (
    *(("─━═╌╍┄┅┈┉╴╶╸╺╼╾", "-"), ("│┃║╎╏┆┇┊┋╵╷╹╻╽╿", "|")),
    *(("╱", "/"), ("╲", "\\"), ("╳", "X")),
)
"""The characters of boxes and blocks that are no corners, which are all a plus."""

_UPPER, _LOWER = 0x1B, 0xE4
"""The bits of a braille cell's two upper and two lower rows."""

_SAMPLE = "█▂╭─→·°"

POOR_TERMS = frozenset(
    ("linux", "ansi", "cons25", "vt52", "vt100", "vt102", "vt220", "vt320", "wsvt25")
)
"""What TERM says where the font is likely to have few signs: consoles, and serial lines."""


def shows_glyphs(encoding: str, term: str) -> bool:
    """Tell whether a terminal of a type, in a locale of an encoding, can show what is drawn."""
    try:
        _SAMPLE.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return term.lower() not in POOR_TERMS


def in_ascii(text: str) -> str:
    """Return a text in ASCII that takes the same cells."""
    return text if text.isascii() else "".join(map(stand_in, text))


@lru_cache(maxsize=4096)
def stand_in(sign: str) -> str:
    """Return the ASCII text that stands for one character: "?" where nothing is like it."""
    if sign.isascii():
        return sign
    if sign in SIGNS:
        return SIGNS[sign]
    if ord(sign) in _BOX:
        return next((plain for signs, plain in _STROKES if sign in signs), "+")
    if ord(sign) in _BRAILLE:
        return _dots(ord(sign) - _BRAILLE.start)
    return _like(sign)


def _dots(bits: int) -> str:
    """Return where in its cell a braille sign has dots; "." would be a mark of the roofline."""
    if not bits:
        return " "
    return ":" if bits & _UPPER and bits & _LOWER else "'" if bits & _UPPER else ","


def _like(sign: str) -> str:
    """Return a letter without its accents, or as many "?" as the sign has cells."""
    from rich.cells import cell_len

    letter = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    cells = cell_len(sign)
    return letter if len(letter) == cells else "?" * cells
