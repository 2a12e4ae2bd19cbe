"""What holds for every panel of the live screen, in every state."""

import pytest
from drawing_samples import (
    PALETTE,
    STATES,
    frame,
)

from resnettui.tui.widgets.configuration import configuration_lines
from resnettui.tui.widgets.cores import cores_lines
from resnettui.tui.widgets.kernels import kernels_lines
from resnettui.tui.widgets.latency import latency_lines
from resnettui.tui.widgets.operators import operators_lines
from resnettui.tui.widgets.panel import Draw
from resnettui.tui.widgets.scaling import scaling_lines
from resnettui.tui.widgets.status import status_lines

PANELS: dict[str, tuple[Draw, int]] = {
    "configuration": (configuration_lines, 26),
    "latency": (latency_lines, 26),
    "cores": (cores_lines, 28),
    "kernels": (kernels_lines, 28),
    "operators": (operators_lines, 28),
    "scaling": (scaling_lines, 36),
    "status": (status_lines, 38),
}
"""The drawing functions, and the least width that the layout gives them from 40 columns on."""

WIDEST = 120
NARROWEST = 20
HEIGHTS = (3, 8, 30)


def too_wide(draw: Draw, widths: range) -> dict[str, list[int]]:
    """Return state -> the widths at which some line is wider."""
    found = {
        state: [
            width
            for width in widths
            if any(
                line.cell_len > width
                for height in HEIGHTS
                for line in draw(frame(state), width, height, PALETTE)
            )
        ]
        for state in STATES
    }
    return {state: widths for state, widths in found.items() if widths}


@pytest.mark.parametrize("name", PANELS)
def test_no_line_is_wider_than_the_layouts_panel(name: str) -> None:
    draw, least = PANELS[name]
    assert too_wide(draw, range(least, WIDEST + 1)) == {}


@pytest.mark.parametrize("name", PANELS)
def test_no_line_is_wider_than_a_panel_of_twenty_cells(name: str) -> None:
    draw, least = PANELS[name]
    assert too_wide(draw, range(NARROWEST, least)) == {}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", PANELS)
def test_every_panel_has_something_to_say_in_every_state(name: str, state: str) -> None:
    draw, least = PANELS[name]
    assert any(line.plain.strip() for line in draw(frame(state), least, 12, PALETTE))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", PANELS)
def test_drawing_the_same_frame_gives_the_same_lines(name: str, state: str) -> None:
    draw, least = PANELS[name]
    first, second = (draw(frame(state), least, 12, PALETTE) for _ in range(2))
    assert list(first) == list(second)
