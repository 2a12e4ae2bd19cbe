"""What a file of the history, if there is one, knows of the roof of a machine."""

from pathlib import Path

from resnettui.core.platforms import Place
from resnettui.core.roof import Peak
from resnettui.store.history import History


def stored_peaks(path: Path, place: Place) -> tuple[Peak, ...]:
    """Return the peaks of a machine; a history is not made for that.

    HistoryError where it cannot be read.
    """
    if not path.exists():
        return ()
    with History.open(path) as history:
        return history.peaks(place)
