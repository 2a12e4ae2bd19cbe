"""A sweep as the history keeps it: its order, and how far it is."""

import json

from resnettui.core.codec import revive
from resnettui.core.sweep import SweepOrder, SweepState
from resnettui.errors import HistoryError
from resnettui.store import History


def order_from(text: str) -> SweepOrder:
    """Return the order that a history keeps as JSON; HistoryError where it keeps something else."""
    try:
        order: SweepOrder = revive(SweepOrder, json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        hint = "begin a new sweep"
        raise HistoryError(f"the sweep's plan cannot be read: {error}", hint) from None
    return order


def state_of(id: str, text: str, history: History) -> SweepState:
    """Return how far a stored sweep is."""
    mine = [listed for listed in history.listed() if listed.sweep == id]
    return SweepState(
        order_from(text),
        id,
        outcomes={m.position: m.outcome for m in mine if m.outcome is not None},
        failures={m.position: m.failure for m in mine if m.outcome is None},
    )
