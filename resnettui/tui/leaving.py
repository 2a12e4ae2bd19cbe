"""The end of the app: its workers are gone, and what they measured is stored."""

from typing import Any

from textual.app import App

from resnettui.tui.live_control import LiveControl
from resnettui.tui.other_side import Measuring
from resnettui.tui.profile_control import ProfileControl
from resnettui.tui.sweep_control import SweepControl


class Leaving:
    """Ends an app in good order, whoever wants its end."""

    def __init__(
        self,
        app: App[Any],
        crew: Measuring,
        live: LiveControl,
        sweep: SweepControl,
        profiling: ProfileControl,
    ) -> None:
        self._app = app
        self._crew = crew
        self._live = live
        self._sweep = sweep
        self._profiling = profiling

    async def quit(self) -> None:
        """Leave; where something would be lost, and nowhere else, the user is asked before.

        A sweep loses nothing: what it measured is stored, and it can be resumed.
        """
        await self._live.retry()
        trouble = self._live.not_stored
        if trouble is None:
            await self.leave()
            return
        from resnettui.tui.screens.question import QuestionScreen

        question = QuestionScreen("Quit, and lose what is not stored?", trouble.reason)
        self._app.push_screen(question, self._leave_where)

    async def _leave_where(self, wanted: bool | None) -> None:
        if wanted:
            await self.leave()

    async def leave(self) -> None:
        """End the workers, store what they measured, and end the app."""
        await self.finish()
        self._app.exit()

    async def finish(self) -> None:
        """End the workers, and store what they measured; doing so twice does no harm."""
        swept = self._sweep.running
        await self._sweep.close()
        self._profiling.stop()
        await self._crew.close()
        await self._live.finish(keep=not swept)
