"""How long each vendor's headers and words ask to wait."""

from datetime import UTC, datetime

import pytest

from webapp import clock
from webapp.providers.ai.rate_limits import wait_of

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
A, X = "anthropic-ratelimit-", "x-ratelimit-"


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after": "12"}, "", 12),
        ({"retry-after-ms": "1500", "retry-after": "9"}, "", 1.5),
        ({"retry-after": "86400"}, "", 600),
        ({"retry-after": "Sat, 28 Nov 2026 12:00:30 GMT"}, "", 30),
        ({}, "Please try again in 644ms.", 0.644),
        ({}, "Please try again in 1m12.5s. Visit", 72.5),
        ({}, "Please try again in 2h3m.", 600),
        ({"retry-after": "soon"}, "Please try again later.", None),
        ({X + "reset-requests": "1s", X + "reset-tokens": "6m0s"}, "", 360),
        (
            {
                X + "reset-requests": "20ms",
                X + "remaining-requests": "0",
                X + "reset-tokens": "6m0s",
                X + "remaining-tokens": "900",
            },
            "",
            0.02,
        ),
        (
            {
                A + "input-tokens-reset": "2026-11-28T12:00:45Z",
                A + "input-tokens-remaining": "0",
                A + "requests-reset": "2026-11-28T12:09:00Z",
                A + "requests-remaining": "49",
            },
            "",
            45,
        ),
        ({A + "tokens-reset": "2026-11-28T11:59:00Z"}, "", 0),
        ({A + "tokens-reset": "tomorrow", X + "reset-tokens": "a while"}, "", None),
        ({}, "", None),
    ],
)
def test_the_wait_is_the_one_that_was_asked_for_and_ten_minutes_at_most(
    headers: dict[str, str], message: str, seconds: float | None
) -> None:
    clock.set_clock(NOON)
    found = wait_of(headers, message)
    assert found == seconds if seconds is None else found == pytest.approx(seconds, abs=0.1)
