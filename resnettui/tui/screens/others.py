"""Which screen is in front, and those beside the live one, made when they are first wanted."""

from textual.app import App
from textual.screen import Screen


class Screens:
    """The screens of an app: the first, and at most one of the others over it."""

    def __init__(self, app: App[None], first: Screen[None], name: str) -> None:
        self._app = app
        self._first = first
        self._made = {name: first}

    @property
    def front(self) -> Screen[None]:
        """The screen that is shown, or lies below the help."""
        made = [screen for screen in self._app.screen_stack if screen in self._made.values()]
        return made[-1] if made else self._first

    @property
    def front_name(self) -> str:
        """The name of that screen in SCREEN_KEYS."""
        front = self.front
        return next(name for name, screen in self._made.items() if screen is front)

    async def show(self, name: str) -> None:
        """Bring a screen to the front, unless it is there."""
        wanted = self._of(name)
        if self.front is wanted:
            return
        while self._app.screen is not self._first:
            self._app.pop_screen()
        if wanted is not self._first:
            await self._app.push_screen(wanted)

    def _of(self, name: str) -> Screen[None]:
        """Return a screen by its name in SCREEN_KEYS; once made, it stays."""
        if name not in self._made:
            self._made[name] = other_screen(name)
            self._app.install_screen(self._made[name], name)
        return self._made[name]


def other_screen(name: str) -> Screen[None]:
    """Return a new screen, and import it, by its name in SCREEN_KEYS."""
    if name == "sweep":
        from resnettui.tui.screens.sweep import SweepScreen

        return SweepScreen()
    if name == "operators":
        from resnettui.tui.screens.operators import OperatorsScreen

        return OperatorsScreen()
    if name == "machine":
        from resnettui.tui.screens.machine import MachineScreen

        return MachineScreen()
    from resnettui.tui.screens.compare import CompareScreen

    return CompareScreen()
