"""When a message that was not taken is sent again."""

import secrets
from datetime import datetime, timedelta

RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MAX_TRIES = len(RETRY_DELAYS) + 1
GIVE_UP_AFTER = timedelta(days=5)
"""A webhook or chat at which nothing but failures came back for so long is switched off."""
JITTER = 0.1
_dice = secrets.SystemRandom()


def next_attempt(
    failures: int, *, now: datetime, retry_after: float | None = None
) -> datetime | None:
    """Return when to try again after so many failures (1 or more); None means give up.

    Delays are scattered by a tenth, so that what failed together does not come back together.
    `retry_after` (seconds) is what the consumer asked for: never sooner than that.
    """
    if failures > len(RETRY_DELAYS):
        return None
    delay = RETRY_DELAYS[failures - 1] * _dice.uniform(1 - JITTER, 1 + JITTER)
    return now + max(delay, timedelta(seconds=retry_after or 0))
