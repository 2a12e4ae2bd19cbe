"""Pictures of the screen that stand beside the tests, and are compared with what is drawn."""

import os
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

FOLDER = Path(__file__).parent / "snapshots"

RENEW = "RESNETTUI_UPDATE_SNAPSHOTS"
"""Set to 1 it writes the pictures anew."""

RENEWING = bool(os.environ.get(RENEW))
"""Read before any test begins, since tests know no variable of this program."""

HOW_TO_RENEW = f"{RENEW}=1 pytest tests/tui/test_snapshots.py"

LOOK_S = 0.1
LOOKS = 60
"""So often a picture may differ before it counts: the app draws a moment after what it is told."""

STILL = 15
"""So many equal pictures in a row are one that stays: longer than the second between two frames."""

MADE_BY = f"<!-- Textual {version('textual')}, Rich {version('rich')} -->"

_LEFT_OUT = (
    r"@font-face \{.*?\}\n",
    r"<clipPath .*?</clipPath>",
    r' clip-path="[^"]*"',
    r"<text [^>]*>\n</text>",
    r' shape-rendering="crispEdges"',
    r"terminal-\d+-",
    r"[ \t]+$",
    r"^\s*\n",
)
"""What differs from run to run (a number made of all cells), and what no browser needs."""

_RECT = r'<rect fill="{}" x="([\d.]+)" y="{}" width="([\d.]+)" height="[\d.]+"/>'
_FIRST, _NEXT = _RECT.format(r"(#\w+)", r"([\d.]+)"), _RECT.format(r"\1", r"\3")
_BACKGROUND = re.compile(f"{_FIRST}(?:{_NEXT})*")
"""Rectangles of one colour in one line."""


def picture(app: App[None]) -> str:
    """Return the screen as SVG, an element a line; the same cells give the same text."""
    return bare(app.export_screenshot(simplify=True))


def bare(svg: str) -> str:
    """Return Rich's SVG without what says nothing about the cells; browsers still show it."""
    for pattern in _LEFT_OUT:
        svg = re.sub(pattern, "", svg, flags=re.DOTALL | re.MULTILINE)
    svg = re.sub(r"<!-- .*? -->", MADE_BY, svg, count=1)
    svg = _BACKGROUND.sub(_joined, svg)
    # As characters no-break spaces are a third as long, and browsers keep them, too.
    return svg.replace("&#160;", "\u00a0").replace("><", ">\n<")


def _joined(found: re.Match[str]) -> str:
    """Return one rectangle in the place of several, where there is no gap between them."""
    rects = [
        (float(x), float(width))
        for x, width in re.findall(r' x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', found[0])
    ]
    (start, _), (last, width) = rects[0], rects[-1]
    whole = last + width - start
    if abs(whole - sum(width for _, width in rects)) > 1:
        return found[0]
    return (
        f'<rect fill="{found[1]}" x="{start:g}" y="{found[3]}" width="{whole:g}" height="24.65"/>'
    )


async def expect(pilot: Pilot[None], name: str, elsewhere: Path) -> None:
    """Hold the screen against the golden picture of that name, or renew it.

    A picture that differs is written into the folder `elsewhere`. One that another version of
    Textual or Rich draws in its own way is no fault of the screen: the test is skipped.
    """
    path = FOLDER / f"{name}.svg"
    if RENEWING:
        path.parent.mkdir(exist_ok=True)
        path.write_text(await _settled(pilot), encoding="utf-8")
        return
    wanted = path.read_text(encoding="utf-8") if path.exists() else ""
    drawn = await _drawn(pilot, lambda svg: svg == wanted)
    if drawn == wanted:
        return
    if wanted and MADE_BY not in wanted:
        pytest.skip(f"the golden pictures are not {MADE_BY}")
    (elsewhere / path.name).write_text(drawn, encoding="utf-8")
    pytest.fail(f"{elsewhere / path.name}\nis not {path}\nrenew with {HOW_TO_RENEW}", pytrace=False)


async def _settled(pilot: Pilot[None]) -> str:
    """Return the picture once it no longer changes."""
    seen: list[str] = []

    def still(svg: str) -> bool:
        seen.append(svg)
        return len(seen) > STILL and len(set(seen[-STILL:])) == 1

    return await _drawn(pilot, still)


async def _drawn(pilot: Pilot[None], good: Callable[[str], bool]) -> str:
    """Return the first good picture, or the last of LOOKS."""
    svg = picture(pilot.app)
    for _ in range(LOOKS):
        if good(svg):
            break
        await pilot.pause(LOOK_S)
        svg = picture(pilot.app)
    return svg
