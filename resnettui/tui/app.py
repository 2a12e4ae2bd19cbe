"""The app: keys become trials, events become a snapshot, and the snapshot a picture."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.app import App
from textual.binding import Binding
from textual.timer import Timer

from resnettui.core.live import (
    Chosen,
    Kept,
    LiveEvent,
    Looked,
    Probed,
    Reset,
    Snapshot,
    fold,
)
from resnettui.core.machine import Machine, Reading
from resnettui.core.outcome import Outcome
from resnettui.core.protocol import CHECK_LIVE_S, Event, Measure, Ready, Samples, WarmingUp
from resnettui.core.trial import RANDOM, Trial
from resnettui.errors import HistoryError, ResnettuiError
from resnettui.machine.probe import named, probe
from resnettui.machine.sensors import Sensors
from resnettui.machine.topology import core_layout
from resnettui.supervisor.crew import Crew
from resnettui.tui.keeper import Keeper
from resnettui.tui.other_side import Measuring, Supervise, Watching
from resnettui.tui.palette import Palette, palette_from
from resnettui.tui.picture import Picture
from resnettui.tui.screens.help import HelpScreen
from resnettui.tui.screens.live import LiveScreen
from resnettui.tui.screens.others import AnyScreen, OtherScreen, other_screen
from resnettui.tui.sweep_control import SweepControl
from resnettui.tui.themes import DARK_VARIABLES, LIGHT_VARIABLES, register_themes

PERIOD_S = 1.0
"""Between two frames, and between two looks at the sensors."""

CHANGE_S = 0.1
"""A change of state is drawn this soon, and drawn once where several come together."""

BURST_S = 0.08
"""A choice is measured when no other follows it within this."""


class ResnettuiApp(App[None]):
    """Shows one live measurement, and changes it; what is left goes into a history, if any."""

    TITLE = "resnettui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [Binding("ctrl+q", "quit", show=False, system=True)]

    def __init__(
        self,
        trial: Trial,
        data: str | None = None,
        weights: str = RANDOM,
        *,
        theme: str | None = None,
        history: Path | None = None,
        supervise: Supervise = Crew,
        sensors: Watching | None = None,
        find_machine: Callable[[], Machine] = probe,
    ) -> None:
        super().__init__()
        self.snapshot: Snapshot = Snapshot(trial=trial)
        self._data = data
        self._weights = weights
        self._sensors = sensors or Sensors()
        self._find_machine = find_machine
        self._supervisor = supervise(
            self._receive,
            lambda: self.snapshot.machine.cpu,
            lambda: core_layout(self.snapshot.machine),
        )
        self._keeper = Keeper(history, self._complain)
        self._sweep = SweepControl(self, history, data, weights)
        self._history = history
        self._live = LiveScreen()
        self._others: dict[str, OtherScreen] = {}
        self._change: Timer | None = None
        self._burst: Timer | None = None
        self._ticker: Timer | None = None
        self._picture = Picture()
        self._palette: Palette | None = None
        register_themes(self, theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give this app's variables to themes that do not know them."""
        return DARK_VARIABLES if self.current_theme.dark else LIGHT_VARIABLES

    def get_default_screen(self) -> LiveScreen:
        """Begin with the live screen."""
        return self._live

    def on_mount(self) -> None:
        """Read the machine, and let the first frame come before the worker does."""
        self.theme_changed_signal.subscribe(self, lambda _theme: self._repaint())
        self._fold(Probed(self._find_machine()))
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        # `kill` must not leave the terminal in the alternate screen with the mouse captured.
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, lambda: self.run_worker(self.action_quit()))
        self._look()
        self.choose(self.snapshot.trial)
        self._ticker = self.set_interval(PERIOD_S, self._tick)
        if self.snapshot.machine.cpu is None:
            self.run_worker(self._name_machine())

    async def _name_machine(self) -> None:
        """Ask py-cpuinfo, which takes a second, in a thread."""
        self._fold(Probed(await asyncio.to_thread(named, self.snapshot.machine)))
        self._draw_soon()

    @property
    def wanted(self) -> Trial:
        """The configuration last chosen."""
        return self.snapshot.trial

    @property
    def engines(self) -> tuple[str, ...]:
        """The quantized engines that run here; none before the worker told."""
        return self.snapshot.build.engines if self.snapshot.build else ()

    def choose(self, trial: Trial) -> None:
        """Show another configuration at once, and measure it when no other follows."""
        if self._is_sweeping():
            return
        self._picture.paused = False
        self._keeper.keep(self.snapshot)
        self._fold(Chosen(self.snapshot.run_id + 1, trial.resolved(self.engines)))
        self.draw()
        if self._burst is not None:
            self._burst.stop()
        self._burst = self.set_timer(BURST_S, self._measure)

    def _measure(self) -> None:
        wish = Measure(
            *(self.snapshot.run_id, self.wanted, self._data),
            weights=self._weights,
            check_s=CHECK_LIVE_S,
        )
        self._supervisor.measure(wish)

    def _is_sweeping(self) -> bool:
        """Tell whether a sweep has the workers, and tell the user so."""
        if self._sweep.running:
            self.notify("A sweep is running: x on the sweep screen (2) ends it.")
        return self._sweep.running

    def visit(self, run_id: int, trial: Trial) -> None:
        """Show a configuration that a sweep measures, and stores itself."""
        self._fold(Chosen(run_id, trial.resolved(self.engines)))
        self._draw_soon()

    @property
    def crew(self) -> Measuring:
        """The supervisor of the workers."""
        return self._supervisor

    def select_study(self, direction: int) -> None:
        """Select the next or previous study."""
        self._sweep.select(direction)
        self.draw()

    def start_sweep(self) -> None:
        """Measure the selected study in place of the live configuration."""
        if self._sweep.running:
            return
        if refusal := self._sweep.refusal:
            self.notify(refusal, severity="warning", markup=False)
            return
        if self._burst is not None:
            self._burst.stop()
        self._picture.paused = False
        self._keeper.keep(self.snapshot)
        self._sweep.start()
        self.draw()

    def stop_sweep(self) -> None:
        """End the sweep; what is measured stays."""
        self._sweep.stop()

    def turn_curve(self) -> None:
        """Show the curves along the next axis."""
        self._sweep.turn()
        self.draw()

    def sweep_changed(self) -> None:
        """Draw how far the sweep is, soon."""
        self._draw_soon()

    def sweep_ended(self, trial: Trial, trouble: BaseException | None) -> None:
        """Go on with the configuration from before; tell what went wrong, if anything did."""
        if isinstance(trouble, ResnettuiError):
            self.notify(trouble.reason, title="The sweep ended", severity="error", markup=False)
        elif trouble is not None:
            self.call_later(_raise, trouble)
        self.visit(self.snapshot.run_id + 1, trial)
        self._measure()
        self.draw()

    def known_outcomes(self) -> Sequence[Outcome]:
        """Read the history and add what was published; HistoryError where it cannot be read."""
        from resnettui.tui.known import known_outcomes

        return known_outcomes(self._history)

    def reset(self) -> None:
        """Forget what was measured; the measurement goes on."""
        if self._is_sweeping():
            return
        self._keeper.keep(self.snapshot)
        self._fold(Reset())
        self.draw()

    def keep(self) -> None:
        """Keep the current configuration as the baseline, or let go of it."""
        before = self.snapshot.baseline
        self._picture.paused = False
        self._fold(Kept())
        if self.snapshot.baseline is before:
            self.notify("Nothing is measured of this configuration yet.")
        self.draw()

    def pause(self) -> None:
        """Freeze the picture, or let it go on."""
        self._picture.paused = not self._picture.paused
        self.draw()

    def _receive(self, event: Event) -> None:
        """Take an event of the supervisor; frames come by the clock, and when the state changes."""
        before = self.snapshot
        self._fold(event)
        if isinstance(event, Ready):
            self._sweep.preview()
        if isinstance(event, WarmingUp) and event.done:
            self.glance()  # What is counted from here on belongs to the sample.
        self._sweep.hear(event)
        first = before.passes == 0 and self.snapshot.passes > 0
        if first or not isinstance(event, Samples):
            self._draw_soon()

    def _fold(self, event: LiveEvent) -> None:
        self.snapshot = fold(self.snapshot, event)

    def _tick(self) -> None:
        self._look()
        self.draw()

    def _look(self) -> None:
        self._fold(Looked(self._sensors.read(self.snapshot.worker_pids)))
        self._sweep.look()

    def glance(self) -> Reading:
        """Read the sensors between two ticks, of which the next comes a whole period later.

        It is not drawn: shares of so short a time would be noise.
        """
        if self._ticker is not None:
            self._ticker.reset()
        return self._sensors.read(self.snapshot.worker_pids)

    def _draw_soon(self) -> None:
        if self._change is None:
            self._change = self.set_timer(CHANGE_S, self._draw_change)

    def _draw_change(self) -> None:
        self._change = None
        self.draw()

    def draw(self) -> None:
        """Draw the snapshot, or once more the frame that is frozen."""
        frame = self._picture.frame(self.snapshot, self._live.selected, self._sweep.view)
        if self._palette is None:
            self._palette = palette_from(self.theme_variables)
        self._front.show(frame, self._palette)

    @property
    def _front(self) -> AnyScreen:
        """The screen that is shown, or lies below the help."""
        others = [screen for screen in self._others.values() if screen in self.screen_stack]
        return others[-1] if others else self._live

    def action_show(self, name: str) -> None:
        """Bring one of the screens to the front."""
        wanted = self._live if name == "live" else self._other(name)
        if self._front is wanted:
            return
        self._sweep.preview()
        while self.screen is not self._live:
            self.pop_screen()
        if wanted is not self._live:
            self.push_screen(wanted)
        self.call_after_refresh(self.draw)

    def _repaint(self) -> None:
        self._palette = None
        self.call_after_refresh(self.draw)

    def _other(self, name: str) -> OtherScreen:
        """Return a screen that is made when it is first wanted, and then stays."""
        if name not in self._others:
            self._others[name] = other_screen(name)
            self.install_screen(self._others[name], name)
        return self._others[name]

    def action_help(self) -> None:
        """Show the keys of the screen."""
        bindings = [active.binding for active in self.screen.active_bindings.values()]
        self.push_screen(HelpScreen([b for b in bindings if _is_ours(b)]))

    async def action_quit(self) -> None:
        """End the worker, store what it measured, and leave."""
        swept = self._sweep.running
        await self._sweep.close()
        await self._supervisor.close()
        await self._keeper.finish(None if swept else self.snapshot)
        self.exit()

    @property
    def not_stored(self) -> HistoryError | None:
        """Why some of what was measured is not in the history; None where all is."""
        return self._keeper.trouble

    def _complain(self, error: HistoryError) -> None:
        self.notify(error.reason, title="Not stored", severity="warning", markup=False)


def _raise(error: BaseException) -> None:
    """Let an error that nobody foresaw end the app, as those of its own handlers do."""
    raise error


def _is_ours(binding: Binding) -> bool:
    """Tell the keys of this app from those that Textual gives to every screen."""
    return bool(binding.description) and not binding.system and "copy_text" not in binding.action
