"""The board in a live state, and the findings of a frame."""

from dataclasses import replace

from core_samples import BUILD

from resnettui.core.board import Board, Load, Program
from resnettui.core.finding import Severity
from resnettui.core.frame import frame_of
from resnettui.core.live import Snapshot, fold
from resnettui.core.live_events import Surveyed, Surveying
from resnettui.core.machine import Machine
from resnettui.core.protocol import WorkerLost

MACHINE = Machine(cpu="Cortex-A76", cores_usable=(0, 1, 2, 3), cores_allowed=4)
BUSY = Board(load=Load((3.0,), 3.0, (Program(7, "compiler", 3.0),)))


def surveyed(board: Board = BUSY, snapshot: Snapshot | None = None) -> Snapshot:
    snapshot = snapshot or Snapshot(machine=MACHINE, build=BUILD)
    return fold(fold(snapshot, Surveying()), Surveyed(board))


def test_the_board_stays_while_it_is_looked_at_again() -> None:
    snapshot = fold(surveyed(), Surveying())
    assert (snapshot.board, snapshot.surveying) == (BUSY, True)
    other = fold(snapshot, Surveyed(Board()))
    assert (other.board, other.surveying) == (Board(), False)


def test_there_are_no_findings_before_the_board_was_looked_at() -> None:
    frame = frame_of(Snapshot(machine=MACHINE, build=BUILD))
    assert (frame.findings, frame.grave) == ((), 0)


def test_findings_are_counted_from_warnings_on() -> None:
    frame = frame_of(surveyed())
    assert any("compiler" in finding.fact for finding in frame.findings)
    grave = [finding for finding in frame.findings if finding.severity > Severity.NOTE]
    assert frame.grave == len(grave) > 0


def test_a_worker_that_is_not_there_is_a_finding_until_one_is() -> None:
    lost = WorkerLost("torch died of SIGILL", "install torch 2.9", True)
    snapshot = replace(surveyed(), build=None, failure=lost)
    assert frame_of(snapshot).findings[0].fact == "torch died of SIGILL"
    later = frame_of(replace(snapshot, build=BUILD))
    assert all(finding.key != "no torch" for finding in later.findings)


def test_findings_are_taken_over_while_nothing_they_rest_on_changes() -> None:
    snapshot = surveyed()
    first = frame_of(snapshot)
    assert frame_of(replace(snapshot, passes=9), before=first).findings is first.findings
    other = frame_of(surveyed(Board(), snapshot), before=first)
    assert other.findings != first.findings
