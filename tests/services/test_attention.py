"""Mails at once stay few: the day's budget and the cool-down, also for two runs at a time."""

import contextlib
import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask

from tests import factories
from tests.doubles.mail import Postroom
from webapp import clock
from webapp.config import Settings
from webapp.enums import Category, Channel, EmailStatus, Verdict
from webapp.extensions import db
from webapp.models import Client, EmailLog, Event, User
from webapp.services.notification_case import NotifyContext
from webapp.services.preferences import UserPreferenceService
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")

service = UserPreferenceService()


def mail_about(client: Client, user: User, *, hours: float, **values: object) -> None:
    event = factories.event(client, created_at=clock.now() - timedelta(hours=hours))
    at = clock.now() - timedelta(hours=hours)
    factories.email_log(user, event_id=event.id, created_at=at, **values)


def by_mail(user: User, client: Client, **event: object) -> tuple[Verdict, str | None]:
    made = factories.event(client, **event)
    audience = service.audience(user.business_id)
    with atomic():
        attention = service.attention(audience, client.id)
    context = NotifyContext(instant_mails_today=attention.today, last_mails=attention.last)
    decisions = service.get_users_to_notify(made, audience=audience, context=context)
    (mine,) = (e for e in decisions if e.user_id == user.id and e.channel is Channel.EMAIL)
    return mine.verdict, mine.stopped_by


def test_a_second_mail_about_the_same_waits_for_the_digest(ben: User) -> None:
    factories.preference(ben, cool_down_hours=4)
    client = factories.client(ben.business)
    mail_about(client, ben, hours=3)
    assert by_mail(ben, client) == (Verdict.DIGEST, "cool_down")
    assert by_mail(ben, client, severity="critical") == (Verdict.SEND, None)
    assert by_mail(ben, client, category=Category.FUNDING) == (Verdict.SEND, None)
    assert by_mail(ben, factories.client(ben.business, name="Other")) == (Verdict.SEND, None)


def test_a_cool_down_ends_and_who_chose_none_has_none(ana: User, ben: User) -> None:
    factories.preference(ben, cool_down_hours=4)
    client = factories.client(ben.business)
    mail_about(client, ben, hours=5)
    mail_about(client, ana, hours=1)
    assert by_mail(ben, client) == by_mail(ana, client) == (Verdict.SEND, None)


def test_a_mail_that_failed_or_went_to_others_cools_nothing(ana: User, ben: User) -> None:
    factories.preference(ben, cool_down_hours=4)
    client = factories.client(ben.business)
    mail_about(client, ana, hours=1)
    mail_about(client, ben, hours=1, status=EmailStatus.FAILED)
    assert by_mail(ben, client) == (Verdict.SEND, None)


def tell(app: Flask, room: Postroom, events: list[uuid.UUID], both: threading.Barrier) -> None:
    """Do what a run does for one client: look, decide and promise, in one transaction."""
    with app.app_context():
        found = [db.session.get_one(Event, each) for each in events]
        audience = service.audience(found[0].business_id)
        with atomic():
            attention = service.attention(audience, found[0].client_id)
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.5)  # both have looked before either promises, if that can be
            for event in found:
                context = NotifyContext(instant_mails_today=attention.today)
                told = service.get_users_to_notify(event, audience=audience, context=context)
                sent = [e for e in told if e.channel is Channel.EMAIL and e.verdict is Verdict.SEND]
                attention.note(event, [each.user_id for each in sent])
                room.service.queue_event_notifications(
                    event,
                    recipients=[(audience.users[0], each.reason) for each in sent],
                    job_run_id=None,
                    waits_for_insight=True,
                )
        db.session.remove()


def test_two_runs_at_once_keep_to_one_budget(
    database: Flask, settings: Settings, ben: User
) -> None:
    room, both = Postroom(settings), threading.Barrier(2)
    batches = [
        [factories.event(factories.client(ben.business, name=name)).id for _ in range(4)]
        for name in ("Halcyon Health", "Northwind Logistics")
    ]
    db.session.rollback()
    threads = [
        threading.Thread(target=tell, args=(database, room, batch, both)) for batch in batches
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert db.session.query(EmailLog).count() == 5
