"""Telling machines apart that tables would call by the same name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from resnettui.core.history import Listed
from resnettui.core.machine import Build, Machine, model_name, platform_name


@dataclass(frozen=True)
class Place:
    """What tells a machine, and the torch on it, from all others."""

    platform: str
    host: str
    torch: str


def place_of(machine: Machine, build: Build) -> Place:
    """Return where workers of this torch measure."""
    return Place(platform_name(machine), machine.host, build.torch)


def is_same(one: Machine, other: Machine) -> bool:
    """Tell whether two are one machine, however many of its cores are used: board and host."""
    return (model_name(one), one.host) == (model_name(other), other.host)


def place_of_entry(entry: Listed) -> Place:
    """Return where an entry of a history was measured, before it is `told_apart`."""
    return Place(entry.platform, entry.host, entry.torch)


def told_apart(listed: Sequence[Listed]) -> list[Listed]:
    """Return the entries of a history with platforms that no two machines share.

    Two hosts of one platform carry their names, "Raspberry Pi 4, Cortex-A72, 4 cores on garage",
    and two versions of torch on one of them their numbers. An entry that does not know its host or
    its torch keeps the platform as it is.
    """
    by_host = _apart(listed, attrgetter("host"), " on ")
    return _apart(by_host, attrgetter("torch"), ", torch ")


def _apart(listed: Sequence[Listed], trait: Callable[[Listed], str], word: str) -> list[Listed]:
    """Add a trait to the platforms whose entries differ in it."""
    traits: dict[str, set[str]] = {}
    for entry in listed:
        traits.setdefault(entry.platform, set()).add(trait(entry))
    shared = {platform for platform, found in traits.items() if len(found - {""}) > 1}
    return [
        replace(entry, platform=f"{entry.platform}{word}{trait(entry)}")
        if entry.platform in shared and trait(entry)
        else entry
        for entry in listed
    ]
