"""The commands of the palette: every action of the screen it was called from, and the themes."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from textual.app import App, SystemCommand
from textual.screen import Screen

from resnettui.core.axes import AXES
from resnettui.core.settings import SCREENS
from resnettui.tui.keymap import key_of
from resnettui.tui.keys import is_ours, screen_action


def commands_of(
    app: App[Any], screen: Screen[Any], keys: Mapping[str, str]
) -> Iterator[SystemCommand]:
    """Return each action once: the screens, what has a key, and what would need too many.

    `keys` are what the user's keys are called.
    """
    for name in SCREENS:
        key = key_of(screen_action(name), keys)
        show = partial(app.run_action, f"app.show('{name}')")
        yield SystemCommand(f"Screen {key}: {name}", f"Bring it to the front ({key})", show)
    yield from _with_keys(app, screen)
    for axis in AXES:
        type_value = partial(app.run_action, f"app.type_value('{axis.name}')")
        yield SystemCommand(f"Type a value for {axis.label}", axis.help, type_value)
    yield SystemCommand("Theme", "Choose the colours", app.action_change_theme)


def _with_keys(app: App[Any], screen: Screen[Any]) -> Iterator[SystemCommand]:
    named = {"command_palette"}
    for node, binding, _enabled, _tooltip in screen.active_bindings.values():
        shows_screen = binding.action.startswith("app.show(")
        if not is_ours(binding) or shows_screen or binding.action in named:
            continue
        named.add(binding.action)
        title = binding.description[:1].upper() + binding.description[1:]
        told = f"{binding.tooltip} ({app.get_key_display(binding)})".strip()
        yield SystemCommand(title, told, partial(app.run_action, binding.action, node))
