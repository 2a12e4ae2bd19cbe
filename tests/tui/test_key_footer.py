"""The footer shows whole keys alone, and to the last those that help and leave."""

import pytest
from every_screen import SCREENS, on_screen, rows
from scripted import Stage
from test_app import staged, until

from resnettui.core.settings import KeyWish, Settings


def footer(stage: Stage) -> str:
    return rows(stage)[-1].strip()


@pytest.mark.parametrize("width", [40, 47, 53, 60, 66, 71, 80])
@pytest.mark.parametrize("name", SCREENS)
async def test_no_key_is_cut_at_any_width(name: str, width: int) -> None:
    async with on_screen(name, (99, 24)) as (stage, pilot):
        await until(pilot, lambda: footer(stage).endswith(("1-5 screen", "k baseline")))
        whole = footer(stage)
        await pilot.resize_terminal(width, 24)
        await until(pilot, lambda: len(rows(stage)[-1]) == width)
        await pilot.pause()
        shown = footer(stage)
        begun = shown.removesuffix("q quit ? help").rstrip()
        assert whole.startswith(begun)
        assert whole[len(begun) :][:1] in ("", " ")
        assert "q quit ? help" in shown
        await pilot.resize_terminal(99, 24)
        await until(pilot, lambda: footer(stage) == whole)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("live", "tab panel q quit ? help 1-5 screen"),
        ("sweep", "tab panel  ↑↓ study q quit ? help"),
        ("operators", "tab panel  ↑↓ row g group q quit ? help"),
        ("compare", "←→ table r read again q quit ? help"),
        ("machine", "r look again q quit ? help 1-5 screen"),
    ],
)
async def test_the_smallest_terminal_has_what_fits_and_help_and_the_way_out(
    name: str, shown: str
) -> None:
    async with on_screen(name, (40, 12)) as (stage, pilot):
        await until(pilot, lambda: footer(stage) == shown)


async def test_longer_keys_of_the_user_leave_room_for_fewer() -> None:
    settings = Settings(keys=(KeyWish("quit", ("ctrl+shift+f12",), ""),))
    stage = Stage(settings=settings)
    async with staged(stage, (40, 12)) as pilot:
        await until(pilot, lambda: footer(stage) == "tab panel ? help shift+^f12 quit")
