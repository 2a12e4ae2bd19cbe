from dataclasses import fields
from itertools import pairwise

import pytest

from resnettui.core.axes import AXES, AXIS, Axis, Choice, Places, Value, Whole
from resnettui.core.trial import Trial

THREADS = (*range(1, 9), 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128)
BATCHES = tuple(2**n for n in range(12))
LADDERS: dict[str, tuple[Value, ...]] = {
    "threads": THREADS,
    "processes": THREADS,
    "batch_size": BATCHES,
}


def ladder_of(axis: Axis) -> tuple[Value, ...]:
    """Return the values that stepping visits, from the lowest."""
    return LADDERS[axis.name] if isinstance(axis.domain, Whole) else axis.domain.values


STEPPED = [axis for axis in AXES if axis.panel]


def axis_id(axis: Axis) -> str:
    return axis.name


def test_the_axes_are_the_fields_of_a_trial() -> None:
    assert [axis.name for axis in AXES] == [field.name for field in fields(Trial)]
    assert list(AXIS.values()) == list(AXES)


@pytest.mark.parametrize("axis", AXES, ids=axis_id)
def test_the_default_is_that_of_a_trial(axis: Axis) -> None:
    assert axis.default == getattr(Trial(), axis.name)


@pytest.mark.parametrize("axis", [axis for axis in AXES if axis.default is not None], ids=axis_id)
def test_the_default_parses_to_itself(axis: Axis) -> None:
    assert axis.domain.parse(str(axis.default)) == axis.default


@pytest.mark.parametrize("axis", STEPPED, ids=axis_id)
def test_every_value_parses_to_itself(axis: Axis) -> None:
    assert [axis.domain.parse(str(value)) for value in ladder_of(axis)] == [*ladder_of(axis)]


def test_words_parse_in_any_case_and_with_blanks_around_them() -> None:
    assert Choice(("fp32", "int8")).parse(" INT8\n") == "int8"
    assert Whole(1).parse(" 12 ") == 12


@pytest.mark.parametrize(
    ("domain", "text", "message"),
    [
        (Choice(("none", "full")), "half", "'half' is not one of none, full"),
        (Choice(("none", "full")), "", "'' is not one of none, full"),
        (Whole(1), "two", "'two' is not a whole number"),
        (Whole(1), "2.5", "'2.5' is not a whole number"),
        (Whole(1), "", "'' is not a whole number"),
        (Whole(1), "0", "0 is below 1"),
        (Whole(1), "-3", "-3 is below 1"),
        (Whole(32), "31", "31 is below 32"),
        (Whole(1, maximum=64), "65", "65 is above 64"),
        (AXIS["processes"].domain, "9" * 20, f"{'9' * 20} is above 1024"),
        (AXIS["threads"].domain, "4097", "4097 is above 4096"),
        (Places(("none",)), "near", "'near' is neither none nor cores as 0-3,6"),
        (Places(("none",)), "", "'' is neither none nor cores as 0-3,6"),
        (Places(("none",)), "3-1", "'3-1' is neither none nor cores as 0-3,6"),
        (Places(("none",)), "0,,2", "'0,,2' is neither none nor cores as 0-3,6"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(
    domain: Choice | Whole | Places, text: str, message: str
) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        domain.parse(text)
    assert str(error.value) == message


@pytest.mark.parametrize("axis", STEPPED, ids=axis_id)
def test_stepping_up_visits_every_value_in_order(axis: Axis) -> None:
    ladder = ladder_of(axis)
    assert [axis.domain.step(value, 1) for value in ladder[:-1]] == [*ladder[1:]]


@pytest.mark.parametrize("axis", STEPPED, ids=axis_id)
def test_stepping_up_then_down_returns(axis: Axis) -> None:
    for value in ladder_of(axis):
        following = axis.domain.step(value, 1)
        assert following is None or axis.domain.step(following, -1) == value


@pytest.mark.parametrize(
    "axis", [axis for axis in AXES if isinstance(axis.domain, Choice)], ids=axis_id
)
def test_words_go_round(axis: Axis) -> None:
    first, *_, last = ladder_of(axis)
    assert (axis.domain.step(last, 1), axis.domain.step(first, -1)) == (first, last)


@pytest.mark.parametrize("minimum", [1, 2, 32])
@pytest.mark.parametrize("octave_steps", [1, 4])
def test_numbers_end_at_their_minimum(minimum: int, octave_steps: int) -> None:
    domain = Whole(minimum, octave_steps)
    assert domain.step(minimum, -1) == minimum
    assert domain.step(minimum + 1, -1) == minimum


@pytest.mark.parametrize("start", [60, 63, 64])
def test_numbers_end_at_their_maximum(start: int) -> None:
    assert Whole(1, maximum=64).step(start, 1) == 64


@pytest.mark.parametrize(
    ("name", "odd", "up", "down"),
    [
        ("threads", 9, 10, 8),
        ("threads", 11, 12, 10),
        ("threads", 17, 20, 16),
        ("threads", 31, 32, 28),
        ("threads", 65, 80, 64),
        ("batch_size", 3, 4, 2),
        ("batch_size", 5, 8, 4),
        ("batch_size", 100, 128, 64),
        ("image_size", 224, 256, 128),
        ("image_size", 33, 64, 32),
    ],
)
def test_from_between_two_values_a_step_reaches_the_next_one(
    name: str, odd: int, up: int, down: int
) -> None:
    domain = AXIS[name].domain
    assert (domain.step(odd, 1), domain.step(odd, -1)) == (up, down)


@pytest.mark.parametrize("octave_steps", [1, 2, 4, 8])
def test_an_octave_has_as_many_steps_as_it_says(octave_steps: int) -> None:
    domain, value, visited = Whole(1, octave_steps), 64, []
    while value < 128:
        value = domain.step(value, 1)
        visited.append(value)
    assert len(visited) == octave_steps
    assert {b - a for a, b in pairwise([64, *visited])} == {64 // octave_steps}


@pytest.mark.parametrize(
    ("text", "value"),
    [(" Compact ", "compact"), ("3,0-1", "0-1,3"), ("0-3+6", "0-3,6"), ("2", "2"), ("1,1", "1")],
)
def test_places_are_words_or_lists_of_cores_in_order(text: str, value: str) -> None:
    assert AXIS["pin"].domain.parse(text) == value


def test_stepping_through_places_comes_by_the_one_that_is_not_chosen() -> None:
    domain = Places(("none", "spread"))
    assert [domain.step(None, 1), domain.step("none", 1), domain.step("spread", 1)] == [
        *("none", "spread", None)
    ]
    assert [domain.step(None, -1), domain.step("0-3", 1), domain.step("0-3", -1)] == [
        *("spread", None, None)
    ]


def test_flags_and_keys_are_unique() -> None:
    flags = [flag for axis in AXES for flag in (axis.flag, axis.short_flag) if flag]
    keys = [axis.key for axis in AXES if axis.key]
    assert len(flags) == len(set(flags))
    assert len(keys) == len(set(keys))
    assert all(key.islower() for key in keys), "the upper case steps back"


def test_every_axis_of_the_panel_but_the_model_has_a_key() -> None:
    assert [axis.name for axis in STEPPED if not axis.key] == ["model"]


def test_flags_are_the_names_with_dashes() -> None:
    assert AXIS["memory_format"].flag == "--memory-format"
