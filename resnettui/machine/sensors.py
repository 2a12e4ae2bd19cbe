"""What the board says of itself now: use, clocks, heat, throttling, and who used the CPU."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resnettui.core.machine import Reading
from resnettui.machine.scheduling import Scheduling
from resnettui.machine.sensor_files import SensorFiles, find_sensor_files
from resnettui.machine.signals import (
    QuotaCount,
    Ticks,
    clock_hz,
    core_use,
    cpu_ticks,
    headroom,
    hottest,
    quota_counts,
    quota_stops,
    throttled,
)
from resnettui.machine.sysfs import exists, read_int

if TYPE_CHECKING:
    import psutil

REFRESH_S = 30.0
"""How old the list of sensors may get; a file that vanishes or a core that comes ends it sooner."""


class Sensors:
    """The board's sensors; one `read()` a second costs about 1 ms on a small board.

    To that come two small files for every thread of the workers, up to a bound.
    """

    def __init__(
        self,
        root: Path = Path("/"),
        clock: Callable[[], float] = time.monotonic,
        ui_clock: Callable[[], float] = time.process_time,
    ) -> None:
        self._root = root
        self._clock = clock
        # Exact to the ns. The kernel's tables count in ticks of 10 ms: 1 % of a core, at 1 Hz.
        self._ui_clock = ui_clock
        self._files = SensorFiles()
        self._files_at_s: float | None = None
        self._at_s: float | None = None
        self._ticks: dict[int, Ticks] = {}
        self._ui_s = 0.0
        self._processes: dict[int, psutil.Process] = {}
        self._worker_s: dict[int, float] = {}
        self._scheduling = Scheduling(root)
        self._quota: dict[Path, QuotaCount] = {}

    def read(self, worker_pids: Sequence[int] = ()) -> Reading:
        """Read all sensors; shares and cores are means, counts are sums since the reading before.

        The first reading has no reading before: core_use is empty, what is counted is None.
        """
        at_s = self._clock()
        elapsed_s = None if self._at_s is None else at_s - self._at_s
        use = self._core_use()
        self._refresh(at_s)
        scheduled = self._scheduling.look(worker_pids)
        stops, stopped_s = self._quota_stops() or (None, None)
        reading = Reading(
            at_s=at_s,
            core_use=use,
            clock_hz=clock_hz(self._files, self._number),
            temperature_celsius=hottest(self._files, self._number),
            throttled=throttled(self._files, self._number),
            worker_cores=self._worker_cores(worker_pids, elapsed_s),
            ui_cores=self._ui_cores(elapsed_s),
            interval_s=elapsed_s,
            ran_s=scheduled.ran_s,
            waited_s=scheduled.waited_s,
            switches=scheduled.switches,
            quota_stops=stops,
            quota_stopped_s=stopped_s,
            headroom_celsius=headroom(self._files, self._number),
        )
        self._at_s = at_s
        return reading

    def _core_use(self) -> dict[int, float]:
        ticks = cpu_ticks(self._root)
        if ticks is None:
            return self._core_use_without_procfs()
        if ticks.keys() != self._ticks.keys():
            self._files_at_s = None  # A core came or went, and its clock with it.
        use = core_use(self._ticks, ticks)
        self._ticks = ticks
        return use

    def _core_use_without_procfs(self) -> dict[int, float]:
        import psutil

        try:
            percents = psutil.cpu_percent(percpu=True)
        except (OSError, psutil.Error):
            return {}
        # psutil's first answer is all 0: it too needs a reading before.
        if self._at_s is None:
            return {}
        return {core: percent / 100 for core, percent in enumerate(percents)}

    def _refresh(self, at_s: float) -> None:
        if self._files_at_s is None or at_s - self._files_at_s >= REFRESH_S:
            self._files = find_sensor_files(self._root)
            self._files_at_s = at_s

    def _number(self, path: Path, base: int = 10) -> int | None:
        """Read a sensor's number; one whose file is gone makes the next reading look anew."""
        value = read_int(path, base)
        if value is None and not exists(path):
            self._files_at_s = None
        return value

    def _quota_stops(self) -> QuotaCount | None:
        before, self._quota = self._quota, quota_counts(self._files)
        return quota_stops(before, self._quota)

    def _worker_cores(self, pids: Sequence[int], elapsed_s: float | None) -> float | None:
        """Sum what the processes used that were there at the reading before, too."""
        self._processes = {pid: self._processes[pid] for pid in pids if pid in self._processes}
        before = self._worker_s
        self._worker_s = {pid: s for pid in pids if (s := self._cpu_s(pid)) is not None}
        # A smaller sum is another process under a used pid.
        both = [(before[pid], s) for pid, s in self._worker_s.items() if pid in before]
        used = [now - then for then, now in both if now >= then]
        return sum(used) / elapsed_s if used and elapsed_s else None

    def _cpu_s(self, pid: int) -> float | None:
        # It takes 8 ms to import, and is not needed before the first frame.
        import psutil

        try:
            process = self._processes.get(pid) or psutil.Process(pid)
            times = process.cpu_times()
        except (psutil.Error, OSError, ValueError):  # It has ended, or was never there.
            self._processes.pop(pid, None)
            return None
        self._processes[pid] = process
        return float(times.user + times.system)

    def _ui_cores(self, elapsed_s: float | None) -> float | None:
        before, self._ui_s = self._ui_s, self._ui_clock()
        return max(0.0, self._ui_s - before) / elapsed_s if elapsed_s else None
