"""Every screen on poor terminals: without glyphs, without colours, too small, being resized."""

from pathlib import Path

import pytest
from every_screen import SCREENS, Size, on_screen, parts, rows
from rich.cells import cell_len
from scripted import Stage
from sweeping_stage import on_sweep_screen
from test_app import measured, seen, staged, until

from resnettui.core.settings import Settings
from resnettui.tui.screens.help import HelpScreen

ASCII = Settings(ascii=True)

SIZES: list[Size] = [(200, 60), (120, 40), (80, 24), (60, 20), (40, 12)]
TOO_SMALL: list[Size] = [(20, 5), (10, 3), (1, 1)]


def beyond_ascii(stage: Stage) -> list[str]:
    return sorted({sign for row in rows(stage) for sign in row if not sign.isascii()})


# Without glyphs.


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
@pytest.mark.parametrize("name", SCREENS)
async def test_in_ascii_a_screen_holds_nothing_else(name: str, size: Size, tmp_path: Path) -> None:
    async with on_screen(name, size, ASCII, tmp_path / "history.sqlite") as (stage, pilot):
        for _ in range(4):
            assert beyond_ascii(stage) == []
            assert {len(row) for row in rows(stage)} == {size[0]}
            await pilot.press("tab")
            await pilot.pause(0.05)


async def test_in_ascii_the_help_the_palette_and_notices_hold_nothing_else() -> None:
    stage = Stage(settings=ASCII)
    async with stage.app.run_test(size=(120, 40), notifications=True) as pilot:
        stage.app.notify("größer → kleiner … ×", title="─")
        await until(pilot, lambda: any("gro?er > kleiner ~ x" in row for row in rows(stage)))
        assert beyond_ascii(stage) == []
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        await pilot.pause()
        await until(pilot, lambda: any("^  axis above" in row for row in rows(stage)))
        assert beyond_ascii(stage) == []
        await pilot.press("escape", "ctrl+p", *"screen")
        await until(pilot, lambda: any("Screen 1: live" in row for row in rows(stage)))
        assert beyond_ascii(stage) == []


async def test_in_ascii_the_picture_is_the_same() -> None:
    stage = Stage(settings=ASCII)
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        assert "> t threads              < 2 >" in seen(stage, "configuration")
        assert "155 > 155 + 0 fused (= 155)" in seen(stage, "operators")
        assert "O measuring" in seen(stage, "status")
        assert seen(stage, "latency").startswith("+- Latency -")
        assert "##" in seen(stage, "cores")


async def test_in_ascii_keys_have_words_for_their_signs() -> None:
    stage = Stage(settings=ASCII)
    async with on_sweep_screen(stage) as pilot:
        await until(pilot, lambda: "enter start" in rows(stage)[-1])
        assert "^v study" in rows(stage)[-1]


async def test_glyphs_are_drawn_unless_ascii_is_asked_for() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        assert {"▸", "╭", "█", "●", "→"} <= {*beyond_ascii(stage)}


# Without colours: what a colour says is said by a sign or a word as well.

SAID = {
    "live": (
        *("▸ f fusion", "● measuring", "◆ fp32 unfused", "▸ fp32 fused", "none █", "now  ▓"),
        *("◆ vs baseline", "findings (5)"),
    ),
    "sweep": ("▸ threads", "5 of ", "running, x stops", "fp32 unfused", "● ", "▸ fp32"),
    "operators": ("-BOUND", "unfused  ", "fused  ", "▸ ", "█ ", "▴", "▀ unfused  ▄ fused", "! "),
    "compare": ("▸w8a8 ", "published, ARM", "unfused", "fused"),
    "machine": ("✗ throttled", "→ "),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_no_state_is_told_by_colour_alone(name: str) -> None:
    async with on_screen(name, (120, 40)) as (stage, pilot):
        await until(pilot, lambda: [said for said in SAID[name] if said not in _text(stage)] == [])


def _text(stage: Stage) -> str:
    return "\n".join(rows(stage))


async def test_with_no_color_everything_is_grey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = Stage()
    async with staged(stage) as pilot:
        await measured(pilot, stage, 41.0)
        strips = stage.app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        shades = [colour for style in styles for colour in (style.color, style.bgcolor) if colour]
        assert shades
        assert all(len({*(shade.triplet or ())}) <= 1 for shade in shades)
        assert "● measuring" in seen(stage, "status")


# Of any size.


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_is_whole_after_every_change_of_size(name: str) -> None:
    async with on_screen(name, SIZES[0]) as (stage, pilot):
        for size in (*SIZES, *TOO_SMALL, *reversed(SIZES)):
            await pilot.resize_terminal(*size)
            stage.supervisor.sample(41.0)
            await pilot.pause(0.15)
            if size in SIZES:
                _assert_whole(stage, size)


def _assert_whole(stage: Stage, size: Size) -> None:
    shown = parts(stage)
    assert "status" in {part.id for part in shown}
    assert len(shown) > 1
    for part in shown:
        region = part.region
        assert 0 <= region.x < region.right <= size[0], (part.id, size)
        assert 0 <= region.y < region.bottom < size[1], (part.id, size)
        assert not any(region.overlaps(other.region) for other in shown if other is not part)
        assert seen(stage, str(part.id)).strip("╭╮╰╯│─ \n"), (part.id, size)
    assert {cell_len(row) for row in rows(stage)} == {size[0]}


@pytest.mark.parametrize("size", TOO_SMALL)
@pytest.mark.parametrize("key", "12345")
async def test_a_screen_may_be_too_small_but_never_breaks(key: str, size: Size) -> None:
    stage = Stage()
    async with staged(stage, size) as pilot:
        await measured(pilot, stage, 41.0)
        await pilot.press(key, "tab", "question_mark", "escape")
        await pilot.pause(0.1)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: len(rows(stage)) == 24)
        await pilot.press("1")
        await until(pilot, lambda: "Latency" in seen(stage, "latency"))


# Colours of the terminal's own.


async def test_every_theme_there_is_draws() -> None:
    async with on_screen("live", (120, 40)) as (stage, pilot):
        for theme in sorted(stage.app.available_themes):
            stage.app.theme = theme
            await pilot.pause()
            assert "n 300" in seen(stage, "latency")
