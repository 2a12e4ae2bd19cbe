"""A supervisor, sensors and a machine that say what a test wants, for the real app."""

from collections.abc import Callable, Sequence
from pathlib import Path

from resnettui.core.board import Board, Load
from resnettui.core.machine import Build, Machine, Reading
from resnettui.core.ops import OpLedger
from resnettui.core.protocol import (
    Event,
    Failed,
    FindPeaks,
    Finished,
    Hello,
    Job,
    Measure,
    PeaksFound,
    Prepared,
    Ready,
    Samples,
    Starting,
    Step,
    WarmingUp,
)
from resnettui.core.roof import Peak
from resnettui.core.settings import Settings
from resnettui.core.trial import RANDOM, Check, Trial, WarmUp
from resnettui.supervisor.crew import Cores
from resnettui.tui.app import ResnettuiApp
from resnettui.tui.host import Host
from resnettui.tui.replaying import Replaying

MACHINE = Machine(
    cpu="Neoverse-N1",
    arch="aarch64",
    cores_online=(0, 1, 2, 3),
    cores_usable=(0, 1, 2, 3),
    cores_allowed=4,
    isa=("asimd", "asimdhp", "asimddp"),
)

BUILD = Build("2.9.1", "0.24.1", ("onednn", "qnnpack"), "onednn", "DEFAULT", True)

UNFUSED = OpLedger({"aten::conv2d": 53, "aten::batch_norm": 53, "aten::relu_": 49})
FUSED = OpLedger({"mkldnn::_convolution_pointwise[relu]": 49, "aten::linear": 1})
KERNELS = {"convolution gemm:acl": 36, "convolution indirect_gemm:acl": 17, "reorder jit:uni": 5}

BOARD = Board(kernel="6.8.0", load=Load(averages=(0.1, 0.1, 0.1), cores=0.0))

MS = 1_000_000
SECOND = 1_000_000_000


class ScriptedSensors:
    """Readings that do not change, unless the test gives another."""

    def __init__(self) -> None:
        self.asked: Sequence[int] = ()
        self.reading = Reading(
            at_s=1.0,
            core_use={0: 1.0, 1: 0.5, 2: 0.0, 3: 0.25},
            clock_hz=dict.fromkeys(range(4), 2_000_000_000),
            temperature_celsius=51.0,
            worker_cores=1.98,
            ui_cores=0.008,
        )

    def read(self, worker_pids: Sequence[int] = ()) -> Reading:
        self.asked = worker_pids
        return self.reading


class ScriptedSupervisor:
    """Takes wishes, and tells what the test lets it tell."""

    def __init__(self, sink: Callable[[Event], None]) -> None:
        self._sink = sink
        self.jobs: list[Job] = []
        self.wishes: list[Measure] = []
        """The live measurements and the trials of sweeps among the jobs."""
        self.roofs: list[int] = []
        self.finds_peaks = True
        self.closed = False
        self.stopped = 0

    def start(self) -> None:
        raise AssertionError("the app starts its workers with a wish")

    def stop(self) -> None:
        self.stopped += 1

    def measure(self, wish: Job) -> None:
        self.jobs.append(wish)
        if isinstance(wish, FindPeaks) and self.finds_peaks:
            self._find_peaks(wish)
            return
        if isinstance(wish, Measure):
            self.wishes.append(wish)
        self._sink(Starting(wish.run_id))

    def _find_peaks(self, job: FindPeaks) -> None:
        """Tell the same peak of each kind at once."""
        self.roofs.append(job.threads)
        peaks = (Peak(kind, job.threads, 1e11 * job.threads, "scripted") for kind in job.kinds)
        self._sink(PeaksFound(job.run_id, tuple(peaks)))
        self._sink(Finished(job.run_id))

    async def close(self) -> None:
        self.closed = True

    @property
    def trials(self) -> list[Trial]:
        return [wish.trial for wish in self.wishes]

    def tell(self, event: Event) -> None:
        self._sink(event)

    def prepare(self) -> None:
        """Let the last wish come to the end of its warm-up."""
        wish = self.wishes[-1]
        run, trial = wish.run_id, wish.trial.resolved(BUILD.engines)
        ops = FUSED if trial.fusion == "full" else UNFUSED
        self.tell(Hello(1, 4711))
        self.tell(Ready(BUILD))
        self.tell(Step(run, "building"))
        self.tell(Prepared(run, trial, Check(3e-5, 1.0), ops, UNFUSED, KERNELS))
        self.tell(WarmingUp(run, WarmUp(12, True), 0, done=True))

    def sample(self, milliseconds: float, passes: int = 300, run_id: int | None = None) -> None:
        """Let the last wish, or the run named, be measured: latencies around a median."""
        run = self.wishes[-1].run_id if run_id is None else run_id
        spread = [int((milliseconds + (n % 21 - 10) * 0.01) * MS) for n in range(passes)]
        self.tell(Samples(run, tuple(spread), sum(spread), 100 * SECOND))

    def fail(self, reason: str, hint: str) -> None:
        self.tell(Failed(self.jobs[-1].run_id, "unavailable", reason, hint))


class Stage:
    """The real app with a scripted other side."""

    def __init__(
        self,
        trial: Trial | None = None,
        settings: Settings | None = None,
        weights: str = RANDOM,
        history: Path | None = None,
        replay: Callable[[Host], Replaying] | None = None,
    ) -> None:
        self.sensors = ScriptedSensors()
        self.board = BOARD
        self.machine = MACHINE
        self.looks = 0
        self.app = ResnettuiApp(
            trial or Trial(threads=2),
            None,
            weights,
            settings or Settings(),
            history=history,
            supervise=self._supervise,
            sensors=self.sensors,
            find_machine=lambda: self.machine,
            find_board=self._look,
            replay=replay,
        )

    def _look(self, _machine: Machine) -> Board:
        self.looks += 1
        return self.board

    def _supervise(
        self, sink: Callable[[Event], None], _cpu: Callable[[], str | None], _cores: Cores
    ) -> ScriptedSupervisor:
        self.supervisor = ScriptedSupervisor(sink)
        return self.supervisor
