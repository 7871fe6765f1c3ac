"""Promises messages to webhooks: pending rows, written in the caller's transaction."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select

from webapp import clock
from webapp.config import Settings
from webapp.enums import DeliveryStatus, WebhookEventType
from webapp.extensions import db
from webapp.models import Event, JobRun, Webhook, WebhookDelivery
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.queueing import JobName, JobQueue
from webapp.services.event_wishes import may_leave, what_is_missed
from webapp.services.transactions import after_commit
from webapp.services.webhooks.payloads import body_of, event_data, run_data, test_data

MAX_TITLE = 300
Make = Callable[[], dict[str, Any]]


class WebhookOutbox:
    """Writes promises and has them kept after the commit. Each call needs an `atomic()`."""

    def __init__(self, *, queue: JobQueue, settings: Settings) -> None:
        self._queue = queue
        self._base_url = settings.public_url

    def promise_events(
        self, events: Sequence[Event], *, business_id: uuid.UUID, has_live_sources: bool
    ) -> int:
        """Promise new events to every webhook that wants them; returns how many are new."""
        told = [each for each in events if may_leave(each, has_live_sources=has_live_sources)]
        if not told:
            return 0
        return self._promise_events(WebhookEventType.EVENT_CREATED, told, business_id=business_id)

    def promise_update(self, event: Event, *, revision: uuid.UUID, has_live_sources: bool) -> int:
        """Promise an event that was judged anew, once a revision; returns how many are new."""
        if not may_leave(event, has_live_sources=has_live_sources):
            return 0
        return self._promise_events(
            WebhookEventType.EVENT_UPDATED,
            [event],
            business_id=event.business_id,
            revision=str(revision),
        )

    def promise_run(self, run: JobRun) -> int:
        """Promise a run that failed to every webhook that wants to hear of it."""
        rows = [
            self._row(
                webhook,
                WebhookEventType.RUN_FAILED,
                key=str(run.id),
                title=run.schedule_name or "Run",
                data=run_data(run, base_url=self._base_url),
            )
            for webhook in _listening(run.business_id, WebhookEventType.RUN_FAILED)
        ]
        return len(self._put(rows))

    def promise_test(self, webhook: Webhook) -> uuid.UUID:
        """Promise a test message; returns the delivery's id."""
        data = test_data(webhook.id, webhook.name)
        row = self._row(
            webhook, WebhookEventType.TEST, key=str(new_uuid()), title="Test", data=data
        )
        self._put([row])
        made: uuid.UUID = row["id"]
        return made

    def enqueue(self, delivery_ids: Iterable[uuid.UUID]) -> None:
        """Ask a worker to deliver, once the transaction is committed."""
        ids = [str(each) for each in delivery_ids]
        if ids:
            after_commit(partial(self._queue.enqueue_each, JobName.DELIVER_WEBHOOK, ids))

    def _promise_events(
        self,
        kind: WebhookEventType,
        events: Sequence[Event],
        *,
        business_id: uuid.UUID,
        revision: str = "",
    ) -> int:
        webhooks = _listening(business_id, kind)
        rows = [
            self._row(
                webhook,
                kind,
                key=f"{event.id}:{revision}" if revision else str(event.id),
                title=event.title,
                data=event_data(event, base_url=self._base_url),
                event_id=event.id,
            )
            for event in (events if webhooks else ())
            for webhook in webhooks
            if what_is_missed(event, webhook) is None
        ]
        return len(self._put(rows))

    def _put(self, rows: Sequence[dict[str, Any]]) -> list[uuid.UUID]:
        new: list[uuid.UUID] = insert_or_ignore(
            WebhookDelivery, rows, conflict=("webhook_id", "dedupe_key")
        )
        self.enqueue(new)
        return new

    def _row(
        self,
        webhook: Webhook,
        kind: WebhookEventType,
        *,
        key: str,
        title: str,
        data: dict[str, Any],
        event_id: uuid.UUID | None = None,
    ) -> dict[str, Any]:
        delivery_id, now = new_uuid(), clock.now()
        return {
            "id": delivery_id,
            "business_id": webhook.business_id,
            "webhook_id": webhook.id,
            "event_id": event_id,
            "event_type": kind,
            "message_id": f"msg_{delivery_id.hex}",
            "dedupe_key": f"{kind}:{key}",
            "title": title[:MAX_TITLE],
            "payload": body_of(kind, at=now, data=data),
            "status": DeliveryStatus.PENDING,
            "next_attempt_at": now,
        }


def _listening(business_id: uuid.UUID, kind: WebhookEventType) -> list[Webhook]:
    """Return the webhooks that are on and are told of such things."""
    query = (
        select(Webhook)
        .where(Webhook.business_id == business_id, Webhook.stopped_reason.is_(None))
        .with_for_update(read=True, key_share=True)  # none is deleted before the commit
    )
    return [each for each in db.session.scalars(query) if kind.value in each.event_types]
