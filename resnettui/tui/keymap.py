"""The keys that a user wants in place of the usual ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from textual.binding import Binding
from textual.keys import Keys, _character_to_key, format_key

from resnettui.core.settings import SCREENS, KeyWish
from resnettui.errors import UsageError
from resnettui.tui.keys import ASCII_KEYS, SCREEN_BINDINGS, screen_action

RESERVED = {"ctrl+c": "copying", "ctrl+p": "the palette", "ctrl+q": "quitting"}
"""Keys that belong to Textual on every screen."""

LISTED = "resnettui config --keys lists the actions and their keys"

SHOWING = {screen_action(name) for name in SCREENS}
"""The actions that bring a screen to the front."""

_NAMES = {key.value for key in Keys} - {"<any>", "<ignore>"}
_MODIFIERS = {"alt", "ctrl", "hyper", "meta", "shift", "super"}


@dataclass(frozen=True)
class Action:
    """Something that keys do."""

    id: str
    words: str
    keys: tuple[str, ...]
    """The usual ones."""
    screens: tuple[str, ...] = field(default=())
    """Where they do it."""


def actions() -> tuple[Action, ...]:
    """Return all actions that a key may be given to, in the order of the screens."""
    found: dict[str, Action] = {}
    for screen, bindings in SCREEN_BINDINGS.items():
        for binding in bindings:
            before = found.get(_id_of(binding), _action(binding))
            found[before.id] = Action(
                before.id, before.words, before.keys, (*before.screens, screen)
            )
    return tuple(found.values())


def _action(binding: Binding) -> Action:
    id = _id_of(binding)
    words = "" if id in SHOWING else binding.tooltip or binding.description
    return Action(id, words or id.replace("-", " "), (binding.key,))


def _id_of(binding: Binding) -> str:
    return binding.id or ""


def keymap_of(wishes: Iterable[KeyWish]) -> dict[str, str]:
    """Return id -> keys, as Textual takes them.

    UsageError, with the place in the file, where there is no such action or key, or where a key
    would do two things on one screen.
    """
    wished = {_known(wish): wish for wish in wishes}
    keymap = {id: ",".join(_key(key, wish) for key in wish.keys) for id, wish in wished.items()}
    if keymap:
        for screen, bindings in SCREEN_BINDINGS.items():
            _refuse_clash(screen, bindings, keymap, wished)
    return keymap


def _known(wish: KeyWish) -> str:
    """Return the id of an action that there is."""
    id = wish.action.replace("_", "-")
    if all(id != action.id for action in actions()):
        raise UsageError(f"{wish.where}: there is no action {wish.action!r}", LISTED)
    return id


def _key(text: str, wish: KeyWish) -> str:
    """Return Textual's name of a key."""
    if len(text) == 1 and text.isprintable():
        return _character_to_key(text)
    *modifiers, last = text.strip().split("+")
    modifiers = [modifier.lower() for modifier in modifiers]
    if modifiers == ["shift"] and len(last) == 1 and last.isalpha():
        return last.upper()  # As the terminal sends it.
    if len(last) > 1 or "ctrl" in modifiers:
        last = last.lower()
    last = _character_to_key(last) if len(last) == 1 else last
    known = last in _NAMES or len(format_key(last)) == 1
    if not last or not known or not set(modifiers) <= _MODIFIERS:
        hint = 'for instance "x", "X", "ctrl+x", "f5", "space", "question_mark"'
        raise UsageError(f"{wish.where}: {wish.action}: there is no key {text!r}", hint)
    return "+".join([*modifiers, last])


def _refuse_clash(
    screen: str,
    bindings: Sequence[Binding],
    keymap: Mapping[str, str],
    wished: Mapping[str, KeyWish],
) -> None:
    """Raise UsageError where a key would do two things on a screen."""
    owners = dict(RESERVED)
    for binding in bindings:
        id = _id_of(binding)
        for key in keymap.get(id, binding.key).split(","):
            owner = owners.setdefault(key, id)
            wish = wished.get(id) or wished.get(owner)
            if owner != id and wish is not None:
                raise _clash(key, screen, wish, owner if id in wished else id)


def _clash(key: str, screen: str, wish: KeyWish, other: str) -> UsageError:
    reason = f"{wish.where}: {wish.action}: {key} is the key of {other}, too"
    return UsageError(f"{reason}, on the {screen} screen", f"give one of them another; {LISTED}")


def key_names(keymap: Mapping[str, str]) -> dict[str, str]:
    """Return what the keys are called that a user wants: id -> name of the first."""
    return {id: _name(keys.partition(",")[0]) for id, keys in keymap.items()}


def key_of(id: str, names: Mapping[str, str]) -> str:
    """Return what a hint calls the key of an action: one of the user's `names`, or the usual."""
    return names.get(id) or _USUAL_NAMES[id]


def _name(key: str) -> str:
    *modifiers, last = key.split("+")
    shown = format_key(last)
    return "+".join([*modifiers, ASCII_KEYS.get(shown, shown)])


_USUAL_NAMES = {action.id: _name(action.keys[0]) for action in actions()}
