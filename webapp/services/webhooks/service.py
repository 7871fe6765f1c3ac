"""WebhookService: the addresses that hear of events, kept by admins."""

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from webapp import clock
from webapp.enums import DeliveryStatus, WebhookStop
from webapp.errors import ConflictError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Business, Webhook, WebhookDelivery
from webapp.models.base import new_uuid
from webapp.providers.base import WebhookSender
from webapp.schemas.webhooks import WebhookInput, WebhookPatch
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.delivery_leases import due_ids
from webapp.services.event_wishes import client_texts
from webapp.services.schedule_rules import check_clients
from webapp.services.transactions import atomic
from webapp.services.webhooks.delivery import WebhookDelivering
from webapp.services.webhooks.outbox import WebhookOutbox
from webapp.services.webhooks.queries import get_delivery
from webapp.services.webhooks.secrets import WebhookSecrets
from webapp.services.webhooks.stopping import stop

MAX_WEBHOOKS = 20
MAX_REPLAYED = 500
_PLAIN = ("name", "categories", "min_relevance", "min_severity")
log = logging.getLogger(__name__)


class WebhookService:
    """Keeps webhooks, and has what they were promised delivered.

    Every act of a person needs the admin's permission, and finds nothing of other businesses.
    """

    def __init__(
        self,
        *,
        outbox: WebhookOutbox,
        delivering: WebhookDelivering,
        sealed: WebhookSecrets,
        sender: WebhookSender,
    ) -> None:
        self.outbox = outbox
        self._delivering = delivering
        self._sealed = sealed
        self._sender = sender

    def list(self, actor: Actor) -> Sequence[Webhook]:
        """Return every webhook of the business, by name."""
        actor.require(Permission.ADMINISTER)
        query = scoped(Webhook, actor.business_id).order_by(func.lower(Webhook.name), Webhook.id)
        return db.session.scalars(query).all()

    def get(self, actor: Actor, webhook_id: uuid.UUID) -> Webhook:
        """Return one webhook."""
        actor.require(Permission.ADMINISTER)
        return get_owned(Webhook, webhook_id, actor.business_id)

    def create(self, actor: Actor, given: WebhookInput) -> tuple[Webhook, str]:
        """Store a webhook; returns it with its secret, which nobody can read again.

        Raises InvalidInputError for an address that is private, not secure or not reachable.
        """
        actor.require(Permission.ADMINISTER)
        self._check_address(given.url)
        with atomic() as session:
            _take_turns(actor)
            _check_number(actor)
            check_clients(actor, given.client_ids)
            webhook = Webhook(
                id=new_uuid(),
                business_id=actor.business_id,
                created_by_user_id=actor.user_id,
                url=given.url,
                event_types=[each.value for each in given.event_types],
                client_ids=client_texts(given.client_ids),
                **given.model_dump(include=set(_PLAIN)),
            )
            secret = self._sealed.give(webhook)
            session.add(webhook)
        return webhook, secret

    def update(self, actor: Actor, webhook_id: uuid.UUID, patch: WebhookPatch) -> Webhook:
        """Change the fields that were sent; a new address is checked like a first one."""
        sent = patch.model_fields_set
        if "url" in sent and patch.url != self.get(actor, webhook_id).url:
            self._check_address(patch.url)
        with atomic() as session:
            webhook = self.get(actor, webhook_id)
            for name in sent.intersection((*_PLAIN, "url")):
                setattr(webhook, name, getattr(patch, name))
            if "event_types" in sent:
                webhook.event_types = [each.value for each in patch.event_types]
            if "client_ids" in sent:
                check_clients(actor, patch.client_ids)
                webhook.client_ids = client_texts(patch.client_ids)
            session.flush()
            if "is_active" in sent:
                _switch(webhook, is_on=patch.is_active)
        return webhook

    def switch(self, actor: Actor, webhook_id: uuid.UUID, *, is_on: bool) -> Webhook:
        """Switch a webhook on or off; a second time changes nothing."""
        return self.update(actor, webhook_id, WebhookPatch(is_active=is_on))

    def rotate(self, actor: Actor, webhook_id: uuid.UUID, *, hours: int) -> tuple[Webhook, str]:
        """Give a webhook a new secret and return both; the old one signs too for so many hours."""
        with atomic():
            webhook = self.get(actor, webhook_id)
            until = clock.now() + timedelta(hours=hours) if hours else None
            secret = self._sealed.change(webhook, old_until=until)
        return webhook, secret

    def delete(self, actor: Actor, webhook_id: uuid.UUID) -> str:
        """Delete a webhook with all its deliveries; returns its name."""
        with atomic() as session:
            webhook = self.get(actor, webhook_id)
            name = webhook.name
            session.delete(webhook)
        return name

    def send_test(self, actor: Actor, webhook_id: uuid.UUID) -> WebhookDelivery:
        """Promise a test, which goes out at once and is tried only once; also while it is off."""
        with atomic():
            delivery_id = self.outbox.promise_test(self.get(actor, webhook_id))
        return get_delivery(actor, webhook_id, delivery_id)

    def replay(
        self, actor: Actor, webhook_id: uuid.UUID, delivery_id: uuid.UUID
    ) -> WebhookDelivery:
        """Promise a message again, under its own id. ConflictError while it waits anyway."""
        with atomic():
            self._require_active(actor, webhook_id)
            delivery = get_delivery(actor, webhook_id, delivery_id)
            if delivery.status is DeliveryStatus.PENDING:
                raise ConflictError("It waits to be sent already.")
            self._promise_again([delivery])
        return delivery

    def replay_failed(self, actor: Actor, webhook_id: uuid.UUID) -> int:
        """Promise again what failed, the oldest first, some hundreds at most; returns how many."""
        with atomic() as session:
            self._require_active(actor, webhook_id)
            failed = (
                scoped(WebhookDelivery, actor.business_id)
                .where(
                    WebhookDelivery.webhook_id == webhook_id,
                    WebhookDelivery.status == DeliveryStatus.FAILED,
                )
                .order_by(WebhookDelivery.created_at)
                .limit(MAX_REPLAYED)
            )
            found = session.scalars(failed).all()
            self._promise_again(found)
        return len(found)

    def deliver(self, delivery_id: uuid.UUID) -> DeliveryStatus | None:
        """Try to deliver one message; None where it was deleted meanwhile."""
        try:
            return self._delivering.deliver(delivery_id)
        except NotFoundError:
            log.info("message %s was deleted before it was sent", delivery_id)
            return None

    def due(self, limit: int) -> Sequence[uuid.UUID]:
        """Return messages that are due and that no worker holds."""
        return due_ids(WebhookDelivery, limit)

    def _require_active(self, actor: Actor, webhook_id: uuid.UUID) -> None:
        if not self.get(actor, webhook_id).is_active:
            raise ConflictError("Switch the webhook on first.")

    def _promise_again(self, deliveries: Sequence[WebhookDelivery]) -> None:
        for each in deliveries:
            each.status, each.tries = DeliveryStatus.PENDING, 0
            each.next_attempt_at, each.error_message = clock.now(), None
            each.delivered_at = None
        self.outbox.enqueue(each.id for each in deliveries)

    def _check_address(self, url: str) -> None:
        """Refuse an address that nothing can be sent to; asks outside, so in no transaction."""
        if refusal := self._sender.refusal(url):
            raise InvalidInputError.of("url", refusal)
        if problem := self._sender.problem(url):
            raise InvalidInputError.of("url", f"Nothing answers at this address. {problem}")


def _switch(webhook: Webhook, *, is_on: bool) -> None:
    if is_on and not webhook.is_active:
        webhook.stopped_reason = webhook.stopped_at = webhook.failing_since = None
    elif not is_on:
        stop(webhook.id, WebhookStop.SWITCHED_OFF)
        db.session.refresh(webhook)


def _take_turns(actor: Actor) -> None:
    """Let one at a time count the webhooks of a business and add one."""
    db.session.execute(
        select(Business.id).where(Business.id == actor.business_id).with_for_update()
    )


def _check_number(actor: Actor) -> None:
    query = scoped(Webhook, actor.business_id).with_only_columns(func.count())
    if (db.session.scalar(query) or 0) >= MAX_WEBHOOKS:
        raise ConflictError(f"A business can have {MAX_WEBHOOKS} webhooks. Delete one first.")
