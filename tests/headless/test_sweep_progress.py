import io
from dataclasses import replace

from resnettui.core.outcome import Outcome
from resnettui.core.plan import Plan
from resnettui.core.roof import MEMORY, Peak
from resnettui.core.sweep import SweepOrder, SweepState
from resnettui.core.trial import Trial
from resnettui.headless.sweep_progress import SweepProgress
from resnettui.progress import CLEAR_LINE

MS = 1_000_000


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


ORDER = SweepOrder(Plan((Trial(), Trial(threads=2), Trial()), repeats=True))
FIRST = Outcome(Trial(), 80.0 * MS, 12.5)
SECOND = Outcome(Trial(threads=2), 50.0 * MS, 20.0, flags={"noisy": "so"})


def swept(stream: io.StringIO) -> str:
    progress = SweepProgress(stream)
    begun = SweepState(ORDER, doing="warming up, pass 3")
    progress.show(begun)
    progress.show(replace(begun, outcomes={0: FIRST}, position=1, elapsed_s=10, finished_s=10))
    progress.show(
        replace(
            begun,
            outcomes={0: FIRST, 1: SECOND},
            failures={2: "refused"},
            position=3,
            doing="",
            elapsed_s=30,
            finished_s=30,
        )
    )
    progress.end()
    return stream.getvalue()


def test_a_sweep_leaves_a_line_per_trial_in_a_log_file() -> None:
    lines = swept(io.StringIO()).splitlines()
    assert lines[0].startswith("1 of 3  resnet50 · fp32")
    assert lines[0].endswith("80.0 ms, 12.5 img/s   1/3, 0:10 elapsed, 0:20 left")
    assert "50.0 ms, 20.0 img/s  ! noisy" in lines[1]
    assert lines[2].endswith("not measured: refused   3/3, 0:30 elapsed, 0:00 left")
    assert len(lines) == 3


def test_a_sweep_keeps_a_bar_below_them_on_a_terminal() -> None:
    written = swept(Terminal())
    assert "[######..............] 1/3, 0:10 elapsed, 0:20 left" in written
    assert written.endswith(CLEAR_LINE)


def test_trials_of_an_earlier_run_are_not_told_again() -> None:
    stream = io.StringIO()
    before = SweepState(ORDER, outcomes={0: FIRST}, measured_before=frozenset({0}))
    SweepProgress(stream).show(before)
    assert stream.getvalue() == ""


def test_the_roof_has_a_line_for_each_number_of_threads() -> None:
    peaks = (Peak("fp32", 1, 1.36e11, "convolution"), Peak(MEMORY, 1, 3.3e10, "triad"))
    state = replace(SweepState(SweepOrder(Plan())), roofs={1: peaks}, roof_failures={2: "killed"})
    stream = io.StringIO()
    progress = SweepProgress(stream)
    progress.show(state)
    progress.show(state)
    assert stream.getvalue().splitlines() == [
        "roof of 1 thread: fp32 136 GFLOP/s, memory 33.0 GB/s",
        "roof of 2 threads: not measured: killed",
    ]
