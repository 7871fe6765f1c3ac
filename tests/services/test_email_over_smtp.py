"""Mails over a real SMTP server: what its faults make of a mail."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests import factories
from tests.doubles.mail import Postroom
from tests.doubles.smtp_server import SmtpDouble, SmtpMode, serve_smtp
from webapp import clock
from webapp.config import Settings
from webapp.enums import EmailStatus
from webapp.extensions import db
from webapp.models import Business, EmailLog, SuppressedAddress, User
from webapp.providers.mail.smtp import SmtpProvider
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def server() -> Iterator[SmtpDouble]:
    with serve_smtp() as double:
        yield double


@pytest.fixture
def room(settings: Settings, server: SmtpDouble) -> Postroom:
    provider = SmtpProvider(host=server.host, port=server.port, timeout_seconds=0.7)
    wanted = settings.model_copy(update={"smtp_from_email": "beacon@example.com"})
    return Postroom(wanted, provider=provider)


@pytest.fixture
def promise(room: Postroom, business: Business, ben: User) -> Callable[[], uuid.UUID]:
    def make() -> uuid.UUID:
        event = factories.event(factories.client(business), title=f"News {uuid.uuid4()}")
        with atomic():
            room.service.queue_event_notification(
                event, user=ben, job_run_id=None, reason="you follow it", waits_for_insight=False
            )
        return room.service.due(50)[-1]

    return make


def row(log_id: uuid.UUID) -> EmailLog:
    db.session.rollback()
    return db.session.get_one(EmailLog, log_id)


def parsed(server: SmtpDouble, number: int = 0) -> EmailMessage:
    return message_from_bytes(server.mails[number].content, policy=policy.default)


def test_a_mail_arrives_with_both_parts_and_its_headers(
    room: Postroom, server: SmtpDouble, promise: Callable[[], uuid.UUID]
) -> None:
    log_id = promise()
    assert room.service.deliver(log_id) is EmailStatus.SENT
    mail = parsed(server)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Message-ID"] == row(log_id).message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/u/" in mail["List-Unsubscribe"]
    assert mail["X-Entity-Ref-ID"] == str(log_id)
    assert mail["References"].startswith("<client-")


def test_mails_about_one_client_share_a_thread(
    room: Postroom, server: SmtpDouble, business: Business, ben: User
) -> None:
    client = factories.client(business)
    for title in ("First news", "Second news"):
        event = factories.event(client, title=title)
        with atomic():
            room.service.queue_event_notification(
                event,
                user=ben,
                job_run_id=None,
                reason="x",
                waits_for_insight=False,
            )
    for log_id in room.service.due(5):
        room.service.deliver(log_id)
    for name in ("References", "In-Reply-To"):
        assert parsed(server, 0)[name] == parsed(server, 1)[name]
    assert parsed(server, 0)["Message-ID"] != parsed(server, 1)["Message-ID"]


@pytest.mark.parametrize(
    ("mode", "ending"),
    [
        (SmtpMode.DEFER, (EmailStatus.PENDING, 1)),
        (SmtpMode.DEFER_CONTENT, (EmailStatus.PENDING, 1)),
        (SmtpMode.HANG, (EmailStatus.PENDING, 1)),
        (SmtpMode.NO_BANNER, (EmailStatus.PENDING, 1)),
        (SmtpMode.DROP_AFTER_DATA, (EmailStatus.PENDING, 1)),
        (SmtpMode.UNKNOWN_USER, (EmailStatus.BOUNCED, 0)),
        (SmtpMode.MAILBOX_FULL, (EmailStatus.BOUNCED, 0)),
        (SmtpMode.REFUSE_CONTENT, (EmailStatus.FAILED, 0)),
    ],
)
def test_a_fault_of_the_server_decides_over_retry_or_end(
    server: SmtpDouble,
    room: Postroom,
    promise: Callable[[], uuid.UUID],
    mode: SmtpMode,
    ending: tuple[EmailStatus, int],
) -> None:
    server.mode = mode
    log_id = promise()
    room.service.deliver(log_id)
    assert (row(log_id).status, row(log_id).retry_count) == ending
    assert row(log_id).error_message


def test_an_unknown_address_gets_nothing_more(
    server: SmtpDouble, room: Postroom, promise: Callable[[], uuid.UUID], ben: User
) -> None:
    first, second = promise(), promise()
    server.mode = SmtpMode.UNKNOWN_USER
    room.service.deliver(first)
    server.mode = SmtpMode.OK
    assert room.service.deliver(second) is EmailStatus.FAILED
    assert server.mails == []
    assert db.session.get(SuppressedAddress, (ben.email, ben.business_id)) is not None


def test_a_full_mailbox_is_not_suppressed(
    server: SmtpDouble, room: Postroom, promise: Callable[[], uuid.UUID]
) -> None:
    server.mode = SmtpMode.MAILBOX_FULL
    room.service.deliver(promise())
    server.mode = SmtpMode.OK
    assert room.service.deliver(promise()) is EmailStatus.SENT


def test_a_lost_reply_leads_to_a_second_copy_with_the_same_message_id(
    server: SmtpDouble, room: Postroom, promise: Callable[[], uuid.UUID]
) -> None:
    server.mode = SmtpMode.DROP_AFTER_DATA
    log_id = promise()
    room.service.deliver(log_id)
    server.mode = SmtpMode.OK
    clock.set_clock(clock.now() + timedelta(minutes=2))
    assert room.service.deliver(log_id) is EmailStatus.SENT
    assert parsed(server, 0)["Message-ID"] == parsed(server, 1)["Message-ID"]
