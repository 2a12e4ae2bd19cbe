"""The screens beside the live one, imported when they are first wanted."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from resnettui.tui.screens.compare import CompareScreen
    from resnettui.tui.screens.sweep import SweepScreen

OtherScreen: TypeAlias = "SweepScreen | CompareScreen"


def other_screen(name: str) -> OtherScreen:
    """Return a new screen by its name in SCREEN_KEYS."""
    if name == "sweep":
        from resnettui.tui.screens.sweep import SweepScreen

        return SweepScreen()
    from resnettui.tui.screens.compare import CompareScreen

    return CompareScreen()
