"""What hands do apart from stepping: type a value, save, copy, read the log."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from resnettui.core.axes import AXIS, Axis, Choice, Places, Value
from resnettui.core.printable import printable
from resnettui.core.trial import Trial
from resnettui.log import Tail, log_file
from resnettui.tui.host import Host
from resnettui.tui.keymap import key_of
from resnettui.tui.picture import Picture
from resnettui.tui.screens.others import Screens

if TYPE_CHECKING:
    from resnettui.core.table import Table

NOTHING = "Nothing of this is measured yet."

NOT_HERE = "Files would be written where it is measured, not where you are: nothing is saved."


class Hands:
    """The actions of an app that are not about measuring; each brings what it needs."""

    def __init__(
        self,
        app: App[Any],
        host: Host,
        screens: Screens,
        picture: Picture,
        *,
        tail: Tail,
        choose: Callable[[Trial], None],
    ) -> None:
        self._app = app
        self._host = host
        self._screens = screens
        self._picture = picture
        self._tail = tail
        self._choose = choose
        self._told = False

    def type_value(self, name: str) -> None:
        """Let the user type a value of an axis, and measure with it."""
        axis, trial = AXIS[name], self._host.snapshot.trial
        if name in trial.idle:
            self._host.notify(f"{axis.label} is for {axis.precision}, not for {trial.precision}.")
            return
        from resnettui.tui.screens.entry import EntryScreen

        current = getattr(trial, name)

        def take(value: Value | None) -> None:
            if value not in (None, current):
                self._choose(self._host.snapshot.trial.with_value(name, value))

        self._app.push_screen(EntryScreen(axis, current, self._words(axis)), take)

    def _words(self, axis: Axis) -> Sequence[str]:
        """Return the words of an axis; of the engines those that run here."""
        build = self._host.snapshot.build
        if axis.name == "engine" and build is not None:
            return build.engines
        return axis.domain.values if isinstance(axis.domain, Choice | Places) else ()

    def save(self) -> None:
        """Ask what to save of the screen in front, and write it; what is shared saves nothing.

        Whoever follows a shared measurement would write on a machine that is not his.
        """
        frame = self._picture.last
        if frame is None or (frame.replay is not None and frame.replay.shared):
            self._host.notify(NOT_HERE if frame else NOTHING)
            return
        from resnettui.tui.screens.save import SaveScreen

        def take(ending: str | None) -> None:
            if ending is not None:
                # The screen is to be drawn without the question on it.
                self._app.call_after_refresh(self._write, ending)

        self._app.push_screen(SaveScreen(), take)

    async def _write(self, ending: str) -> None:
        from resnettui.tui.saving import file_stem, save

        text = self._app.export_screenshot() if ending == "svg" else self._text(ending)
        if not text:
            self._host.notify(NOTHING)
            return
        stem = file_stem(self._screens.front_name, datetime.now())
        try:
            path = await asyncio.to_thread(save, text, stem, ending)
        except OSError as error:
            self._host.notify(str(error), title="Not saved", severity="error", markup=False)
        else:
            self._host.notify(printable(str(path)), title="Saved", markup=False)

    def copy(self) -> None:
        """Hand the report of the screen in front to the terminal's clipboard."""
        text = self._text("md")
        if text:
            self._app.copy_to_clipboard(text)
            lines = len(text.splitlines())
            self._host.notify(
                f"{lines} lines of Markdown, if the terminal takes it.", title="Copied"
            )
        else:
            self._host.notify(NOTHING)

    def _text(self, ending: str) -> str:
        """Return the table or the report of the screen in front; "" where it has none."""
        from resnettui.tui.pages import PAGES

        page, frame = PAGES[self._screens.front_name], self._picture.last
        if frame is None:
            return ""
        tables = cast("Sequence[Table]", getattr(self._screens.front, "tables", ()))
        return page.csv(frame, tables) if ending == "csv" else page.markdown(frame, tables)

    def show_log(self) -> None:
        """Show the last lines of the log."""
        from resnettui.tui.screens.log import LogScreen

        file = log_file()
        place = "in memory alone" if file is None else file.baseFilename
        if file is not None and file.trouble:
            place = f"not written: {file.trouble}"
        right = key_of("ten-columns-right", self._picture.keys)
        self._app.push_screen(LogScreen(self._tail, place, right))

    def heed_log(self) -> None:
        """Tell, once, why the log cannot be written, where it cannot."""
        file = log_file()
        if file is not None and file.trouble and not self._told:
            self._told = True
            title = "The log is not written"
            self._host.notify(file.trouble, title=title, severity="warning", markup=False)
