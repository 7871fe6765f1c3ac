"""What is asked about deliveries: lists, one with its tries, and counts."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from webapp import clock
from webapp.enums import DeliveryStatus
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Webhook, WebhookAttempt, WebhookDelivery
from webapp.schemas.webhooks import DeliveryListQuery
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.list_order import newest, part_of

ORDER = newest(WebhookDelivery)
COUNTED = timedelta(days=7)


def list_deliveries(
    actor: Actor, webhook_id: uuid.UUID, query: DeliveryListQuery
) -> tuple[Sequence[WebhookDelivery], int]:
    """Return one part of a webhook's deliveries, the newest first, and how many match."""
    actor.require(Permission.ADMINISTER)
    get_owned(Webhook, webhook_id, actor.business_id)
    found = scoped(WebhookDelivery, actor.business_id).where(
        WebhookDelivery.webhook_id == webhook_id
    )
    if query.status is not None:
        found = found.where(WebhookDelivery.status == query.status)
    if query.event_type is not None:
        found = found.where(WebhookDelivery.event_type == query.event_type)
    total = db.session.scalar(found.with_only_columns(func.count())) or 0
    return db.session.scalars(part_of(found, ORDER, query)).all(), total


def get_delivery(actor: Actor, webhook_id: uuid.UUID, delivery_id: uuid.UUID) -> WebhookDelivery:
    """Return one delivery of a webhook."""
    actor.require(Permission.ADMINISTER)
    found = get_owned(WebhookDelivery, delivery_id, actor.business_id)
    if found.webhook_id != webhook_id:
        raise NotFoundError("There is no delivery with this id.")
    return found


def attempts_of(delivery: WebhookDelivery) -> Sequence[WebhookAttempt]:
    """Return each try of a delivery, the latest first."""
    query = (
        scoped(WebhookAttempt, delivery.business_id)
        .where(WebhookAttempt.delivery_id == delivery.id)
        .order_by(WebhookAttempt.created_at.desc(), WebhookAttempt.id.desc())
    )
    return db.session.scalars(query).all()


def counts_of(
    actor: Actor, webhook_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, Mapping[DeliveryStatus, int]]:
    """Count the deliveries of the last week of each webhook by where they stand."""
    actor.require(Permission.ADMINISTER)
    row = WebhookDelivery
    query = (
        select(row.webhook_id, row.status, func.count())
        .where(
            row.business_id == actor.business_id,
            row.webhook_id.in_(webhook_ids),
            row.created_at >= clock.now() - COUNTED,
        )
        .group_by(row.webhook_id, row.status)
    )
    counts: dict[uuid.UUID, dict[DeliveryStatus, int]] = {
        each: dict.fromkeys(DeliveryStatus, 0) for each in webhook_ids
    }
    for webhook_id, status, number in db.session.execute(query):
        counts[webhook_id][status] = number
    return counts
