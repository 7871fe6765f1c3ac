"""When a mail that was not taken is tried again."""

from datetime import datetime, timedelta

RETRY_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=24),
)
LONGEST_WAIT = timedelta(hours=72)


def next_attempt(failures: int, *, created_at: datetime, now: datetime) -> datetime | None:
    """Return when to try again after so many failures (1 or more); None means give up."""
    if failures > len(RETRY_DELAYS):
        return None
    at = now + RETRY_DELAYS[failures - 1]
    return at if at <= created_at + LONGEST_WAIT else None
