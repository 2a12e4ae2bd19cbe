"""Which trials of the history a word names, and which of two such sets belong together."""

from collections.abc import Sequence
from dataclasses import replace

from resnettui.core.history import Listed
from resnettui.core.scaling import trial_order
from resnettui.core.trial import Trial

Match = tuple[Listed, Listed]

Key = tuple[Trial, str, str]
"""Configuration, weights and input."""


def find(word: str, listed: Sequence[Listed]) -> tuple[Listed, ...]:
    """Return the trials that a tag, the start of an id or a platform names, oldest first.

    A platform is named by its name, by a part of it that no other has, or by its host, in any case.
    ValueError with the reason where the word names nothing, or several ids or platforms.
    """
    wanted = word.casefold()
    tagged = tuple(entry for entry in listed if wanted and entry.tag == word)
    begun = tuple(entry for entry in listed if wanted and entry.id.startswith(wanted))
    platforms = _platforms(wanted, listed)
    if tagged or len(begun) == 1:
        return tagged or begun
    if len(platforms) == 1:
        return tuple(entry for entry in listed if entry.platform == platforms[0])
    if platforms:
        raise ValueError(f"{word!r} is part of several platforms: {'; '.join(platforms)}")
    if begun:
        raise ValueError(f"{word!r} begins {len(begun)} ids")
    raise ValueError(f"{word!r} is no id, tag or platform of the history")


def _platforms(wanted: str, listed: Sequence[Listed]) -> list[str]:
    """Return the platform of that name, or those of that host, or that have it in their names."""
    hosts = sorted({(entry.platform, entry.host) for entry in listed if wanted})
    names = list(dict.fromkeys(name for name, _ in hosts))
    return (
        [name for name in names if name.casefold() == wanted]
        or [name for name, host in hosts if host.casefold() == wanted]
        or [name for name in names if wanted in name.casefold()]
    )


def matched(first: Sequence[Listed], second: Sequence[Listed]) -> list[Match]:
    """Return what of two sets is to be compared, measured trials only, in the order of the axes.

    Two single trials belong together whatever they are; of sets those with the same configuration,
    weights and input do, the latest of each. Across platforms the int8 engine may differ, for they
    have different ones: the fastest of each side counts. A trial is not compared with itself.
    """
    one, other = _measured(first), _measured(second)
    if len(one) == len(other) == 1:
        pairs = [(one[0], other[0])]
    else:
        across = {entry.platform for entry in one} != {entry.platform for entry in other}
        ours, theirs = _by_configuration(one, across), _by_configuration(other, across)
        shared = sorted(ours.keys() & theirs.keys(), key=_order)
        pairs = [(ours[key], theirs[key]) for key in shared]
    return [(a, b) for a, b in pairs if a.id != b.id]


def _measured(entries: Sequence[Listed]) -> list[Listed]:
    return [entry for entry in entries if entry.outcome is not None]


def _by_configuration(entries: Sequence[Listed], across: bool) -> dict[Key, Listed]:
    latest = {_key(entry, entry.trial): entry for entry in entries}
    if not across:
        return latest
    slowest_first = sorted(latest.values(), key=_latency_ns, reverse=True)
    return {_key(entry, replace(entry.trial, engine=None)): entry for entry in slowest_first}


def _key(entry: Listed, trial: Trial) -> Key:
    found = entry.outcome
    return (trial, *((found.weights, found.input) if found else ("", "")))


def _order(key: Key) -> tuple[object, ...]:
    trial, *source = key
    return (trial_order(trial), *source)


def _latency_ns(entry: Listed) -> float:
    return entry.outcome.latency_ns if entry.outcome else 0.0
