"""Sending a mail again: one copy, whoever asks and however often."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.doubles.mail import Postroom, ScriptedMail
from webapp import clock
from webapp.config import Settings
from webapp.enums import EmailStatus, EmailType
from webapp.errors import ConflictError
from webapp.extensions import db
from webapp.models import EmailLog, User
from webapp.services.actors import actor_of
from webapp.services.email_logs import EmailLogService

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def room(settings: Settings) -> Postroom:
    return Postroom(settings)


@pytest.fixture
def mail(ben: User) -> EmailLog:
    kept = {"body_text": "x", "body_html": "<p>x</p></body>"}
    return factories.email_log(ben, email_type=EmailType.DIGEST, **kept)


def copies(mail: EmailLog) -> int:
    db.session.rollback()
    return len(list(db.session.scalars(select(EmailLog.id).where(EmailLog.id != mail.id))))


def test_asked_for_at_once_by_several_one_copy_is_made(
    database: Flask, room: Postroom, mail: EmailLog, ana: User
) -> None:
    actor, log_id, start = actor_of(ana), mail.id, threading.Barrier(4)
    db.session.rollback()
    outcomes: list[str] = []

    def ask() -> None:
        with database.app_context():
            start.wait(5)
            try:
                EmailLogService(email=room.service).resend(actor, log_id)
                outcomes.append("made")
            except ConflictError:
                outcomes.append("refused")
            db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["made", "refused", "refused", "refused"]
    assert copies(mail) == 1


def test_around_the_turn_of_a_minute_it_is_still_one(
    room: Postroom, mail: EmailLog, ana: User
) -> None:
    service = EmailLogService(email=room.service)
    clock.set_clock(clock.now().replace(second=59, microsecond=900_000))
    new_id = service.resend(actor_of(ana), mail.id)
    room.service.deliver(new_id)
    clock.set_clock(clock.now() + timedelta(seconds=2))
    with pytest.raises(ConflictError, match="a moment ago"):
        service.resend(actor_of(ana), mail.id)
    clock.set_clock(clock.now() + timedelta(minutes=1))
    service.resend(actor_of(ana), mail.id)
    assert copies(mail) == 2


def test_a_copy_that_still_waits_is_enough(room: Postroom, mail: EmailLog, ana: User) -> None:
    service = EmailLogService(email=room.service)
    service.resend(actor_of(ana), mail.id)
    clock.set_clock(clock.now() + timedelta(hours=1))
    with pytest.raises(ConflictError, match="waits"):
        service.resend(actor_of(ana), mail.id)


def test_a_copy_counts_by_marks_of_its_own(room: Postroom, mail: EmailLog, ana: User) -> None:
    new_id = EmailLogService(email=room.service).resend(actor_of(ana), mail.id)
    assert room.service.deliver(new_id) is EmailStatus.SENT
    assert isinstance(room.provider, ScriptedMail)
    token = db.session.get_one(EmailLog, new_id).tracking_token
    assert token is not None
    assert token != mail.tracking_token
    assert room.service.marks.pixel(token) in room.provider.taken[0].html
