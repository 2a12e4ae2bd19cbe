from resnettui.report.canvas import ASCII, BRAILLE, Canvas, Dots


def drawn(canvas: Canvas[str]) -> list[str]:
    return ["".join(sign for sign, _ in line) for line in canvas.cells()]


def canvas(width: int, height: int, dots: Dots = BRAILLE) -> Canvas[str]:
    return Canvas(width, height, dots)


def test_a_line_joins_its_points_from_corner_to_corner() -> None:
    picture = canvas(4, 2)
    picture.line((0, 0), (1, 1), "roof")
    assert drawn(picture) == ["  ⡠⠊", "⡠⠊  "]
    assert picture.cells()[0][3] == ("⠊", "roof")
    assert picture.cells()[0][0] == (" ", None)


def test_a_dotted_line_leaves_gaps() -> None:
    picture = canvas(4, 1)
    picture.line((0, 0), (1, 0), "roof", gap=3)
    assert drawn(picture) == ["⡀⢀ ⡀"]


def test_ascii_has_a_dot_for_a_cell() -> None:
    picture = canvas(3, 3, ASCII)
    picture.line((0, 0), (1, 1), "roof")
    assert drawn(picture) == ["  .", " . ", ".  "]


def test_what_is_outside_is_not_drawn() -> None:
    picture = canvas(2, 1)
    picture.line((0, 2), (1, 2), "roof")
    assert drawn(picture) == ["  "]


def test_characters_stand_above_dots_and_take_their_cells() -> None:
    picture = canvas(4, 1)
    picture.line((0, 0), (1, 0), "roof")
    picture.mark((0, 0), "●", "mark")
    assert picture.free(0, 1, 3)
    picture.write(0, 2, "ab", "label")
    assert drawn(picture) == ["●⣀ab"]
    assert not picture.free(0, 0, 2)
    assert not picture.free(0, 1, 4)
    assert not picture.free(1, 0, 1)


def test_a_line_may_begin_anywhere() -> None:
    picture = canvas(4, 1)
    picture.line((0.5, 0), (1, 0), "roof")
    assert drawn(picture) == ["  ⣀⣀"]


def test_the_first_cell_is_as_free_as_the_others() -> None:
    picture = canvas(4, 1)
    assert picture.free(0, 0, 4)
    assert not picture.free(0, -1, 2)
