"""The roof of a machine: taken from the history, or measured and kept there."""

from collections.abc import Iterable
from pathlib import Path

from resnettui.bench import Bench, Watch, Workers, unwatched
from resnettui.core.machine import Build, Machine
from resnettui.core.platforms import place_of
from resnettui.core.roof import Peak, kinds_of, missing_kinds
from resnettui.core.trial import Trial
from resnettui.places import history_path
from resnettui.store import History, stored_peaks


async def peaks_for(
    bench: Bench,
    workers: Workers,
    trial: Trial,
    history: History,
    watch: Watch = unwatched,
    *,
    again: bool = False,
) -> tuple[Peak, ...]:
    """Return the peaks that make the roof of a configuration, and all others that are known.

    Those that are missing, or all of its own `again`, are measured and stored: TrialError where no
    worker can.
    """
    kinds = kinds_of(trial)
    return await peaks_of(
        *(bench, workers, history, kinds), threads=trial.cores, watch=watch, again=again
    )


async def peaks_of(
    bench: Bench,
    workers: Workers,
    history: History,
    kinds: Iterable[str],
    *,
    threads: int,
    watch: Watch = unwatched,
    again: bool = False,
) -> tuple[Peak, ...]:
    """Return all known peaks of this machine, those of the kinds on so many threads among them.

    A kind that cannot run here, or is emulated, has none.
    """
    build = bench.build or await bench.start(workers, watch)
    place = place_of(bench.machine, build)
    bench.known_peaks = history.peaks(place)
    known = () if again else bench.known_peaks
    missing = missing_kinds(known, threads, kinds, bench.machine.isa)
    if missing:
        found = await bench.peaks(workers, missing, threads, watch)
        history.keep_peaks(place, found)
    return bench.known_peaks


def known_peaks(path: Path | None, machine: Machine, build: Build) -> tuple[Peak, ...]:
    """Return what a history (None: the user's) knows of the roof; it is not made for that."""
    return stored_peaks(history_path() if path is None else path, place_of(machine, build))
