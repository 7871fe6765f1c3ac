"""Delivers one promised message: lease, POST, and write down what became of it."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import func, select, update

from webapp import clock
from webapp.enums import DeliveryStatus, WebhookEventType, WebhookStop
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Event, Webhook, WebhookAttempt, WebhookDelivery
from webapp.models.base import rows_changed
from webapp.providers.base import OutgoingWebhook, WebhookReply, WebhookSender
from webapp.providers.webhooks.signing import signed_headers
from webapp.services.admin_alerts import AdminAlerts
from webapp.services.delivery_leases import status_of, take
from webapp.services.delivery_outcomes import MAX_ERROR, delivered, not_taken, refused, settle
from webapp.services.delivery_retries import GIVE_UP_AFTER
from webapp.services.secret_box import SealedSecretError
from webapp.services.transactions import atomic, snapshot
from webapp.services.webhooks.secrets import WebhookSecrets
from webapp.services.webhooks.stopping import SWITCHED_OFF, stop

CONTENT_TYPE = {"content-type": "application/json", "user-agent": "Beacon-Webhooks/1.0"}


@dataclass(frozen=True)
class Message:
    """What is to be sent, or `refusal`: why nothing may be."""

    delivery_id: uuid.UUID
    webhook_id: uuid.UUID
    business_id: uuid.UUID
    kind: WebhookEventType
    tries: int
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    refusal: str | None = None
    problem: str | None = None


class WebhookDelivering:
    """Tries to deliver a message once, safely against other workers and a crash at any point.

    The lease is taken in one statement; the message is sent without a transaction open; the
    outcome is written only while the lease is still ours. A worker that dies after the consumer
    has answered sends again later, under the same id, by which the consumer knows it.
    """

    def __init__(
        self, *, sender: WebhookSender, sealed: WebhookSecrets, alerts: AdminAlerts
    ) -> None:
        self._sender = sender
        self._sealed = sealed
        self._alerts = alerts

    def deliver(self, delivery_id: uuid.UUID) -> DeliveryStatus:
        """Try once; returns the status afterwards. What is not due is left alone."""
        token = secrets.token_hex(16)
        if not take(WebhookDelivery, delivery_id, token):
            return status_of(WebhookDelivery, delivery_id)
        message = self._prepare(delivery_id)
        if message.refusal is not None:
            return self._end(message, token, message.refusal)
        if message.problem is not None:
            reply = WebhookReply(error=message.problem)
        else:
            outgoing = OutgoingWebhook(message.url, message.body, message.headers)
            reply = self._sender.send(outgoing)
        return self._note(message, token, reply)

    def _prepare(self, delivery_id: uuid.UUID) -> Message:
        with snapshot() as session:
            row = session.get(WebhookDelivery, delivery_id, populate_existing=True)
            webhook = session.get(Webhook, row.webhook_id, populate_existing=True) if row else None
            if row is None or webhook is None:
                raise NotFoundError("There is no message with this id.")
            body, headers, problem = row.payload.encode(), {}, None
            try:
                headers = signed_headers(
                    row.message_id,
                    body,
                    at=clock.now(),
                    signing_secrets=self._sealed.in_force(webhook),
                )
            except SealedSecretError:
                problem = "Its secret cannot be read since SECRET_KEY was changed: make a new one."
            return Message(
                delivery_id=delivery_id,
                webhook_id=webhook.id,
                business_id=webhook.business_id,
                kind=row.event_type,
                tries=row.tries + 1,
                url=webhook.url,
                body=body,
                headers={**CONTENT_TYPE, **headers},
                refusal=_refusal(row, webhook),
                problem=problem,
            )

    def _end(self, message: Message, token: str, why: str) -> DeliveryStatus:
        with atomic():
            return settle(WebhookDelivery, message.delivery_id, token, values=refused(why))

    def _note(self, message: Message, token: str, reply: WebhookReply) -> DeliveryStatus:
        """Write the try, what it means for the message, and what it means for the webhook."""
        now = clock.now()
        values = delivered(now)
        if reply.error is not None:
            is_test = message.kind is WebhookEventType.TEST
            values = not_taken(
                reply.error,
                tries=message.tries,
                now=now,
                retry_after=reply.retry_after,
                is_last=is_test or reply.status == HTTPStatus.GONE,
            )
        with atomic() as session:
            values |= {"tries": message.tries}
            status = settle(WebhookDelivery, message.delivery_id, token, values=values)
            session.add(_attempt(message, reply))
            if reply.error is None:
                _note_success(message.webhook_id, now)
            elif message.kind is not WebhookEventType.TEST:
                self._note_failure(message, reply, now)
                status = status_of(WebhookDelivery, message.delivery_id)
        return status

    def _note_failure(self, message: Message, reply: WebhookReply, now: datetime) -> None:
        """Remember since when all fails; switch off what is gone, or fails for days."""
        since = db.session.scalar(
            update(Webhook)
            .where(Webhook.id == message.webhook_id)
            .values(failing_since=func.coalesce(Webhook.failing_since, now))
            .returning(Webhook.failing_since)
            .execution_options(synchronize_session=False)
        )
        if reply.status == HTTPStatus.GONE:
            why, reason = "it answered that it is gone for good (410)", WebhookStop.GONE
        elif since is not None and now - since >= GIVE_UP_AFTER:
            why, reason = "nothing but failures came back for five days", WebhookStop.FAILING
        else:
            return
        if (name := stop(message.webhook_id, reason)) is not None:
            self._alerts.tell(
                message.business_id,
                key=f"webhook-stopped:{message.webhook_id}:{now:%Y%m%d%H%M%S}",
                title=f"The webhook “{name}” was switched off",
                body=(
                    f"Beacon switched it off because {why}. Once the other side works again, "
                    "switch it on and replay what it missed."
                ),
                link=f"/business/webhooks/{message.webhook_id}",
            )


def _refusal(row: WebhookDelivery, webhook: Webhook) -> str | None:
    """Say in plain words why a message may not go any more; None if it may."""
    if not webhook.is_active and row.event_type is not WebhookEventType.TEST:
        return SWITCHED_OFF
    if row.event_id is not None:
        hidden = select(Event.hidden_at).where(Event.id == row.event_id)
        if db.session.scalar(hidden) is not None:
            return "The event was taken away since, as one of another company."
    return None


def _attempt(message: Message, reply: WebhookReply) -> WebhookAttempt:
    return WebhookAttempt(
        business_id=message.business_id,
        delivery_id=message.delivery_id,
        url=message.url,
        request_headers=dict(message.headers),
        response_status=reply.status,
        response_headers=dict(reply.headers),
        response_body=reply.body,
        error_message=reply.error[:MAX_ERROR] if reply.error else None,
        milliseconds=reply.milliseconds,
    )


def _note_success(webhook_id: uuid.UUID, now: datetime) -> None:
    rows_changed(
        update(Webhook)
        .where(Webhook.id == webhook_id)
        .values(last_success_at=now, failing_since=None)
    )
