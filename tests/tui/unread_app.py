"""The real app, its clock at full speed, on a worker that reports for ever.

python unread_app.py HISTORY HEARD: what the app hears of its worker goes into the file HEARD, a
line each, its process first.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from scripted import BOARD, MACHINE, ScriptedSensors

from resnettui.core.protocol import Event, Hello, Samples
from resnettui.core.settings import Settings
from resnettui.core.trial import Trial
from resnettui.supervisor.crew import Cores, Crew
from resnettui.supervisor.process import EventSink
from resnettui.tui.app import ResnettuiApp

WORKER = Path(__file__).parent.parent / "supervisor" / "scripted_worker.py"


def main(history: Path, heard: Path) -> None:
    with heard.open("w", buffering=1) as file:

        def supervise(sink: EventSink, cpu: Callable[[], str | None], cores: Cores) -> Crew:
            def hear(event: Event) -> None:
                sink(event)
                if isinstance(event, Hello):
                    file.write(f"{event.pid}\n")
                if isinstance(event, Samples):
                    file.write("samples\n")

            return Crew(hear, cpu, cores, [sys.executable, str(WORKER), "endless"])

        ResnettuiApp(
            Trial(threads=2),
            settings=Settings(rate_s=0.25),
            history=history,
            supervise=supervise,
            sensors=ScriptedSensors(),
            find_machine=lambda: MACHINE,
            find_board=lambda _machine: BOARD,
        ).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
