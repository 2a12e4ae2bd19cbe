"""Bars and columns of block characters."""

import pytest

from resnettui.tui.widgets.bars import bar, columns


@pytest.mark.parametrize(
    ("share", "width", "drawn"),
    [
        (0.0, 4, ""),
        (1.0, 4, "████"),
        (0.5, 4, "██"),
        (0.25, 2, "▌"),
        (1 / 32, 4, "▏"),
        (0.99, 10, "█████████▉"),
        (0.75, 1, "▊"),
        (-1.0, 4, ""),
        (2.0, 4, "████"),
        (0.5, 0, ""),
    ],
)
def test_a_bar_fills_its_share_to_an_eighth(share: float, width: int, drawn: str) -> None:
    assert bar(share, width) == drawn


@pytest.mark.parametrize("width", [1, 7, 20])
def test_a_bar_grows_with_its_share_and_never_beyond_its_width(width: int) -> None:
    lengths = [len(bar(n / 1000, width)) for n in range(1001)]
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[-1]) == (0, width)


@pytest.mark.parametrize(
    ("shares", "height", "drawn"),
    [
        ([0, 0.125, 0.25, 0.5, 0.875, 1], 1, [" ▁▂▄▇█"]),
        ([1, 0.5, 0.25, 0.75], 2, ["█  ▄", "██▄█"]),
        ([None, 0.0, 0.001, 1e-9], 1, ["  ▁▁"]),
        ([None, 0.001], 3, ["  ", "  ", " ▁"]),
        ([2.0, -1.0], 2, ["█ ", "█ "]),
        ([], 2, ["", ""]),
        ([1.0], 0, []),
    ],
)
def test_columns_stand_on_the_last_line(
    shares: list[float | None], height: int, drawn: list[str]
) -> None:
    assert columns(shares, height) == drawn
