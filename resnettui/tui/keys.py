"""The keys of every screen: those of the axes from AXES, and the others.

Every binding has an id, by which a user may give it other keys.
"""

from dataclasses import replace

from textual.binding import Binding

from resnettui.core.axes import AXES, Axis
from resnettui.core.settings import SCREENS

VALUE = Binding.Group("value", compact=True)
AXIS = Binding.Group("axis", compact=True)
STUDY = Binding.Group("study", compact=True)
ROW = Binding.Group("row", compact=True)
TABLE = Binding.Group("table", compact=True)
CONFIGURATION = Binding.Group("configuration")

ASCII_KEYS = {"⏎": "enter", "⌫": "backspace"}
"""What keys are called in a sentence, and where their signs cannot be drawn."""


SCREEN_KEYS = {str(number): name for number, name in enumerate(SCREENS, start=1)}
"""Key -> screen."""


def screen_action(name: str) -> str:
    """Return the id of the key that brings a screen to the front."""
    return f"show-{name}"


def step_action(axis: Axis) -> str:
    """Return the id of the key that steps an axis forward."""
    return _dashed(f"next {axis.label}")


def _screen_bindings() -> list[Binding]:
    """Return a key per screen; the footer and the help have one entry for all of them."""
    first, *others = SCREEN_KEYS
    names = ", ".join(SCREEN_KEYS.values())
    return [
        Binding(
            *(first, f"app.show('{SCREEN_KEYS[first]}')", "screen"),
            key_display=f"{first}-{list(SCREEN_KEYS)[-1]}",
            tooltip=names,
            id=screen_action(SCREEN_KEYS[first]),
        ),
        *(
            Binding(key, f"app.show('{name}')", show=False, id=screen_action(name))
            for key, name in SCREEN_KEYS.items()
            if key in others
        ),
    ]


def _axis_bindings() -> list[Binding]:
    """Return the keys of the axes, which the configuration panel shows, not the footer."""
    return [
        Binding(
            *(key, f"step('{axis.name}', {direction})", f"{word} {axis.label}"),
            show=False,
            key_display=key,
            group=CONFIGURATION,
        )
        for axis in AXES
        if axis.key
        for key, direction, word in ((axis.key, 1, "next"), (axis.key.upper(), -1, "previous"))
    ]


def _named(*bindings: Binding) -> list[Binding]:
    """Give bindings their ids: what they do, in words joined by dashes."""
    return [one if one.id else replace(one, id=_dashed(one.description)) for one in bindings]


def _dashed(words: str) -> str:
    return "-".join(words.lower().split())


EVERYWHERE: list[Binding] = _named(
    Binding("q", "app.quit", "quit"),
    Binding("question_mark", "app.help", "help", key_display="?"),
    *_screen_bindings(),
    Binding(
        *("w", "app.save", "save"),
        show=False,
        tooltip="The picture as SVG, the table as CSV, the report as Markdown.",
    ),
    Binding("y", "app.copy", "copy", show=False, tooltip="The report, as Markdown."),
    Binding("l", "app.log", "log", show=False, tooltip="What workers print, and what went wrong."),
)

TURNS: list[Binding] = _named(
    Binding(
        *("tab", "turn(1)", "panel"),
        tooltip="The next one, where not all have room.",
        id="next-panel",
    ),
    Binding("shift+tab", "turn(-1)", "previous panel", show=False),
)

ASIDE: list[Binding] = _named(
    Binding("shift+left", "aside(-1)", "ten columns left", show=False),
    Binding("shift+right", "aside(1)", "ten columns right", show=False, tooltip="Wide tables."),
)

LIVE_BINDINGS: list[Binding] = _named(
    *TURNS,
    *EVERYWHERE,
    Binding("left", "step_selected(-1)", "previous value", key_display="←", group=VALUE),
    Binding("right", "step_selected(1)", "next value", key_display="→", group=VALUE),
    Binding(
        "enter", "type_selected", "type a value", show=False, tooltip="Of this axis.", group=VALUE
    ),
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
)

SWEEP_BINDINGS: list[Binding] = _named(
    *TURNS,
    Binding("up", "select(-1)", "study above", key_display="↑", group=STUDY),
    Binding("down", "select(1)", "study below", key_display="↓", group=STUDY),
    Binding("enter", "start", "start", tooltip="Measure the selected study."),
    Binding("x", "stop", "stop", tooltip="End the sweep; what is measured stays."),
    Binding(
        *("c", "curve", "axis"),
        tooltip="Draw the curves along another axis.",
        id="curve-axis",
    ),
    *EVERYWHERE,
)

OPERATORS_BINDINGS: list[Binding] = _named(
    *TURNS,
    Binding("up", "move(-1)", "row above", key_display="↑", group=ROW),
    Binding("down", "move(1)", "row below", key_display="↓", group=ROW),
    *(
        Binding(key, f"move({lines})", words, show=False, group=ROW)
        for key, lines, words in (
            *(("pageup", -10, "ten rows up"), ("pagedown", 10, "ten rows down")),
            *(("home", -100_000, "first row"), ("end", 100_000, "last row")),
        )
    ),
    Binding("g", "group", "group", tooltip="By kind, stage, shape, or single calls."),
    Binding("s", "sort", "sort", tooltip="By time, calls, FLOP/s, intensity, roof, or in order."),
    Binding("r", "again", "again", tooltip="Profile this configuration again."),
    *EVERYWHERE,
    *_axis_bindings(),
)

COMPARE_BINDINGS: list[Binding] = _named(
    Binding("left", "select(-1)", "table before", key_display="←", group=TABLE, priority=True),
    Binding("right", "select(1)", "table after", key_display="→", group=TABLE, priority=True),
    Binding("r", "reload", "read again", tooltip="Read the history once more."),
    *EVERYWHERE,
    *ASIDE,
)

MACHINE_BINDINGS: list[Binding] = _named(
    Binding("r", "again", "look again", tooltip="Read the board once more."),
    *EVERYWHERE,
)

SCREEN_BINDINGS: dict[str, list[Binding]] = {
    "live": LIVE_BINDINGS,
    "sweep": SWEEP_BINDINGS,
    "operators": OPERATORS_BINDINGS,
    "compare": COMPARE_BINDINGS,
    "machine": MACHINE_BINDINGS,
}
"""Screen -> its keys."""

HELP_BINDINGS: list[Binding] = [Binding("escape,question_mark,q", "dismiss", "close")]

LOG_BINDINGS: list[Binding] = [Binding("escape,l,q", "dismiss", "close"), *ASIDE]

ENTRY_BINDINGS: list[Binding] = [
    Binding("escape", "dismiss", "leave"),
    # Over the one of every screen, which moves the focus.
    Binding("tab", "complete", "complete", priority=True),
]

SAVE_BINDINGS: list[Binding] = [
    Binding("s", "choose('svg')", "SVG of the screen"),
    Binding("c", "choose('csv')", "CSV of the table"),
    Binding("m", "choose('md')", "Markdown of the report"),
    Binding("escape,w,q", "dismiss", "leave"),
]
"""The choices, by the ending of the file, and the way out."""

THEMES_BINDINGS: list[Binding] = [Binding("escape,q", "leave", "leave")]

QUESTION_BINDINGS: list[Binding] = [
    Binding("y", "dismiss(True)", "yes"),
    Binding("n,escape", "dismiss(False)", "no"),
]


def is_ours(binding: Binding) -> bool:
    """Tell the keys of this app from those that Textual gives to every screen."""
    foreign = binding.system or "copy_text" in binding.action or "app.focus" in binding.action
    return bool(binding.description) and not foreign
