"""The app: keys become trials, events become a snapshot, and the snapshot a picture."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen
from textual.timer import Timer

from resnettui import garbage
from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import LiveEvent
from resnettui.core.machine import Machine, Reading
from resnettui.core.outcome import Outcome
from resnettui.core.protocol import Event, Ready, Samples, WarmingUp
from resnettui.core.remembered import Remembered
from resnettui.core.settings import Settings
from resnettui.core.trial import RANDOM, Trial
from resnettui.errors import HistoryError
from resnettui.log import begin_tail, end_tail
from resnettui.machine.probe import probe
from resnettui.machine.sensors import Sensors
from resnettui.machine.topology import core_layout
from resnettui.supervisor.crew import Crew
from resnettui.tui.asking import Asking
from resnettui.tui.driver import CaughtUp
from resnettui.tui.hands import Hands
from resnettui.tui.host import Host
from resnettui.tui.leaving import Leaving
from resnettui.tui.live_control import LiveControl
from resnettui.tui.lookout import Lookout, whole_board
from resnettui.tui.other_side import Measuring, Supervise, Watching
from resnettui.tui.picture import Picture
from resnettui.tui.profile_control import ProfileControl
from resnettui.tui.screens.help import HelpScreen
from resnettui.tui.screens.live import LiveScreen
from resnettui.tui.screens.others import Screens
from resnettui.tui.setup import Setup
from resnettui.tui.sweep_control import SweepControl
from resnettui.tui.terminal_app import TerminalApp
from resnettui.tui.ticker import Ticker

if TYPE_CHECKING:
    from resnettui.core.board import Board
    from resnettui.tui.recorder import Recorder
    from resnettui.tui.replaying import Replaying

CHANGE_S = 0.1
"""A change of state is drawn this soon, and drawn once where several come together."""


class ResnettuiApp(TerminalApp):
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
        replay: "Callable[[Host], Replaying] | None" = None,
    ) -> None:
        super().__init__(plain=bool(settings.ascii))
        # First of all: what the settings have wrong ends it, and nothing may be left of it.
        self._setup = Setup(self, settings)
        self.snapshot: Snapshot = Snapshot(trial=trial)
        self._replaying = replay(self) if replay else None
        self._lookout = self._replaying or Lookout(
            *(self, sensors or Sensors(), find_machine, find_board)
        )
        self.recorder = self._recorder(settings.record)
        self.crew: Measuring = supervise(
            self._receive,
            lambda: self.snapshot.machine.cpu,
            lambda: core_layout(self.snapshot.machine),
        )
        self._live = LiveControl(self, history, data, weights)
        self.sweep = SweepControl(self, self._live, history, data, weights)
        self.profiling = ProfileControl(self, self._live, history, data, weights)
        self._leaving = Leaving(
            *(self, self.crew, self._live, self.sweep, self.profiling), note=self._note_left
        )
        self._history = history
        self._first = LiveScreen()
        self._screens = Screens(self, self._first, "live")
        self._change: Timer | None = None
        self._ticker = Ticker(self, settings.rate_s, self._tick)
        self._behind = False
        self._picture = Picture(self._setup.keys)
        self.asking = Asking(
            *(self, self._live, self.sweep, self.profiling),
            leaving=self._leaving,
            replaying=self._replaying,
            picture=self._picture,
        )
        self._first_shown = settings.screen
        self.left: Remembered | None = None
        """How it was left; None before."""
        tail, self._tail = begin_tail()
        self._hands = Hands(
            *(self, self, self._screens, self._picture), tail=tail, choose=self.asking.choose
        )

    def _recorder(self, path: Path | None) -> "Recorder | None":
        if path is None:
            return None
        from resnettui.tui.recorder import Recorder

        return Recorder(self, path)

    def get_default_screen(self) -> LiveScreen:
        """Begin with the live screen."""
        return self._first

    def on_load(self) -> None:
        """Heed the signals that end a program before the terminal is set up."""
        self._leaving.heed_signals()

    def on_mount(self) -> None:
        """Read the machine, and let the first frame come before the worker does."""
        self.theme_changed_signal.subscribe(self, lambda _theme: self._repaint())
        self._lookout.begin()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        garbage.begin()
        self._look()
        if self._replaying is None:
            self.asking.choose(self.snapshot.trial)
        self._ticker.begin()
        self.run_worker(self._lookout.go_on())
        if self._first_shown != Settings.screen:
            self.run_worker(self.action_show(self._first_shown))
        self._setup.tell()

    def go_on(self) -> None:
        """Give the workers, which have nothing else to do, to the live configuration."""
        if not self.profiling.begin():
            self._live.measure()

    @property
    def taken(self) -> str:
        """Why nothing else can be measured now; "" where it can."""
        return self.asking.refusal

    def survey(self) -> None:
        """Look at the whole board again."""
        self.run_worker(self._lookout.survey())

    def known_outcomes(self) -> Sequence[Outcome]:
        """Read the history and add what was published; HistoryError where it cannot be read."""
        from resnettui.tui.known import known_outcomes, shown_outcomes

        if self._replaying is not None:
            return shown_outcomes(self.snapshot)
        return known_outcomes(self._history)

    def thaw(self) -> None:
        """Let the picture go on where it is frozen."""
        self._picture.paused = False

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
        if self.recorder is not None:
            self.recorder.hear(event)

    def _tick(self) -> None:
        self._hands.heed_log()
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
        replay = self._replaying.view if self._replaying else None
        views = (self.sweep.view, self.profiling.view, replay)
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

    def on_gone(self) -> None:
        """End: nobody is there to see anything, or to press a key."""
        self.run_worker(self._leaving.leave())

    def watch_app_focus(self, focus: bool) -> None:
        """Look and draw more seldom while nobody looks."""
        self._ticker.seen(focus)

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
        """Give the palette every action of a screen."""
        from resnettui.tui.commands import commands_of

        return commands_of(self, screen, self._setup.keys)

    def action_help(self) -> None:
        """Show the keys of the screen."""
        active = self.screen.active_bindings.values()
        self.push_screen(HelpScreen([one.binding for one in active]))

    def action_type_value(self, name: str) -> None:
        """Let the user type a value of an axis, where it can be measured or asked for."""
        if self.asking.may_type():
            self._hands.type_value(name)

    def action_save(self) -> None:
        """Write the screen in front, or what it shows, into a file."""
        self._hands.save()

    def action_copy(self) -> None:
        """Copy the report of the screen in front."""
        self._hands.copy()

    def action_log(self) -> None:
        """Show the last lines of the log."""
        self._hands.show_log()

    async def action_quit(self) -> None:
        """Leave, unless something would be lost that the user does not want to lose."""
        self.run_worker(self._leaving.quit())

    def _note_left(self) -> None:
        self.left = self._setup.left(self._screens.front_name, self.sweep.live_trial)

    async def on_unmount(self) -> None:
        """End in good order, whatever it was that ended the app."""
        await self._leaving.finish()
        if self.recorder is not None:
            await self.recorder.close()
        end_tail(self._tail)

    @property
    def not_stored(self) -> HistoryError | None:
        """Why some of what was measured is not in the history; None where all is."""
        return self._live.not_stored
