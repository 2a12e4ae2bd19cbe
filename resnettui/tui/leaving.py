"""The end of the app: its workers are gone, and what they measured is stored."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App

from resnettui.tui.driver import ending_signals
from resnettui.tui.live_control import LiveControl
from resnettui.tui.other_side import Measuring
from resnettui.tui.profile_control import ProfileControl
from resnettui.tui.sweep_control import SweepControl


class Leaving:
    """Ends an app in good order, whoever wants its end; `note` notes before how it is left."""

    def __init__(
        self,
        app: App[Any],
        crew: Measuring,
        live: LiveControl,
        sweep: SweepControl,
        profiling: ProfileControl,
        *,
        note: Callable[[], None],
    ) -> None:
        self._app = app
        self._crew = crew
        self._live = live
        self._sweep = sweep
        self._profiling = profiling
        self._note = note
        self._quitting = False
        self._finishing: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        """The app ends, and nothing is measured any more."""
        return self._finishing is not None

    def heed_signals(self) -> None:
        """Let signals end the app in good order.

        Neither `kill` nor a lost connection may leave the terminal in the alternate screen, or the
        last visit out of the history.
        """
        loop = asyncio.get_running_loop()
        for one in ending_signals():
            loop.add_signal_handler(one, lambda: self._app.run_worker(self.leave()))

    async def quit(self) -> None:
        """Leave; where something would be lost, and nowhere else, the user is asked before.

        A sweep loses nothing: what it measured is stored, and it can be resumed.
        """
        if self._quitting or self.begun:
            return
        self._quitting = True
        await self._live.retry()
        trouble = self._live.not_stored
        if trouble is None:
            await self.leave()
            return
        from resnettui.tui.screens.question import QuestionScreen

        question = QuestionScreen("Quit, and lose what is not stored?", trouble.reason)
        self._app.push_screen(question, self._leave_where)

    def _leave_where(self, wanted: bool | None) -> None:
        self._quitting = bool(wanted)
        if wanted:
            # The screen goes on while the history is waited for.
            self._app.run_worker(self.leave())

    async def leave(self) -> None:
        """End the workers, store what they measured, and end the app."""
        if not self.begun:
            self._note()
        await self.finish()
        self._app.exit()

    async def finish(self) -> None:
        """End the workers, and store what they measured; who comes second waits for the first."""
        if self._finishing is None:
            self._finishing = asyncio.create_task(self._finish())
        await asyncio.shield(self._finishing)
        await self._crew.close()  # A choice of the last moment may have started a worker.

    async def _finish(self) -> None:
        swept = self._sweep.running
        await self._sweep.close()
        self._profiling.stop()
        await self._crew.close()
        await self._live.finish(keep=not swept)
