"""A webhook of the demo that was switched off, with what it looks like to have delivered."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.enums import DeliveryStatus, WebhookEventType, WebhookStop
from webapp.models import Event, User, Webhook, WebhookAttempt, WebhookDelivery
from webapp.models.base import new_uuid
from webapp.providers.webhooks.signing import signed_headers
from webapp.services.secret_box import SecretBox
from webapp.services.webhooks.payloads import body_of, event_data
from webapp.services.webhooks.secrets import WebhookSecrets

_URL = "https://hooks.example.com/beacon"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class _Try:
    """What came back of one try, so long after the promise."""

    after: timedelta
    status: int | None
    body: str = ""
    error: str | None = None


_TAKEN = _Try(_SECOND, 200, '{"received": true}')
_BROKEN = _Try(_SECOND, 503, "<h1>Service Unavailable</h1>", "It answered with status 503.")
_HISTORY = (
    (_TAKEN,),
    (_BROKEN, _Try(7 * _SECOND, 200, '{"received": true}')),
    (_Try(_SECOND, 422, '{"detail": "unknown client"}', "It answered with status 422."),),
)


def add_webhook(
    session: Session, admin: User, events: Sequence[Event], *, settings: Settings, now: datetime
) -> None:
    """Store a webhook that calls nobody, and the newest events as it was told of them."""
    sealed = WebhookSecrets(SecretBox(settings))
    webhook = Webhook(
        id=new_uuid(),
        business_id=admin.business_id,
        created_by_user_id=admin.id,
        name="Data warehouse (demo)",
        url=_URL,
        event_types=[WebhookEventType.EVENT_CREATED.value],
        min_relevance=0.7,
        stopped_reason=WebhookStop.SWITCHED_OFF,
        stopped_at=now,
        created_at=now - timedelta(days=40),
    )
    sealed.give(webhook)
    session.add(webhook)
    session.flush()
    newest = sorted(events, key=lambda each: each.created_at, reverse=True)
    for event, tries in zip(newest, _HISTORY, strict=False):
        _deliver(session, webhook, event, tries, settings=settings, sealed=sealed)


def _deliver(
    session: Session,
    webhook: Webhook,
    event: Event,
    tries: Sequence[_Try],
    *,
    settings: Settings,
    sealed: WebhookSecrets,
) -> None:
    delivery_id, at, last = new_uuid(), event.created_at, tries[-1]
    kind = WebhookEventType.EVENT_CREATED
    payload = body_of(kind, at=at, data=event_data(event, base_url=settings.public_url))
    is_taken = last.error is None
    message_id = f"msg_{delivery_id.hex}"
    session.add(
        WebhookDelivery(
            id=delivery_id,
            business_id=webhook.business_id,
            webhook_id=webhook.id,
            event_id=event.id,
            event_type=kind,
            message_id=message_id,
            dedupe_key=f"{kind}:{event.id}",
            title=event.title[:300],
            payload=payload,
            status=DeliveryStatus.DELIVERED if is_taken else DeliveryStatus.FAILED,
            tries=len(tries),
            delivered_at=at + last.after if is_taken else None,
            error_message=last.error,
            created_at=at,
        )
    )
    session.flush()
    session.add_all(
        _attempt(webhook, delivery_id, payload, each, at=at + each.after, sealed=sealed)
        for each in tries
    )


def _attempt(
    webhook: Webhook,
    delivery_id: uuid.UUID,
    payload: str,
    each: _Try,
    *,
    at: datetime,
    sealed: WebhookSecrets,
) -> WebhookAttempt:
    headers = signed_headers(
        f"msg_{delivery_id.hex}",
        payload.encode(),
        at=at,
        signing_secrets=sealed.in_force(webhook),
    )
    return WebhookAttempt(
        business_id=webhook.business_id,
        delivery_id=delivery_id,
        url=webhook.url,
        request_headers={"content-type": "application/json", **headers},
        response_status=each.status,
        response_headers={"content-type": "application/json"},
        response_body=each.body,
        error_message=each.error,
        milliseconds=84,
        created_at=at,
    )
