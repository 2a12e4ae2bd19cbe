import pytest
from operator_rows import ROOF, ROWS, row

from resnettui.report.canvas import ASCII, BRAILLE, Dots
from resnettui.report.roofline import Line, roofline, scale_of


def text(line: Line) -> str:
    return "".join(sign for sign, _ in line)


def drawn(width: int = 70, height: int = 14, dots: Dots = BRAILLE) -> list[str]:
    return [text(line) for line in roofline(ROWS, ROOF, width, height, dots)]


def test_rows_are_named_marks_sized_by_their_share() -> None:
    lines = drawn()
    assert lines[0].endswith("roofs: 100 GFLOP/s, 10.0 GB/s")
    (conv,) = [line for line in lines[:-1] if "◉" in line]
    assert "conv2d ◉" in conv or "◉ conv2d" in conv
    assert any("·" in line and "linear" in line for line in lines[1:-2])
    assert lines[-1] == "• 2 %  ● 10 %  ◉ 25 % of the pass; without FLOP: batch_norm"
    assert lines[-2].split() == ["1", "10", "100"]


def test_the_peak_stands_at_the_height_of_its_roof() -> None:
    (roof,) = [line for line in drawn() if line.startswith("   100│")]
    assert len(set(roof[-20:])) == 1
    assert roof[-1] != " "


def test_what_is_nearer_its_roof_stands_higher() -> None:
    lines = drawn()
    at = [n for n, line in enumerate(lines) if "◉" in line or "· linear" in line]
    assert "◉" in lines[at[0]]


def test_ascii_has_no_sign_beyond_it() -> None:
    lines = drawn(dots=ASCII)
    assert all(line.isascii() for line in lines)
    assert any("@" in line for line in lines[1:-1])


@pytest.mark.parametrize(("width", "height"), [(120, 30), (40, 8), (24, 6), (1, 1)])
def test_the_picture_has_the_size_it_was_asked_for(width: int, height: int) -> None:
    lines = drawn(width, height)
    assert len(lines) == max(height, 6)
    assert all(len(line) <= max(width, 24) for line in lines)


def test_a_row_above_the_roof_is_drawn_there() -> None:
    above = row("conv2d", 100, flop=30_000, moved=100)
    assert scale_of([above], ROOF).top > above.flop_per_s > ROOF.compute.per_s
    lines = [text(line) for line in roofline([above], ROOF, 60, 16)]
    mark = next(n for n, line in enumerate(lines) if "conv2d" in line)
    assert mark < next(n for n, line in enumerate(lines) if line.startswith("   100│"))


def test_without_a_row_that_computes_the_roof_stands_alone() -> None:
    lines = [text(line) for line in roofline([], ROOF, 60, 12)]
    assert any("⣀" in line for line in lines)
    assert lines[-1].endswith("of the pass")


def test_the_chosen_row_has_a_role_of_its_own_and_its_name() -> None:
    small = ROWS[-1] if ROWS[-1].flop else ROWS[0]
    lines = roofline(ROWS, ROOF, 70, 14, chosen=small)
    chosen = "".join(sign for line in lines for sign, role in line if role == "chosen")
    assert small.label in chosen
    assert len(chosen) == len(small.label) + 1
