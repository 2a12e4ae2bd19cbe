"""The panel of the cores, in literal characters."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from drawing_samples import (
    PALETTE,
    board,
    folded,
    frame,
    machine_of,
    plain,
    reading_of,
)
from rich.text import Text

from resnettui.core.frame import frame_of
from resnettui.core.live_events import Looked, Probed
from resnettui.core.trial import Member
from resnettui.tui.widgets.bars import EIGHTHS_UP
from resnettui.tui.widgets.cores import cores_lines, cores_state

Drawn = Sequence[Text]


def test_few_cores_have_a_bar_each() -> None:
    assert plain(cores_lines(frame("measuring"), 28, 8, PALETTE)) == [
        " 0 ───────────   0 % 2.6 GHz",
        " 1 ███▋───────  33 % 2.6 GHz",
        " 2 ███████▍───  67 % 2.6 GHz",
        " 3 ███████████ 100 % 2.6 GHz",
        "worker 1.98 cores",
    ]


def test_cores_name_their_cluster() -> None:
    drawn = plain(cores_lines(frame("clusters"), 40, 10, PALETTE))
    assert [text.split()[1] for text in (drawn[0], drawn[4])] == ["little", "mid"]


def test_the_bars_of_all_clusters_begin_in_one_column() -> None:
    drawn = plain(cores_lines(frame("clusters"), 40, 10, PALETTE))[1:8]
    assert len({min(text.index(sign) for sign in "█─" if sign in text) for text in drawn}) == 1


def test_only_the_usable_cores_are_drawn() -> None:
    machine = replace(machine_of(8), cores_usable=(2, 5), cores_allowed=2)
    state = frame_of(folded([Probed(machine), Looked(reading_of(8))]))
    drawn = plain(cores_lines(state, 30, 8, PALETTE))
    assert [text.split()[0] for text in drawn] == ["2", "5", "worker"]
    assert cores_state(state) == "2 of 8"


def cells(drawn: Drawn) -> list[str]:
    """Return what stands for the cores, line by line."""
    return [line.plain.split()[-1] for line in drawn[:-1]]


@pytest.mark.parametrize(
    ("cores", "width", "height"), [(64, 28, 6), (64, 36, 3), (256, 116, 4), (256, 28, 12)]
)
def test_many_cores_have_a_cell_each(cores: int, width: int, height: int) -> None:
    state = frame_of(folded(board(cores)))
    drawn = cores_lines(state, width, height, PALETTE)
    assert len(drawn) <= height
    assert sum(map(len, cells(drawn))) == cores
    assert "".join(cells(drawn)) == "".join(sorted("".join(cells(drawn))))
    assert set("".join(cells(drawn))) == set(EIGHTHS_UP[1:])
    assert drawn[-1].plain == "worker 1.98 cores"


def test_lines_of_cells_begin_with_their_first_core() -> None:
    drawn = plain(cores_lines(frame_of(folded(board(64))), 28, 6, PALETTE))
    assert [text.split()[0] for text in drawn] == ["0", "24", "48", "worker"]
    assert drawn[0] == " 0 " + "▁" * 12 + "▂" * 8 + "▃" * 4


@pytest.mark.parametrize(("cores", "width", "height"), [(64, 20, 4), (256, 28, 6)])
def test_no_core_is_lost_in_a_small_panel(cores: int, width: int, height: int) -> None:
    """The last core is the busiest: wherever it stands, its full cell must be there."""
    drawn = cores_lines(frame_of(folded(board(cores))), width, height, PALETTE)
    assert len(drawn) <= height
    assert "█" in "".join(plain(drawn))


def test_who_used_the_time_is_unknown_until_it_was_measured() -> None:
    reading = replace(reading_of(2), worker_cores=None)
    state = frame_of(folded([Probed(machine_of(2)), Looked(reading)]))
    assert cores_lines(state, 30, 8, PALETTE)[-1].plain == "worker - cores"


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {"ran_s": 1.5, "waited_s": 0.5, "quota_stops": 0, "headroom_celsius": 30.0},
            ["! waits 25 % for a core"],
        ),
        ({"ran_s": 1.9, "waited_s": 0.05}, []),
        ({"quota_stops": 3}, ["! stopped by the quota, 3 ×"]),
        ({"headroom_celsius": 2.4}, ["! 2 °C below its limit"]),
        ({}, []),
    ],
)
def test_what_disturbs_the_workers_is_told_and_nothing_where_all_is_well(
    changes: dict[str, float], lines: list[str]
) -> None:
    reading = replace(reading_of(2), **changes)  # type: ignore[arg-type]
    state = frame_of(folded([Probed(machine_of(2)), Looked(reading)]))
    drawn = cores_lines(state, 28, 8, PALETTE)
    assert plain(drawn)[2:] == ["worker 1.98 cores", *lines]
    assert [line.style for line in drawn[3:]] == [PALETTE.warning] * len(lines)


def test_the_cores_that_a_worker_is_pinned_to_are_told() -> None:
    snapshot = replace(frame("measuring").snapshot, members=(Member(4711, (1, 3)),))
    drawn = plain(cores_lines(frame_of(snapshot), 28, 8, PALETTE))
    assert drawn[-1] == "worker 1.98 cores on 1,3"


def test_several_processes_are_told_with_their_spread_and_memory() -> None:
    assert plain(cores_lines(frame("crew"), 28, 9, PALETTE))[4:] == [
        "2 workers 1.98 cores",
        "medians 10.0 to 11.0 ms",
        "cores           ms     MiB",
        "0             10.0     256",
        "1             11.0     512",
    ]


def test_where_processes_have_no_room_for_a_line_each_their_spread_stays() -> None:
    assert plain(cores_lines(frame("crew"), 28, 8, PALETTE))[4:] == [
        "2 workers 1.98 cores",
        "medians 10.0 to 11.0 ms",
    ]
    drawn = plain(cores_lines(frame("large crew"), 28, 8, PALETTE))
    assert drawn[-2:] == ["64 workers 1.98 cores", "medians 10.0 to 69.0 ms"]
    assert len(drawn) <= 8
