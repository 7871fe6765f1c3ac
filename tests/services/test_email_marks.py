"""Marks in mails: what goes out carries them, what is kept and shown does not."""

import re
import uuid
from html import unescape

import pytest

from tests import factories
from tests.doubles.mail import Postroom, ScriptedMail
from webapp.config import Settings
from webapp.enums import EmailStatus, HitKind
from webapp.extensions import db
from webapp.models import Business, EmailLog, User
from webapp.providers.base import MailDeferredError, OutgoingMail
from webapp.services.transactions import atomic

HREF = re.compile(r'href="([^"]*)"')


@pytest.fixture
def room(settings: Settings) -> Postroom:
    return Postroom(settings)


def promised(room: Postroom, business: Business, user: User) -> uuid.UUID:
    event = factories.event(factories.client(business), url="https://news.example.com/a?b=1&c=2")
    with atomic():
        room.service.queue_event_notification(
            event, user=user, job_run_id=None, reason="you follow it", waits_for_insight=False
        )
    return room.service.due(1)[0]


def sent(room: Postroom, log_id: uuid.UUID) -> OutgoingMail:
    assert room.service.deliver(log_id) is EmailStatus.SENT
    assert isinstance(room.provider, ScriptedMail)
    return room.provider.taken[-1]


def links(html: str) -> list[str]:
    return [unescape(each) for each in HREF.findall(html)]


@pytest.mark.usefixtures("database")
def test_links_lead_over_us_and_each_mark_finds_its_target(
    room: Postroom, business: Business, ben: User
) -> None:
    log_id = promised(room, business, ben)
    mail, row = sent(room, log_id), db.session.get_one(EmailLog, log_id, populate_existing=True)
    marks = room.service.marks
    read = [marks.read(HitKind.CLICK, each.rpartition("/c/")[2]) for each in links(mail.html)]
    assert {mark.place for mark in read if mark} == {0, 1, 2}
    assert row.tracked_links == [
        room.service.links.event(row.event_id or uuid.uuid4()),
        "https://news.example.com/a?b=1&c=2",
    ]
    assert f'<img src="{marks.pixel(row.tracking_token or "")}"' in mail.html


@pytest.mark.usefixtures("database")
def test_what_ends_or_changes_mails_is_linked_plainly(
    room: Postroom, business: Business, ben: User
) -> None:
    log_id = promised(room, business, ben)
    found = links(sent(room, log_id).html)
    assert room.service.links.preferences in found
    assert room.service.links.unsubscribe(log_id) in found


@pytest.mark.usefixtures("database")
def test_the_kept_mail_and_the_text_part_have_no_marks(
    room: Postroom, business: Business, ben: User
) -> None:
    log_id = promised(room, business, ben)
    mail, row = sent(room, log_id), db.session.get_one(EmailLog, log_id, populate_existing=True)
    for text in (row.body_html, row.body_text, mail.text):
        assert (row.tracking_token or "?") not in (text or "")
        assert "https://news.example.com/a" in (text or "")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("of", ["business", "user"])
def test_who_wants_no_tracking_gets_no_dot_and_plain_links(
    room: Postroom, business: Business, ben: User, of: str
) -> None:
    with atomic():
        if of == "user":
            ben.tracking_allowed = False
        else:
            ben.business.tracking_enabled = False
    log_id = promised(room, business, ben)
    mail, row = sent(room, log_id), db.session.get_one(EmailLog, log_id, populate_existing=True)
    assert mail.html == row.body_html
    assert "<img" not in mail.html
    assert row.tracked_links is None


@pytest.mark.usefixtures("database")
def test_alerts_and_system_mails_have_no_marks(room: Postroom, ben: User) -> None:
    with atomic():
        room.service.queue_system(
            user=ben, subject="Test", body="Hello", link="/email", dedupe_key="x"
        )
        room.service.queue_alert(
            business_id=ben.business_id,
            user_ids=[ben.id],
            subject="A",
            body="B",
            link="/status",
            dedupe_key="y",
        )
    mails = [sent(room, log_id) for log_id in room.service.due(2)]
    assert len(mails) == 2
    assert all("/c/" not in mail.html and "<img" not in mail.html for mail in mails)


@pytest.mark.usefixtures("database")
def test_a_second_try_has_the_very_marks_of_the_first(
    settings: Settings, business: Business, ben: User
) -> None:
    provider = ScriptedMail(errors=[MailDeferredError("later")])
    room = Postroom(settings, provider=provider)
    log_id = promised(room, business, ben)
    room.service.deliver(log_id)
    with atomic() as session:
        row = session.get_one(EmailLog, log_id, populate_existing=True)
        row.next_attempt_at = row.created_at
    assert room.service.deliver(log_id) is EmailStatus.SENT
    assert provider.tried[0].html == provider.tried[1].html
