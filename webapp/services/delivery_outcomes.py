"""What a try means for a promise under a lease: delivered, due again later, or given up."""

import logging
import uuid
from datetime import datetime
from typing import Any

from webapp.enums import DeliveryStatus
from webapp.services.delivery_leases import Promise, status_of, write_outcome
from webapp.services.delivery_retries import MAX_TRIES, next_attempt

log = logging.getLogger(__name__)

MAX_ERROR = 500
"""Characters kept of what went wrong."""


def delivered(now: datetime) -> dict[str, Any]:
    """Return the columns of a promise that was taken."""
    return {
        "status": DeliveryStatus.DELIVERED,
        "delivered_at": now,
        "next_attempt_at": None,
        "error_message": None,
    }


def refused(why: str) -> dict[str, Any]:
    """Return the columns of a promise that may not be kept any more."""
    return {"status": DeliveryStatus.FAILED, "error_message": why, "next_attempt_at": None}


def not_taken(
    error: str, *, tries: int, now: datetime, retry_after: float | None, is_last: bool
) -> dict[str, Any]:
    """Return the columns of a promise that was not taken at its try of this number.

    `is_last` ends it: who tests looks at once, and what is gone stays so.
    """
    at = None if is_last else next_attempt(tries, now=now, retry_after=retry_after)
    if at is None and not is_last:
        error = f"Given up after {MAX_TRIES} tries. {error}"
    return {
        "status": DeliveryStatus.PENDING if at else DeliveryStatus.FAILED,
        "next_attempt_at": at,
        "error_message": error[:MAX_ERROR],
    }


def settle(
    model: Promise, promise_id: uuid.UUID, token: str, *, values: dict[str, Any]
) -> DeliveryStatus:
    """Write the outcome, but only while the lease is ours: who lost it writes nothing."""
    if not write_outcome(model, promise_id, token, values=values):
        log.warning("%s %s: the lease was lost, nothing is written", model.__name__, promise_id)
        return status_of(model, promise_id)
    status: DeliveryStatus = values["status"]
    return status
