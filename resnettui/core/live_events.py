"""What changes the state of a live measurement, beside the events of the workers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resnettui.core.machine import Machine, Reading
from resnettui.core.protocol import Event
from resnettui.core.trial import Trial

if TYPE_CHECKING:
    from resnettui.core.board import Board
    from resnettui.core.live import Snapshot


@dataclass(frozen=True)
class Chosen:
    """Event of the screen: the user chose a configuration, which becomes run `run_id`."""

    run_id: int
    trial: Trial


@dataclass(frozen=True)
class Reset:
    """Event of the screen: forget what was measured of this and of every configuration."""


@dataclass(frozen=True)
class Kept:
    """Event of the screen: keep the current configuration as the baseline, or let go of it."""


@dataclass(frozen=True)
class Looked:
    """Event of the sampler: a reading of the sensors."""

    reading: Reading


@dataclass(frozen=True)
class Probed:
    """Event of the probe: what the machine is."""

    machine: Machine


@dataclass(frozen=True)
class Surveying:
    """Event of the probe: the board is being looked at as a whole."""


@dataclass(frozen=True)
class Surveyed:
    """Event of the probe: what the kernel tells of the whole board."""

    board: "Board"


@dataclass(frozen=True)
class Joined:
    """Event of a shared measurement: all that was known when somebody came to look."""

    snapshot: "Snapshot"


LiveEvent = Event | Chosen | Reset | Kept | Looked | Probed | Surveying | Surveyed | Joined
