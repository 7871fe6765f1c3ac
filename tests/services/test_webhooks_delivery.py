"""Delivery of one message: lease, signatures, retries, what is gone, and what fails for days."""

import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from standardwebhooks import Webhook as Reference

from tests import factories
from tests.doubles.webhooks import ScriptedWebhooks, post_office
from webapp import clock
from webapp.config import Settings
from webapp.enums import DeliveryStatus, EmailType, WebhookStop
from webapp.extensions import db
from webapp.models import (
    EmailLog,
    Event,
    Notification,
    User,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)
from webapp.providers.base import WebhookReply
from webapp.schemas.webhooks import WebhookInput
from webapp.services.actors import actor_of
from webapp.services.delivery_retries import JITTER, MAX_TRIES, RETRY_DELAYS
from webapp.services.transactions import atomic
from webapp.services.webhooks.service import WebhookService

pytestmark = pytest.mark.usefixtures("database")
BROKEN = WebhookReply(status=500, error="It answered with status 500.")


@pytest.fixture
def sender() -> ScriptedWebhooks:
    return ScriptedWebhooks()


@pytest.fixture
def service(settings: Settings, sender: ScriptedWebhooks) -> WebhookService:
    return post_office(settings, sender)


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(factories.client(ben.business, owner=ben))


@pytest.fixture
def secret(service: WebhookService, ana: User) -> str:
    """The secret of ana's webhook, which it makes."""
    given = WebhookInput(name="CRM sync", url="https://hooks.example.com/beacon")
    return service.create(actor_of(ana), given)[1]


@pytest.fixture
def delivery(service: WebhookService, secret: str, event: Event) -> WebhookDelivery:
    assert secret
    with atomic():
        service.outbox.promise_events([event], business_id=event.business_id, has_live_sources=True)
    return reload(service.due(1)[0])


def reload(delivery_id: uuid.UUID) -> WebhookDelivery:
    db.session.rollback()
    found = db.session.get(WebhookDelivery, delivery_id, populate_existing=True)
    assert found is not None
    return found


def webhook() -> Webhook:
    db.session.rollback()
    return db.session.query(Webhook).populate_existing().one()


def test_what_is_delivered_is_signed_and_written_down(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery, secret: str
) -> None:
    sender.replies = [WebhookReply(status=200, headers={"x-id": "1"}, body="<b>ok", milliseconds=7)]
    assert service.deliver(delivery.id) is DeliveryStatus.DELIVERED
    (sent,) = sender.sent
    assert Reference(secret).verify(sent.body, dict(sent.headers))["type"] == "event.created"
    assert sent.headers["webhook-id"] == delivery.message_id
    (attempt,) = db.session.query(WebhookAttempt).all()
    assert (attempt.response_status, attempt.response_body) == (200, "<b>ok")
    assert attempt.request_headers["webhook-signature"].startswith("v1,")
    assert webhook().last_success_at is not None


def test_nothing_of_the_secret_lies_open_in_the_database(secret: str, delivery: object) -> None:
    assert delivery
    row = webhook()
    assert secret not in row.secret
    assert secret.removeprefix("whsec_") not in row.secret


def test_while_a_secret_is_changed_both_verify_and_then_only_the_new(
    service: WebhookService,
    sender: ScriptedWebhooks,
    delivery: WebhookDelivery,
    secret: str,
    ana: User,
) -> None:
    sender.replies = [BROKEN]
    _, new = service.rotate(actor_of(ana), delivery.webhook_id, hours=24)
    service.deliver(delivery.id)
    clock.set_clock(clock.now() + timedelta(hours=25))
    service.deliver(delivery.id)
    during, after = sender.sent
    assert during.body == after.body
    assert during.headers["webhook-id"] == after.headers["webhook-id"]
    assert len(during.headers["webhook-signature"].split()) == 2
    for each in (secret, new):
        assert Reference(each).verify(during.body, dict(during.headers))
    assert len(after.headers["webhook-signature"].split()) == 1


def test_retries_follow_the_schedule_and_end(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery
) -> None:
    sender.replies = [BROKEN] * 20
    waits = []
    while service.deliver(delivery.id) is DeliveryStatus.PENDING:
        at = reload(delivery.id).next_attempt_at
        assert at is not None
        waits.append(at - clock.now())
        clock.set_clock(at + timedelta(seconds=1))
    for waited, planned in zip(waits, RETRY_DELAYS, strict=True):
        assert planned * (1 - JITTER) - timedelta(seconds=2) < waited < planned * (1 + JITTER)
    row = reload(delivery.id)
    assert (row.status, row.tries) == (DeliveryStatus.FAILED, MAX_TRIES)
    assert "Given up" in (row.error_message or "")
    assert db.session.query(WebhookAttempt).count() == MAX_TRIES


def test_it_comes_back_no_sooner_than_asked(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery
) -> None:
    sender.replies = [WebhookReply(status=429, error="slow down", retry_after=3600)]
    service.deliver(delivery.id)
    at = reload(delivery.id).next_attempt_at
    assert at is not None
    assert at - clock.now() > timedelta(minutes=59)


def alerts() -> tuple[int, int]:
    db.session.rollback()
    mails = db.session.query(EmailLog).filter_by(email_type=EmailType.ALERT).count()
    return db.session.query(Notification).count(), mails


def test_what_is_gone_is_switched_off_and_told(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery
) -> None:
    sender.replies = [WebhookReply(status=410, error="gone")]
    assert service.deliver(delivery.id) is DeliveryStatus.FAILED
    assert webhook().stopped_reason is WebhookStop.GONE
    assert alerts() == (1, 1)


def test_five_days_of_nothing_but_failures_switch_it_off(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery, ben: User
) -> None:
    sender.replies = [BROKEN, BROKEN]
    service.deliver(delivery.id)
    assert webhook().stopped_reason is None
    second = promise(service, ben)
    clock.set_clock(clock.now() + timedelta(days=5, minutes=1))
    assert service.deliver(second.id) is DeliveryStatus.FAILED
    assert webhook().stopped_reason is WebhookStop.FAILING
    assert reload(delivery.id).status is DeliveryStatus.FAILED
    assert alerts() == (1, 1)


def test_a_success_between_failures_keeps_it_on(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery, ben: User
) -> None:
    sender.replies = [BROKEN, WebhookReply(status=200), BROKEN]
    service.deliver(delivery.id)
    service.deliver(promise(service, ben).id)
    clock.set_clock(clock.now() + timedelta(days=6))
    assert service.deliver(delivery.id) is DeliveryStatus.PENDING
    assert webhook().stopped_reason is None


def promise(service: WebhookService, ben: User) -> WebhookDelivery:
    event = factories.event(factories.client(ben.business, name=f"Client {uuid.uuid4()}"))
    with atomic():
        service.outbox.promise_events([event], business_id=event.business_id, has_live_sources=True)
    db.session.rollback()
    return db.session.query(WebhookDelivery).filter_by(event_id=event.id).one()


def test_two_workers_deliver_a_message_once(
    database: Flask, service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery
) -> None:
    delivery_id, start = delivery.id, threading.Barrier(2)
    db.session.rollback()

    def work() -> None:
        with database.app_context():
            start.wait(5)
            service.deliver(delivery_id)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(sender.sent) == 1
    assert reload(delivery_id).status is DeliveryStatus.DELIVERED


def test_a_worker_that_dies_while_it_sends_leaves_the_promise(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery
) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    sender.before = die
    with pytest.raises(KeyboardInterrupt):
        service.deliver(delivery.id)
    assert service.due(10) == []
    sender.before = lambda: None
    clock.set_clock(clock.now() + timedelta(seconds=61))
    assert service.due(10) == [delivery.id]
    assert service.deliver(delivery.id) is DeliveryStatus.DELIVERED


def test_who_lost_the_lease_writes_nothing_of_the_outcome(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery
) -> None:
    def be_late() -> None:
        sender.before = lambda: None
        clock.set_clock(clock.now() + timedelta(seconds=61))
        assert service.deliver(delivery.id) is DeliveryStatus.DELIVERED

    sender.before, sender.replies = be_late, [WebhookReply(status=200), BROKEN]
    assert service.deliver(delivery.id) is DeliveryStatus.DELIVERED
    assert reload(delivery.id).status is DeliveryStatus.DELIVERED


def test_an_event_taken_away_meanwhile_is_not_sent(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery, event: Event
) -> None:
    with atomic():
        event.hidden_at = clock.now()
    assert service.deliver(delivery.id) is DeliveryStatus.FAILED
    assert sender.sent == []


def test_switched_off_it_sends_nothing_and_replays_later(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery, ana: User
) -> None:
    actor = actor_of(ana)
    service.switch(actor, delivery.webhook_id, is_on=False)
    assert service.deliver(delivery.id) is DeliveryStatus.FAILED
    service.switch(actor, delivery.webhook_id, is_on=True)
    assert service.replay_failed(actor, delivery.webhook_id) == 1
    assert service.deliver(delivery.id) is DeliveryStatus.DELIVERED
    assert [each.headers["webhook-id"] for each in sender.sent] == [delivery.message_id]


def test_a_secret_sealed_under_another_key_is_named_and_sent_once_changed(
    settings: Settings, sender: ScriptedWebhooks, delivery: WebhookDelivery, ana: User
) -> None:
    changed = settings.model_copy(update={"secret_key": type(settings.secret_key)("x" * 40)})
    other = post_office(changed, sender)
    assert other.deliver(delivery.id) is DeliveryStatus.PENDING
    assert "SECRET_KEY" in (reload(delivery.id).error_message or "")
    assert sender.sent == []
    other.rotate(actor_of(ana), delivery.webhook_id, hours=0)
    clock.set_clock(clock.now() + timedelta(minutes=1))
    assert other.deliver(delivery.id) is DeliveryStatus.DELIVERED


def test_a_test_is_tried_once_and_counts_for_nothing(
    service: WebhookService, sender: ScriptedWebhooks, secret: str, ana: User
) -> None:
    assert secret
    sender.replies = [BROKEN]
    made = service.send_test(actor_of(ana), webhook().id)
    assert service.deliver(made.id) is DeliveryStatus.FAILED
    assert webhook().failing_since is None


def test_a_deleted_webhook_is_not_called(
    service: WebhookService, sender: ScriptedWebhooks, delivery: WebhookDelivery, ana: User
) -> None:
    delivery_id = delivery.id
    service.delete(actor_of(ana), delivery.webhook_id)
    assert service.deliver(delivery_id) is None
    assert sender.sent == []
