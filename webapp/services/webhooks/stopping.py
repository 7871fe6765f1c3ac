"""Switching a webhook off, with what it was still promised."""

import uuid

from sqlalchemy import update

from webapp import clock
from webapp.enums import DeliveryStatus, WebhookEventType, WebhookStop
from webapp.extensions import db
from webapp.models import Webhook, WebhookDelivery
from webapp.models.base import rows_changed

SWITCHED_OFF = "The webhook was switched off before it could be sent."


def stop(webhook_id: uuid.UUID, reason: WebhookStop) -> str | None:
    """Switch a webhook off in the caller's transaction; None if it was off, else its name.

    What waits for it ends as failed and can be replayed later.
    """
    now = clock.now()
    name = db.session.scalar(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.stopped_reason.is_(None))
        .values(stopped_reason=reason, stopped_at=now, updated_at=now)
        .returning(Webhook.name)
        .execution_options(synchronize_session=False)
    )
    if name is None:
        return None
    rows_changed(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == webhook_id,
            WebhookDelivery.status == DeliveryStatus.PENDING,
            WebhookDelivery.event_type != WebhookEventType.TEST,
            WebhookDelivery.lease_token.is_(None),
        )
        .values(status=DeliveryStatus.FAILED, next_attempt_at=None, error_message=SWITCHED_OFF)
    )
    return name
