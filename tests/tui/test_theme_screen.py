from scripted import Stage
from test_app import staged, until
from textual.pilot import Pilot
from textual.widgets import OptionList

from resnettui.core.settings import Settings
from resnettui.tui.screens.themes import ThemeScreen


async def opened(pilot: Pilot[None], stage: Stage) -> OptionList:
    """Open the list of themes as the palette does."""
    stage.app.action_change_theme()
    await until(pilot, lambda: isinstance(stage.app.screen, ThemeScreen))
    return stage.app.screen.query_one(OptionList)


def names(stage: Stage) -> list[str]:
    return sorted(stage.app.available_themes)


async def test_the_list_begins_at_the_current_theme_and_has_all() -> None:
    stage = Stage(settings=Settings(theme="okabe"))
    async with staged(stage) as pilot:
        themes = await opened(pilot, stage)
        assert [str(option.prompt) for option in themes.options] == names(stage)
        assert themes.highlighted == names(stage).index("okabe")
        assert stage.app.theme == "okabe"


async def test_a_theme_is_seen_while_it_is_highlighted() -> None:
    stage = Stage(settings=Settings(theme="okabe"))
    async with staged(stage) as pilot:
        await opened(pilot, stage)
        at = names(stage).index("okabe")
        await pilot.press("down")
        await until(pilot, lambda: stage.app.theme == names(stage)[at + 1])
        await pilot.press("up", "up")
        await until(pilot, lambda: stage.app.theme == names(stage)[at - 1])


async def test_escape_goes_back_to_the_theme_from_before() -> None:
    stage = Stage(settings=Settings(theme="okabe"))
    async with staged(stage) as pilot:
        await opened(pilot, stage)
        await pilot.press("down", "down", "escape")
        await until(pilot, lambda: not isinstance(stage.app.screen, ThemeScreen))
        await pilot.pause()
        assert stage.app.theme == "okabe"


async def test_enter_takes_the_theme_that_is_seen() -> None:
    stage = Stage(settings=Settings(theme="okabe"))
    async with staged(stage) as pilot:
        await opened(pilot, stage)
        await pilot.press("down", "enter")
        await until(pilot, lambda: not isinstance(stage.app.screen, ThemeScreen))
        assert stage.app.theme == names(stage)[names(stage).index("okabe") + 1]


async def test_the_palette_leads_to_the_list() -> None:
    stage = Stage()
    async with staged(stage) as pilot:
        await pilot.press("ctrl+p", *"theme")
        await until(pilot, lambda: "Choose" in stage.app.export_screenshot())
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(stage.app.screen, ThemeScreen))
