"""Delivery of one mail: lease, retries, refusals, and what is checked again before sending."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests import factories
from tests.doubles.mail import Postroom, ScriptedMail
from webapp import clock
from webapp.config import Settings
from webapp.enums import ClientStatus, EmailStatus
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import Business, EmailLog, Event, Insight, SuppressedAddress, User
from webapp.providers.base import MailDeferredError, MailRefusedError
from webapp.services.email_retries import RETRY_DELAYS
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def room(settings: Settings) -> Postroom:
    return Postroom(settings, provider=ScriptedMail())


@pytest.fixture
def event(business: Business, ben: User) -> Event:
    return factories.event(factories.client(business, owner=ben))


@pytest.fixture
def log(room: Postroom, event: Event, ben: User) -> EmailLog:
    with atomic():
        room.service.queue_event_notification(
            event, user=ben, job_run_id=None, reason="you follow it", waits_for_insight=False
        )
    return reload(room.service.due(1)[0])


def reload(log_id: uuid.UUID) -> EmailLog:
    db.session.rollback()
    found = db.session.get(EmailLog, log_id, populate_existing=True)
    assert found is not None
    return found


def provider(room: Postroom) -> ScriptedMail:
    assert isinstance(room.provider, ScriptedMail)
    return room.provider


def test_a_sent_mail_keeps_its_text_and_receipt(room: Postroom, log: EmailLog) -> None:
    assert room.service.deliver(log.id) is EmailStatus.SENT
    row = reload(log.id)
    assert (row.provider_message_id, row.next_attempt_at) == ("queue-1", None)
    assert row.sent_at is not None
    assert row.body_text == provider(room).taken[0].text
    assert row.body_preview == (row.body_text or "")[:500]


def test_a_mail_is_never_sent_twice(room: Postroom, log: EmailLog) -> None:
    assert [room.service.deliver(log.id) for _ in range(2)] == [EmailStatus.SENT] * 2
    assert len(provider(room).taken) == 1


def test_two_workers_send_a_mail_once(database: Flask, room: Postroom, log: EmailLog) -> None:
    log_id, service = log.id, room.service
    start = threading.Barrier(2)
    db.session.rollback()

    def work() -> None:
        with database.app_context():
            start.wait(5)
            service.deliver(log_id)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(provider(room).taken) == 1
    assert reload(log_id).status is EmailStatus.SENT


def test_a_deferred_mail_is_retried_with_the_same_message_id(room: Postroom, log: EmailLog) -> None:
    provider(room).errors = [MailDeferredError("try later")]
    assert room.service.deliver(log.id) is EmailStatus.PENDING
    clock.set_clock(clock.now() + timedelta(minutes=2))
    assert room.service.deliver(log.id) is EmailStatus.SENT
    assert len({mail.message_id for mail in provider(room).tried}) == 1
    assert reload(log.id).retry_count == 1


def test_retries_follow_the_schedule_and_end(room: Postroom, log: EmailLog) -> None:
    provider(room).errors = [MailDeferredError("try later")] * 20
    waits = []
    while room.service.deliver(log.id) is EmailStatus.PENDING:
        at = reload(log.id).next_attempt_at
        assert at is not None
        waits.append(round((at - clock.now()).total_seconds()))
        clock.set_clock(at + timedelta(seconds=1))
    assert waits == [int(delay.total_seconds()) for delay in RETRY_DELAYS]
    assert reload(log.id).status is EmailStatus.FAILED


def test_after_three_days_a_mail_is_given_up(room: Postroom, log: EmailLog) -> None:
    clock.set_clock(clock.now() + timedelta(hours=73))
    provider(room).errors = [MailDeferredError("try later")]
    assert room.service.deliver(log.id) is EmailStatus.FAILED
    assert "Given up" in (reload(log.id).error_message or "")


def test_a_mail_is_not_tried_before_its_time(room: Postroom, log: EmailLog) -> None:
    provider(room).errors = [MailDeferredError("try later")]
    assert [room.service.deliver(log.id) for _ in range(3)] == [EmailStatus.PENDING] * 3
    assert len(provider(room).tried) == 1


REFUSALS = [
    (MailRefusedError("554 no", is_bounce=False, suppress=False), EmailStatus.FAILED),
    (MailRefusedError("552 full", is_bounce=True, suppress=False), EmailStatus.BOUNCED),
    (MailRefusedError("550 5.1.1 unknown", is_bounce=True, suppress=True), EmailStatus.BOUNCED),
]


@pytest.mark.parametrize(("error", "status"), REFUSALS)
def test_a_refused_mail_ends_at_once(
    room: Postroom, log: EmailLog, error: MailRefusedError, status: EmailStatus
) -> None:
    provider(room).errors = [error]
    assert room.service.deliver(log.id) is status
    key = (log.recipient_email, log.business_id)
    assert (db.session.get(SuppressedAddress, key) is not None) is error.suppress


def test_a_crash_of_the_provider_is_retried_and_its_words_are_not_kept(
    room: Postroom, log: EmailLog
) -> None:
    provider(room).errors = [RuntimeError("password=hunter2hunter2")]
    assert room.service.deliver(log.id) is EmailStatus.PENDING
    message = reload(log.id).error_message or ""
    assert "RuntimeError" in message
    assert "hunter2" not in message


def test_a_worker_whose_lease_was_lost_writes_nothing(room: Postroom, log: EmailLog) -> None:
    def lose_the_lease() -> None:
        with atomic():
            row = db.session.get(EmailLog, log_id)
            assert row is not None
            row.lease_token = "somebody-else"

    log_id = log.id
    provider(room).before = lose_the_lease
    assert room.service.deliver(log_id) is EmailStatus.PENDING
    assert reload(log_id).lease_token == "somebody-else"


def _disable_user(log: EmailLog, _event: Event) -> None:
    user = db.session.get(User, log.user_id)
    assert user is not None
    user.is_active = False


def _archive_client(_log: EmailLog, event: Event) -> None:
    db.session.merge(event).client.status = ClientStatus.ARCHIVED


def _hide_event(_log: EmailLog, event: Event) -> None:
    db.session.merge(event).hidden_at = clock.now()


def _switch_mail_off(log: EmailLog, _event: Event) -> None:
    user = db.session.get(User, log.user_id)
    assert user is not None
    factories.preference(user, email_notifications_enabled=False)


def _suppress(log: EmailLog, _event: Event) -> None:
    address = SuppressedAddress(
        address=log.recipient_email, business_id=log.business_id, reason="unknown"
    )
    db.session.add(address)


@pytest.mark.parametrize(
    "change", [_disable_user, _archive_client, _hide_event, _switch_mail_off, _suppress]
)
def test_what_changed_since_the_promise_is_checked_again(
    room: Postroom,
    log: EmailLog,
    event: Event,
    change: Callable[[EmailLog, Event], None],
) -> None:
    log_id = log.id
    with atomic() as session:
        change(session.get_one(EmailLog, log_id), event)
    assert room.service.deliver(log_id) is EmailStatus.FAILED
    assert provider(room).tried == []
    assert (reload(log_id).error_message or "").startswith("Not sent:")


def test_a_mail_says_what_its_insight_says(room: Postroom, log: EmailLog, event: Event) -> None:
    factories.save(
        Insight(
            business_id=event.business_id,
            event_id=event.id,
            why_it_matters="The sponsor leaves.",
            recommended_actions=["Call", "Write", "Meet", "Wait"],
            urgency="high",
            provider="anthropic",
            model="claude",
            prompt_version="1",
        )
    )
    room.service.deliver(log.id)
    text = provider(room).taken[0].text
    assert "The sponsor leaves." in text
    assert "3. Meet" in text
    assert "Wait" not in text


def test_a_retry_sends_the_very_text_of_the_first_try(
    room: Postroom, log: EmailLog, event: Event
) -> None:
    provider(room).errors = [MailDeferredError("try later")]
    room.service.deliver(log.id)
    with atomic():
        db.session.merge(event).title = "Another title"
    clock.set_clock(clock.now() + timedelta(minutes=2))
    room.service.deliver(log.id)
    first, second = provider(room).tried
    assert (first.subject, first.text, first.html) == (second.subject, second.text, second.html)


def test_send_event_notification_promises_and_sends(
    room: Postroom, event: Event, ben: User
) -> None:
    assert room.service.send_event_notification(event.id, ben.id) is EmailStatus.SENT
    assert room.service.send_event_notification(event.id, ben.id) is EmailStatus.SENT
    assert len(provider(room).taken) == 1


def test_a_mail_of_another_business_cannot_be_asked_for(
    room: Postroom, event: Event, cleo: User
) -> None:
    with pytest.raises(NotFoundError):
        room.service.send_event_notification(event.id, cleo.id)


def test_an_unknown_mail_is_an_error(room: Postroom) -> None:
    with pytest.raises(NotFoundError):
        room.service.deliver(uuid.uuid4())
