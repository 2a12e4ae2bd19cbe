"""Panels that take turns where the terminal has no room for all of them."""

from collections.abc import Sequence

from textual.screen import Screen


class Turning:
    """Which panels stand in front: one of `some` on a narrow screen, one of `all` on a tiny one.

    The style sheet hides `-behind` on the one and `-behind-all` on the other.
    """

    def __init__(self, some: Sequence[str], all: Sequence[str]) -> None:
        self._some = some
        self._all = all
        self._turned = 0
        self._offered: bool | None = None

    def mount(self, screen: Screen[None]) -> None:
        """Begin with the first panel in turn."""
        for name in self._some:
            screen.query_one(f"#{name}").add_class("-turning")
        self.turn(screen, 0)

    def offered(self, screen: Screen[None]) -> bool:
        """Tell whether a panel stands behind another, so that there is something to turn."""
        self._offered = self._needed(screen)
        return self._offered

    def placed(self, screen: Screen[None]) -> None:
        """Tell the footer where the size of the screen changed what was offered."""
        if self._offered not in (None, self._needed(screen)):
            screen.refresh_bindings()

    def _needed(self, screen: Screen[None]) -> bool:
        panels = [screen.query(f"#{name}") for name in self._all]
        return not all(panel.display for found in panels for panel in found)

    def turn(self, screen: Screen[None], direction: int) -> None:
        """Bring the next panel forward."""
        self._turned = (self._turned + direction) % len(self._in_turn(screen))
        for names, hidden in ((self._some, "-behind"), (self._all, "-behind-all")):
            front = names[self._turned % len(names)]
            for name in names:
                screen.query_one(f"#{name}").set_class(name != front, hidden)

    def bring(self, screen: Screen[None], name: str) -> None:
        """Bring a panel forward, where it is one of those that take turns."""
        turning = self._in_turn(screen)
        if name in turning:
            self.turn(screen, turning.index(name) - self._turned)

    def _in_turn(self, screen: Screen[None]) -> Sequence[str]:
        tiny = screen.has_class("-tiny") or screen.has_class("-low")
        return self._all if tiny else self._some
