"""The keys of the live screen: those of the axes from AXES, and the others."""

from textual.binding import Binding

from resnettui.core.axes import AXES

VALUE = Binding.Group("value", compact=True)
AXIS = Binding.Group("axis", compact=True)
THREADS = Binding.Group("threads", compact=True)
CONFIGURATION = Binding.Group("configuration")

IN_FOOTER = "threads"
"""The axis whose keys the footer shows; the configuration panel shows those of all."""


def _axis_bindings() -> list[Binding]:
    bindings = []
    for axis in AXES:
        if not axis.key:
            continue
        group = THREADS if axis.name == IN_FOOTER else CONFIGURATION
        for key, direction, word in ((axis.key, 1, "next"), (axis.key.upper(), -1, "previous")):
            action = f"step('{axis.name}', {direction})"
            description = f"{word} {axis.label}"
            shown = axis.name == IN_FOOTER
            bindings.append(
                Binding(key, action, description, show=shown, key_display=key, group=group)
            )
    return bindings


LIVE_BINDINGS: list[Binding] = [
    Binding("q", "app.quit", "quit"),
    Binding("question_mark", "app.help", "help", key_display="?"),
    Binding("left", "step_selected(-1)", "previous value", key_display="←", group=VALUE),
    Binding("right", "step_selected(1)", "next value", key_display="→", group=VALUE),
    Binding("up", "move(-1)", "axis above", key_display="↑", group=AXIS),
    Binding("down", "move(1)", "axis below", key_display="↓", group=AXIS),
    *_axis_bindings(),
    Binding("space", "pause", "pause", tooltip="Freeze the picture; the measurement goes on."),
    Binding(
        "k",
        "keep",
        "baseline",
        tooltip="Compare the others with this configuration; once more lets go of it.",
    ),
    Binding("r", "reset", "reset", show=False, tooltip="Forget all that was measured."),
    Binding("tab", "turn(1)", "next panel", show=False, tooltip="On a narrow terminal."),
    Binding("shift+tab", "turn(-1)", "previous panel", show=False),
]
