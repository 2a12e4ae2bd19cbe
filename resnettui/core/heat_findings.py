"""What heat, supply and clock of a board say about a measurement on it."""

from collections.abc import Iterator

from resnettui.core.board import Board, Cluster, Temperature
from resnettui.core.finding import Finding, Severity

NEAR_LIMIT_CELSIUS = 5.0
"""Nearer than this to its limit a processor meets it within a measurement."""
HOT_CELSIUS = 85.0
"""Hot where nothing tells at which heat it slows down; a Raspberry Pi's firmware does at 85 °C."""
CAPPED = 0.99
"""Drivers round their caps; below this share of the highest clock it is one."""
_COOL_BELOW_CELSIUS = 15.0
"""So far below the limit a trial of a sweep may begin."""
_DYNAMIC_DRIVERS = ("intel_pstate", "amd-pstate", "amd-pstate-epp")
"""Their governor powersave raises the clock under load; that of other drivers never does."""


def heat_findings(board: Board) -> Iterator[Finding]:
    """Yield what heat, supply and clock say."""
    yield from _under_voltage(board)
    yield from _throttled(board)
    yield from _hot(board)
    yield from _capped(board)
    yield from _governor(board)
    yield from _unseen(board)


def _under_voltage(board: Board) -> Iterator[Finding]:
    throttling = board.throttling
    advice = "take the power supply made for this board, on a short cable"
    if throttling.under_voltage_now:
        fact = "the power supply is too weak now: the firmware lowers the clock"
        yield Finding(Severity.CRITICAL, "under-voltage", fact, advice)
    elif throttling.under_voltage_since_boot:
        fact = "the power supply has been too weak since boot, not now"
        yield Finding(Severity.WARNING, "under-voltage", fact, advice)


def _throttled(board: Board) -> Iterator[Finding]:
    if now := _held_back_now(board):
        fact = f"held back now: {'; '.join([*now, *_caps(board)])}"
        advice = "let it cool down, and cool it better (heat sink, fan, air) before you measure"
        yield Finding(Severity.CRITICAL, "throttled", fact, advice)
    elif before := _held_back_before(board):
        fact = f"held back since boot, not now: {'; '.join(before)}"
        advice = "watch the flag throttled in long measurements; better cooling keeps it away"
        yield Finding(Severity.WARNING, "throttled", fact, advice)


def _held_back_now(board: Board) -> list[str]:
    coolers = [
        f"cooling device {c.name} at {c.state}" + (f" of {c.highest}" if c.highest else "")
        for c in board.coolers
        if c.slows_processor and c.state
    ]
    return [*coolers, *board.throttling.now]


def _held_back_before(board: Board) -> list[str]:
    told = list(board.throttling.since_boot)
    told += [
        f"cooling device {c.name} changed {c.changes} times"
        for c in board.coolers
        if c.slows_processor and c.changes
    ]
    if board.throttling.events:
        told.append(f"{board.throttling.events} thermal events counted by the processor")
    return told


def _hot(board: Board) -> Iterator[Finding]:
    told = [(left, t) for t in board.temperatures if (left := _degrees_left(t)) is not None]
    if not told:
        return
    left, hottest = min(told, key=lambda pair: pair[0])
    if left > NEAR_LIMIT_CELSIUS:
        return
    kind, limit = hottest.limit or ("", HOT_CELSIUS)
    against = (
        f"; its limit ({kind}) is {limit:.0f} °C"
        if kind
        else ", and does not tell where it slows down"
    )
    fact = f"{hottest.name} is at {hottest.celsius:.1f} °C{against}"
    advice = f"cool it, and give sweeps --cooldown {limit - _COOL_BELOW_CELSIUS:.0f}"
    yield Finding(Severity.CRITICAL if left <= 0 else Severity.WARNING, "hot", fact, advice)


def _degrees_left(sensor: Temperature) -> float | None:
    """Return how much hotter the processor may become; None for other sensors."""
    if sensor.celsius is None or not sensor.of_processor:
        return None
    _, limit = sensor.limit or ("", HOT_CELSIUS)
    return limit - sensor.celsius


def _capped(board: Board) -> Iterator[Finding]:
    caps = _caps(board)
    # Where something throttles, that is what capped the clock, and said there.
    if caps and not _held_back_now(board):
        advice = "raise it: cpupower frequency-set -u, or the board's power mode (nvpmodel)"
        yield Finding(Severity.WARNING, "clock cap", "; ".join(caps), advice)


def _caps(board: Board) -> list[str]:
    found = []
    for cluster in board.clusters:
        cap, highest = cluster.clock.cap_hz, cluster.clock.highest_hz
        if cap and highest and cap < CAPPED * highest:
            whose = f" of the {cluster.name} cores" if cluster.name else ""
            found.append(f"clock{whose} capped at {cap / 1e9:.2f} of {highest / 1e9:.2f} GHz")
    return found


def _governor(board: Board) -> Iterator[Finding]:
    slow = [c for c in board.clusters if c.clock.governor not in ("", "performance")]
    if not slow:
        return
    names = ", ".join(dict.fromkeys(cluster.clock.governor for cluster in slow))
    fact = f"governor {names}: the clock follows the load, and moves while you measure"
    if fixed := [cluster for cluster in slow if _stays_low(cluster)]:
        clock = fixed[0].clock.lowest_hz
        fact = "governor powersave keeps the lowest clock" + (
            f", {clock / 1e9:.2f} GHz" if clock else ""
        )
    advice = "sudo cpupower frequency-set -g performance"
    yield Finding(Severity.WARNING if fixed else Severity.NOTE, "governor", fact, advice)


def _stays_low(cluster: Cluster) -> bool:
    clock = cluster.clock
    return "powersave" in clock.governor and clock.driver not in _DYNAMIC_DRIVERS


def _unseen(board: Board) -> Iterator[Finding]:
    told = {"temperature": board.tells_heat, "clock": board.tells_clock}
    if missing := [name for name, tells in told.items() if not tells]:
        unseen = "heat that slows it down" if "temperature" in missing else "a lowered clock"
        fact = f"tells no {' and no '.join(missing)}: {unseen} cannot be seen"
        advice = "look at noisy, not settled and drift instead: the flags that need no sensor"
        yield Finding(Severity.NOTE, "no sensors", fact, advice)
