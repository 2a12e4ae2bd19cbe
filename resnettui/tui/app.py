"""The app: keys become trials, events become a snapshot, and the snapshot a picture."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.driver import Driver
from textual.events import DescendantFocus
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import LiveEvent
from resnettui.core.machine import Machine, Reading
from resnettui.core.outcome import Outcome
from resnettui.core.protocol import Event, Ready, Samples, WarmingUp
from resnettui.core.settings import Settings
from resnettui.core.trial import RANDOM, Trial
from resnettui.errors import HistoryError
from resnettui.machine.probe import probe
from resnettui.machine.sensors import Sensors
from resnettui.machine.topology import core_layout
from resnettui.supervisor.crew import Crew
from resnettui.tui.driver import CaughtUp, ending_signals, patient
from resnettui.tui.keys import SCREEN_KEYS
from resnettui.tui.live_control import LiveControl
from resnettui.tui.lookout import Lookout, whole_board
from resnettui.tui.other_side import Measuring, Supervise, Watching
from resnettui.tui.picture import Picture
from resnettui.tui.profile_control import ProfileControl
from resnettui.tui.screens.help import HelpScreen
from resnettui.tui.screens.live import LiveScreen
from resnettui.tui.screens.others import Screens
from resnettui.tui.sweep_control import SweepControl
from resnettui.tui.themes import DARK_VARIABLES, LIGHT_VARIABLES, register_themes
from resnettui.tui.ticker import Ticker

if TYPE_CHECKING:
    from resnettui.core.board import Board

CHANGE_S = 0.1
"""A change of state is drawn this soon, and drawn once where several come together."""


class ResnettuiApp(App[None]):
    """Shows one live measurement, and changes it; what is left goes into a history, if any."""

    TITLE = "resnettui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]
    BINDINGS = [Binding("ctrl+q", "quit", show=False, system=True)]

    def __init__(
        self,
        trial: Trial,
        data: str | None = None,
        weights: str = RANDOM,
        settings: Settings = Settings(),  # noqa: B008
        *,
        history: Path | None = None,
        supervise: Supervise = Crew,
        sensors: Watching | None = None,
        find_machine: Callable[[], Machine] = probe,
        find_board: "Callable[[Machine], Board]" = whole_board,
    ) -> None:
        super().__init__()
        self.snapshot: Snapshot = Snapshot(trial=trial)
        self._lookout = Lookout(self, sensors or Sensors(), find_machine, find_board)
        self.crew: Measuring = supervise(
            self._receive,
            lambda: self.snapshot.machine.cpu,
            lambda: core_layout(self.snapshot.machine),
        )
        self._live = LiveControl(self, history, data, weights)
        self.sweep = SweepControl(self, self._live, history, data, weights)
        self.profiling = ProfileControl(self, self._live, history, data, weights)
        self._history = history
        self._first = LiveScreen()
        self._screens = Screens(self, self._first, "live")
        self._change: Timer | None = None
        self._ticker = Ticker(self, settings.rate_s, self._tick)
        self._behind = False
        self._picture = Picture()
        register_themes(self, settings.theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give this app's variables to themes that do not know them."""
        return DARK_VARIABLES if self.current_theme.dark else LIGHT_VARIABLES

    def get_driver_class(self) -> type[Driver]:
        """Write to the terminal without ever waiting for it."""
        return patient(super().get_driver_class())

    def get_default_screen(self) -> LiveScreen:
        """Begin with the live screen."""
        return self._first

    def on_mount(self) -> None:
        """Read the machine, and let the first frame come before the worker does."""
        self.theme_changed_signal.subscribe(self, lambda _theme: self._repaint())
        self._lookout.begin()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        # Neither `kill` nor a lost connection may leave the terminal in the alternate screen, or
        # the last visit out of the history.
        loop = asyncio.get_running_loop()
        for one in ending_signals():
            loop.add_signal_handler(one, lambda: self.run_worker(self.action_quit()))
        self._look()
        self.choose(self.snapshot.trial)
        self._ticker.begin()
        self.run_worker(self._lookout.go_on())

    def choose(self, trial: Trial) -> None:
        """Measure another configuration."""
        if not self._refuses():
            self.profiling.changed()
            self._live.choose(trial)

    def step(self, name: str, direction: int) -> None:
        """Measure with the next or previous value of an axis; an idle one has no other."""
        trial = self.snapshot.trial
        if name in trial.idle:
            self.draw()
        else:
            self.choose(trial.stepped(name, direction, self._live.engines))

    def go_on(self) -> None:
        """Give the workers, which have nothing else to do, to the live configuration."""
        if not self.profiling.begin():
            self._live.measure()

    @property
    def sweeping(self) -> bool:
        """A sweep has the workers."""
        return self.sweep.running

    def _refuses(self) -> bool:
        """Tell whether a sweep has the workers, and tell the user so."""
        if self.sweeping:
            self.notify("A sweep is running: x on the sweep screen (2) ends it.")
        return self.sweeping

    def survey(self) -> None:
        """Look at the whole board again."""
        self.run_worker(self._lookout.survey())

    def known_outcomes(self) -> Sequence[Outcome]:
        """Read the history and add what was published; HistoryError where it cannot be read."""
        from resnettui.tui.known import known_outcomes

        return known_outcomes(self._history)

    def reset(self) -> None:
        """Forget what was measured; the measurement goes on."""
        if not self._refuses():
            self._live.reset()

    def keep(self) -> None:
        """Keep the current configuration as the baseline, or let go of it."""
        self._live.keep()

    def thaw(self) -> None:
        """Let the picture go on where it is frozen."""
        self._picture.paused = False

    def pause(self) -> None:
        """Freeze the picture, or let it go on."""
        self._picture.paused = not self._picture.paused
        self.draw()

    def _receive(self, event: Event) -> None:
        """Take an event of the supervisor; frames come by the clock, and when the state changes."""
        before = self.snapshot
        self.fold(event)
        if isinstance(event, Ready):
            self.sweep.preview()
        if isinstance(event, WarmingUp) and event.done:
            self.glance()  # What is counted from here on belongs to the sample.
        self.sweep.hear(event)
        self.profiling.hear(event)
        first = before.passes == 0 and self.snapshot.passes > 0
        if first or not isinstance(event, Samples):
            self.draw_soon()

    def fold(self, event: LiveEvent) -> None:
        """Take an event into the snapshot."""
        self.snapshot = fold(self.snapshot, event)

    def _tick(self) -> None:
        self._look()
        self.draw()

    def _look(self) -> None:
        self._lookout.look()
        self.sweep.look()

    def glance(self) -> Reading:
        """Read the sensors between two ticks, of which the next comes a whole period later.

        It is not drawn: shares of so short a time would be noise.
        """
        self._ticker.put_off()
        return self._lookout.glance()

    def draw_soon(self) -> None:
        """Draw, together with what else comes within a moment."""
        if self._change is None:
            self._change = self.set_timer(CHANGE_S, self._draw_change)

    def _draw_change(self) -> None:
        self._change = None
        self.draw()

    def draw(self) -> None:
        """Draw the snapshot, or once more the frame that is frozen, where the terminal reads."""
        if self._behind:
            return
        views = (self.sweep.view, self.profiling.view)
        frame = self._picture.frame(self.snapshot, self._first.selected, *views)
        self._picture.show(frame, self._screens.front, self.theme_variables)

    def on_fell_behind(self) -> None:
        """Draw nothing more, which would only wait for the terminal; events are folded on."""
        self._behind = True

    def on_caught_up(self, event: CaughtUp) -> None:
        """Draw what the terminal missed: the newest frame."""
        self._behind = False
        if event.left_out:
            self.refresh()
        self.draw()

    def watch_app_focus(self, focus: bool) -> None:
        """Look and draw more seldom while nobody looks."""
        self._ticker.seen(focus)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Keep the cursor of an input from blinking, which repaints its line twice a second."""
        if isinstance(event.widget, Input):
            event.widget.cursor_blink = False

    async def action_show(self, name: str) -> None:
        """Bring one of the screens to the front."""
        self.sweep.preview()
        self.profiling.look(name == "operators")
        await self._screens.show(name)
        self.draw()

    def _repaint(self) -> None:
        self._picture.recolour()
        self.call_after_refresh(self.draw)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Add the screens to the commands of the palette."""
        yield from super().get_system_commands(screen)
        for key, name in SCREEN_KEYS.items():
            show = partial(self.run_action, f"app.show('{name}')")
            yield SystemCommand(f"Screen {key}: {name}", f"Bring it to the front ({key})", show)

    def action_help(self) -> None:
        """Show the keys of the screen."""
        active = self.screen.active_bindings.values()
        self.push_screen(HelpScreen([one.binding for one in active]))

    async def action_quit(self) -> None:
        """End the worker, store what it measured, and leave."""
        swept = self.sweep.running
        await self.sweep.close()
        self.profiling.stop()
        await self.crew.close()
        await self._live.finish(keep=not swept)
        self.exit()

    @property
    def not_stored(self) -> HistoryError | None:
        """Why some of what was measured is not in the history; None where all is."""
        return self._live.not_stored

    def break_off(self, error: BaseException) -> None:
        """End with an error that nobody foresaw, as those of its own handlers do."""
        self.call_later(_raise, error)


def _raise(error: BaseException) -> None:
    """Raise an error where the app hears of it."""
    raise error
