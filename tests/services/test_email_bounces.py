"""What reports of bounces make of mails: the right one, once, and never backwards."""

import mailbox
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.doubles.bounces import dsn, mbox
from webapp import clock
from webapp.enums import EmailStatus
from webapp.errors import ForbiddenError, InvalidInputError
from webapp.extensions import db
from webapp.models import EmailBounce, EmailLog, SuppressedAddress, User
from webapp.services.actors import actor_of
from webapp.services.email_bounces import BounceImport, EmailBounceService

pytestmark = pytest.mark.usefixtures("database")
service = EmailBounceService()
FULL: dict[str, Any] = {"status": "5.2.2", "diagnostic": "smtp; 552 5.2.2 Mailbox full"}
LATE: dict[str, Any] = {
    "action": "delayed",
    "status": "4.4.1",
    "diagnostic": "smtp; connection timed out",
}


@pytest.fixture
def mail(ben: User) -> EmailLog:
    return factories.email_log(ben)


def fresh(mail: EmailLog) -> EmailLog:
    db.session.rollback()
    return db.session.get_one(EmailLog, mail.id, populate_existing=True)


def suppressed() -> list[str]:
    return list(db.session.scalars(select(SuppressedAddress.address)))


def take(ana: User, *mails: bytes) -> BounceImport:
    return service.import_upload(actor_of(ana), mbox(*mails))


def test_a_hard_bounce_moves_the_mail_and_suppresses_the_address(mail: EmailLog, ana: User) -> None:
    counts = take(ana, dsn(mail.message_id))
    assert counts == BounceImport(mails=1, bounced=1, suppressed=1)
    row = fresh(mail)
    assert row.status is EmailStatus.BOUNCED
    assert "User unknown" in (row.error_message or "")
    assert row.sent_at is not None
    assert suppressed() == [mail.recipient_email]


def test_a_soft_bounce_is_counted_and_the_address_stays(mail: EmailLog, ana: User) -> None:
    assert take(ana, dsn(mail.message_id, **FULL)) == BounceImport(mails=1, bounced=1)
    assert fresh(mail).status is EmailStatus.BOUNCED
    assert suppressed() == []


def test_a_delay_is_noted_and_changes_nothing(mail: EmailLog, ana: User) -> None:
    assert take(ana, dsn(mail.message_id, **LATE)) == BounceImport(mails=1, noted=1)
    assert fresh(mail).status is EmailStatus.SENT


def test_the_same_report_twice_changes_nothing_more(mail: EmailLog, ana: User) -> None:
    take(ana, dsn(mail.message_id))
    assert take(ana, dsn(mail.message_id), dsn(mail.message_id)) == BounceImport(mails=2, known=2)
    assert db.session.scalar(select(func.count()).select_from(EmailBounce)) == 1


def test_reports_out_of_order_never_move_a_mail_back(mail: EmailLog, ana: User) -> None:
    take(ana, dsn(mail.message_id, **FULL), dsn(mail.message_id, **LATE, own_id="<late@x>"))
    assert fresh(mail).status is EmailStatus.BOUNCED
    assert "Mailbox full" in (fresh(mail).error_message or "")


def test_a_mail_whose_reply_was_lost_is_not_sent_again(ben: User, ana: User) -> None:
    waiting = factories.email_log(
        ben, status=EmailStatus.PENDING, sent_at=None, retry_count=1, next_attempt_at=clock.now()
    )
    take(ana, dsn(waiting.message_id))
    assert (fresh(waiting).status, fresh(waiting).next_attempt_at) == (EmailStatus.BOUNCED, None)


def test_a_forged_report_about_another_business_is_ignored(ana: User, cleo: User) -> None:
    theirs = factories.email_log(cleo)
    assert take(ana, dsn(theirs.message_id, recipient=cleo.email)) == BounceImport(
        mails=1, strange=1
    )
    assert fresh(theirs).status is EmailStatus.SENT
    assert suppressed() == []


def test_a_report_for_another_recipient_is_ignored(mail: EmailLog, ana: User) -> None:
    forged = dsn(mail.message_id, recipient=ana.email)
    assert take(ana, forged) == BounceImport(mails=1, strange=1)
    assert fresh(mail).status is EmailStatus.SENT
    assert suppressed() == []


def test_addresses_are_compared_as_the_wire_writes_them(ben: User, ana: User) -> None:
    mail = factories.email_log(ben, recipient_email="Ben@bücher.example")
    take(ana, dsn(mail.message_id, recipient="ben@XN--BCHER-KVA.example"))
    assert fresh(mail).status is EmailStatus.BOUNCED


def test_only_an_admin_hands_a_mailbox_in(ben: User) -> None:
    with pytest.raises(ForbiddenError):
        service.import_upload(actor_of(ben), dsn())


@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_an_empty_upload_is_refused(ana: User, content: bytes) -> None:
    with pytest.raises(InvalidInputError, match="mailbox"):
        service.import_upload(actor_of(ana), content)


def test_a_single_saved_mail_will_do(mail: EmailLog, ana: User) -> None:
    assert service.import_upload(actor_of(ana), dsn(mail.message_id)).bounced == 1


def test_an_mbox_and_a_maildir_of_the_deployment_reach_every_business(
    mail: EmailLog, cleo: User, tmp_path: Path
) -> None:
    theirs = factories.email_log(cleo)
    (tmp_path / "box").write_bytes(mbox(dsn(mail.message_id), b"Subject: hello\n\nHi"))
    folder = mailbox.Maildir(tmp_path / "maildir")
    folder.add(dsn(theirs.message_id, recipient=cleo.email))
    assert service.import_mailbox(tmp_path / "box") == BounceImport(
        mails=2, bounced=1, suppressed=1
    )
    assert service.import_mailbox(tmp_path / "maildir").bounced == 1
    assert fresh(theirs).status is EmailStatus.BOUNCED
    assert len(list((tmp_path / "maildir" / "new").iterdir())) == 1, "the mailbox stays as it is"


def test_a_command_may_keep_to_one_business(mail: EmailLog, tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(mbox(dsn(mail.message_id)))
    assert service.import_mailbox(tmp_path / "box", uuid.uuid4()).strange == 1
    assert fresh(mail).status is EmailStatus.SENT


def test_what_is_no_mailbox_is_named(tmp_path: Path) -> None:
    for path, word in ((tmp_path / "nothing", "no mailbox"), (tmp_path, "no Maildir")):
        with pytest.raises(InvalidInputError, match=word):
            service.import_mailbox(path)
