"""The driver of the terminal: it never waits for one that does not read, nor looks for keys."""

import signal
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Callback
from textual.message import Message

from resnettui.tui.inlet import Inlet
from resnettui.tui.outlet import Outlet, opened_anew


class FellBehind(Message):
    """The terminal has not read yet what was written: more would only wait."""


@dataclass
class CaughtUp(Message):
    """The terminal has read all that was written."""

    left_out: bool
    """Some of it was never written: only a whole frame is right."""


class Gone(Message):
    """There is no terminal any more."""


class Resumed(Message):
    """The program was stopped and goes on: the terminal may show anything by now."""


class PatientDriver(LinuxDriver):
    """Writes through an Outlet, reads through an Inlet, and tells the app how the terminal is.

    Textual's own driver waits for a terminal that does not read, in the event loop. It is used
    where the terminal cannot be opened once more.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._outlet: Outlet | None = None
        self._inlet: Inlet | None = None
        self._encoding = "utf-8"
        self._mode: list[Any] | None = None  # Of the terminal while this is set up.

    def start_application_mode(self) -> None:
        """Open the terminal, and set it up."""
        self._close_outlet()  # One stays where this was stopped on the way, in the background.
        terminal = sys.__stderr__
        descriptor = opened_anew(terminal.fileno()) if terminal else None
        if terminal and descriptor is not None:
            self._encoding = terminal.encoding
            self._outlet = Outlet(*(descriptor, self._fell_behind, self._caught_up, self._gone))
        self._inlet = self._inlet or Inlet(self.fileno)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        with suppress(termios.error):
            self._mode = termios.tcgetattr(self.fileno)

    def write(self, data: str) -> None:
        """Write to the terminal, without waiting for it."""
        if self._outlet is None:
            super().write(data)
        else:
            self._outlet.write(data.encode(self._encoding, "replace"))

    def run_input_thread(self) -> None:
        """Tell the app of keys, clicks and answers of the terminal, until there are no more."""
        inlet = self._inlet
        assert inlet is not None
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        for piece in inlet.pieces():
            text = decode(piece)
            for message in parser.feed(text) if text else parser.tick():
                self.process_message(message)
            if text:
                inlet.wait(self._tell_when_heeded)
        if not inlet.ended:
            self._gone()

    def _tell_when_heeded(self, tell: Callable[[], None]) -> None:
        """Tell when the app, and then whoever has the focus, has taken all keys so far."""
        app = self._app

        def pass_on() -> None:
            (app.focused or app.screen).call_later(tell)

        self.send_message(Callback(pass_on))

    def disable_input(self) -> None:
        """End the reading."""
        if self._inlet is not None:
            self._inlet.end()
        super().disable_input()
        inlet, self._inlet = self._inlet, None
        if inlet is not None:
            inlet.close()

    def stop_application_mode(self) -> None:
        """Restore the terminal before anything else that it has yet to read."""
        self._mode = None
        if self._outlet is not None:
            self._outlet.discard()
        super().stop_application_mode()

    def close(self) -> None:
        """Give the terminal a last moment to read."""
        self._close_outlet()
        super().close()

    def _close_outlet(self) -> None:
        outlet, self._outlet = self._outlet, None
        if outlet is not None:
            outlet.close()

    def _sigcont_application(self, *_: object) -> None:
        """Set the terminal up again after SIGTSTP, which restored it; SIGSTOP restores nothing.

        To set up what is set up would take the mode of the app for that of the shell.
        """
        if self._must_signal_resume:
            super()._sigcont_application()
        elif self._mode is not None:
            with suppress(termios.error):  # The shell may have set its own meanwhile.
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._mode)
        if self._mode is not None and not self._must_signal_resume:
            self.send_message(Resumed())

    def _fell_behind(self) -> None:
        self.send_message(FellBehind())

    def _gone(self) -> None:
        self.send_message(Gone())

    def _caught_up(self, left_out: bool) -> None:
        self.send_message(CaughtUp(left_out))


def patient(driver: type[Driver]) -> type[Driver]:
    """Return the driver that does what another does, but never waits for the terminal."""
    return PatientDriver if driver is LinuxDriver else driver


def ending_signals() -> list[signal.Signals]:
    """Return the signals that end a program on a terminal, but for those that are ignored here.

    `nohup` has a program survive its terminal.
    """
    asked = (signal.SIGTERM, signal.SIGHUP)
    return [one for one in asked if signal.getsignal(one) is not signal.SIG_IGN]
