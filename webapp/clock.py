"""The only source of the current time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """Return the current time as aware UTC."""
    return datetime.now(UTC) + _offset


def monotonic() -> float:
    """Return seconds on a clock that never jumps, for measuring durations."""
    return time.monotonic()


def set_clock(at: datetime | None) -> None:
    """Make `now()` start at `at` and run on from there; None returns to real time.

    Used by the replay of recordings, which plays each answer on the day that it was recorded.
    """
    global _offset  # noqa: PLW0603 -- one clock a process is the point
    _offset = timedelta(0) if at is None else at.astimezone(UTC) - datetime.now(UTC)


Clock = Callable[[], datetime]
