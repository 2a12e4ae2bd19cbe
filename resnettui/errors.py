"""The errors a user can cause or meet: what is wrong, and what to do about it."""


def reason_of(error: Exception) -> str:
    """Return what went wrong, without the file that whoever tells it names already."""
    return getattr(error, "strerror", None) or str(error)


class ResnettuiError(Exception):
    """An error told in one or two lines: `reason` says what is wrong, `hint` what to do."""

    exit_code = 1

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class UsageError(ResnettuiError):
    """The command was asked for something that does not exist or makes no sense."""

    exit_code = 2


class NoWeightsError(UsageError):
    """The weights asked for cannot be had for this model; for another one they may."""


class RegressionError(ResnettuiError):
    """A configuration is slower than was allowed: the answer of a check, not a failure of it."""


class TrialError(ResnettuiError):
    """A configuration was understood but could not be measured."""


class HistoryError(ResnettuiError):
    """The history could not be read or written; nothing that was in it is lost."""


class UnforeseenError(ResnettuiError):
    """Something went wrong that nobody thought of; the log says where."""


class RecordingError(ResnettuiError):
    """A recording broke off; it can be replayed up to there."""
