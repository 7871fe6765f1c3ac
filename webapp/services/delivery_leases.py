"""Promises that a worker keeps under a lease: messages to webhooks and into chats."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from webapp import clock
from webapp.enums import DeliveryStatus
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import ChatMessage, WebhookDelivery
from webapp.models.base import rows_changed
from webapp.services.transactions import atomic, snapshot

LEASE = timedelta(seconds=60)
Promise = type[WebhookDelivery] | type[ChatMessage]


def take(model: Promise, promise_id: uuid.UUID, token: str) -> bool:
    """Take the lease in one statement; False if another worker holds it or nothing is due."""
    now = clock.now()
    statement = (
        update(model)
        .where(
            model.id == promise_id,
            model.status == DeliveryStatus.PENDING,
            model.next_attempt_at <= now,
            func.coalesce(model.lease_expires_at, model.next_attempt_at) <= now,
        )
        .values(lease_token=token, lease_expires_at=now + LEASE)
    )
    with atomic():
        return rows_changed(statement) == 1


def write_outcome(
    model: Promise, promise_id: uuid.UUID, token: str, *, values: Mapping[str, Any]
) -> bool:
    """Write the outcome and give the lease back; False, and nothing written, where it was lost."""
    statement = (
        update(model)
        .where(model.id == promise_id, model.lease_token == token)
        .values(**values, lease_token=None, lease_expires_at=None)
    )
    return rows_changed(statement) == 1


def status_of(model: Promise, promise_id: uuid.UUID) -> DeliveryStatus:
    """Return where a promise stands; raises NotFoundError where there is none."""
    with snapshot() as session:
        found = session.scalar(select(model.status).where(model.id == promise_id))
    if found is None:
        raise NotFoundError("There is no message with this id.")
    return found


def due_ids(model: Promise, limit: int) -> list[uuid.UUID]:
    """Return promises that are due and that no worker holds, the longest waiting first."""
    now = clock.now()
    statement = (
        select(model.id)
        .where(
            model.status == DeliveryStatus.PENDING,
            model.next_attempt_at <= now,
            func.coalesce(model.lease_expires_at, model.next_attempt_at) <= now,
        )
        .order_by(model.next_attempt_at, model.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))
