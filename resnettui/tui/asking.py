"""What the user asks of the live measurement, where it may be asked for."""

from typing import TYPE_CHECKING

from resnettui.core.trial import Trial
from resnettui.tui.host import Host
from resnettui.tui.keymap import key_of
from resnettui.tui.keys import screen_action
from resnettui.tui.leaving import Leaving
from resnettui.tui.live_control import LiveControl
from resnettui.tui.picture import Picture
from resnettui.tui.profile_control import ProfileControl
from resnettui.tui.sweep_control import SweepControl

if TYPE_CHECKING:
    from resnettui.tui.replaying import Replaying

ENDING = "The app ends as soon as what was measured is stored."


class Asking:
    """Changes the live measurement, asks whoever measures to, or tells the user why it cannot."""

    def __init__(
        self,
        host: Host,
        live: LiveControl,
        sweep: SweepControl,
        profiling: ProfileControl,
        *,
        leaving: Leaving,
        replaying: "Replaying | None",
        picture: Picture,
    ) -> None:
        self._host = host
        self._live = live
        self._sweep = sweep
        self._profiling = profiling
        self._leaving = leaving
        self._replaying = replaying
        self._picture = picture

    @property
    def refusal(self) -> str:
        """Why nothing else can be measured now; "" where it can."""
        if self._leaving.begun:
            return ENDING
        if self._replaying is not None:
            return self._replaying.refusal
        return self._swept() if self._sweep.running else ""

    def _swept(self) -> str:
        """Say that a sweep has the workers, and how it is ended."""
        stop, screen = (key_of(id, self._picture.keys) for id in ("stop", screen_action("sweep")))
        return f"A sweep is running: {stop} on the sweep screen ({screen}) ends it."

    def _refuses(self) -> bool:
        """Tell whether nothing else can be measured, and tell the user why."""
        if self.refusal:
            self._host.notify(self.refusal)
        return bool(self.refusal)

    def choose(self, trial: Trial) -> None:
        """Measure another configuration, or ask for it whoever measures."""
        asked = self._replaying is not None and self._replaying.ask(trial)
        if not asked and not self._refuses():
            self._profiling.changed()
            self._live.choose(trial)

    def step(self, name: str, direction: int) -> None:
        """Measure with the next or previous value of an axis; an idle one has no other."""
        trial = self._host.snapshot.trial
        if name in trial.idle:
            self._host.draw()
        else:
            self.choose(trial.stepped(name, direction, self._live.engines))

    def may_type(self) -> bool:
        """Tell whether a value that the user types can be measured or asked for; if not, why."""
        heeded = self._replaying is not None and self._replaying.heeds
        return heeded or not self._refuses()

    def reset(self) -> None:
        """Forget what was measured; the measurement goes on."""
        if not self._refuses():
            self._live.reset()

    def keep(self) -> None:
        """Keep the current configuration as the baseline, or let go of it."""
        self._live.keep()

    def pause(self) -> None:
        """Freeze the picture, or let it go on."""
        self._picture.paused = not self._picture.paused
        self._host.draw()
