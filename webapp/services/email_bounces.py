"""EmailBounceService: takes in what other mail servers report of mails that left."""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import load_only

from webapp import clock
from webapp.enums import BounceKind, BounceSource, EmailStatus
from webapp.errors import InvalidInputError
from webapp.extensions import db
from webapp.models import EmailBounce, EmailLog
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.providers.mail.dsn import MAX_BYTES, BounceReport, read_reports
from webapp.providers.mail.mailbox_files import mails_in, mails_of
from webapp.services.access import Actor, Permission
from webapp.services.email_suppressions import suppress
from webapp.services.email_text import one_line
from webapp.services.transactions import atomic

MAX_UPLOAD_BYTES = 10_000_000
MAX_UPLOAD_MAILS = 2_000
MAX_RECENT = 50
_MAX_ERROR = 500
_LEFT = (EmailStatus.SENT, EmailStatus.PENDING)
log = logging.getLogger(__name__)


@dataclass
class BounceImport:
    """What came of a mailbox: each report counts once, under one of the words."""

    mails: int = 0
    """Mails that were looked at."""
    bounced: int = 0
    """Mails of ours that did not arrive, as we know now."""
    suppressed: int = 0
    """Addresses that get nothing more."""
    noted: int = 0
    """Reports that change no mail: delays, and of mails that had failed already."""
    known: int = 0
    """Reports that had been taken in before."""
    strange: int = 0
    """Reports of mails that are none of ours, or that went to somebody else."""


class EmailBounceService:
    """Finds the mail that a report is about, and writes down what became of it.

    A report is a claim of whoever sent it: it counts only for a mail whose Message-ID and
    recipient it names, within the business that hands it in. Taking the same in twice changes
    nothing.
    """

    def import_upload(self, actor: Actor, content: bytes) -> BounceImport:
        """Take in an uploaded mbox or message, for the actor's business only.

        Raises InvalidInputError for an upload that holds no mail, or too many.
        """
        actor.require(Permission.ADMINISTER)
        if not content.strip():
            raise InvalidInputError.of("file", "Choose a mailbox file (mbox) or a saved mail.")
        mails = mails_of(content, at_most=MAX_BYTES)
        if len(mails) > MAX_UPLOAD_MAILS:
            raise InvalidInputError.of(
                "file", f"The file holds more than {MAX_UPLOAD_MAILS} mails. Import it in parts."
            )
        return self._take_mails(mails, actor.business_id)

    def import_mailbox(self, path: Path, business_id: uuid.UUID | None = None) -> BounceImport:
        """Take in an mbox file or Maildir folder, for one business or for all.

        Raises InvalidInputError where there is no mailbox. For whoever runs the deployment.
        """
        return self._take_mails(mails_in(path, at_most=MAX_BYTES), business_id)

    def recent(self, actor: Actor) -> list[tuple[EmailBounce, str]]:
        """Return the newest reports with the recipient of each mail, 50 at most."""
        actor.require(Permission.ADMINISTER)
        found = (
            select(EmailBounce, EmailLog.recipient_email)
            .join(EmailLog, EmailLog.id == EmailBounce.email_log_id)
            .where(EmailBounce.business_id == actor.business_id)
            .order_by(EmailBounce.created_at.desc(), EmailBounce.id.desc())
            .limit(MAX_RECENT)
        )
        return [(bounce, recipient) for bounce, recipient in db.session.execute(found)]

    def take(
        self,
        report: BounceReport,
        *,
        source: BounceSource,
        business_id: uuid.UUID | None,
        counts: BounceImport,
    ) -> None:
        """Take one report in and count what came of it. Joins the caller's `atomic()`."""
        with atomic():
            row = _mail_of(report, business_id)
            if row is None:
                counts.strange += 1
            elif not _note(row, report, source):
                counts.known += 1
            else:
                _apply(row, report, counts)

    def _take_mails(self, mails: Iterable[bytes], business_id: uuid.UUID | None) -> BounceImport:
        counts = BounceImport()
        for content in mails:
            counts.mails += 1
            for report in read_reports(content):
                self.take(
                    report, source=BounceSource.MAILBOX, business_id=business_id, counts=counts
                )
        log.info("%d mails looked through for bounces, %d found", counts.mails, counts.bounced)
        return counts


def _mail_of(report: BounceReport, business_id: uuid.UUID | None) -> EmailLog | None:
    """Return the mail of ours that a report is about, locked; None if there is none."""
    found: Select[EmailLog] = (
        select(EmailLog)
        .options(
            load_only(
                EmailLog.business_id,
                EmailLog.recipient_email,
                EmailLog.message_id,
                EmailLog.status,
            )
        )
        .where(EmailLog.message_id.in_(report.message_ids))
        .with_for_update()
    )
    if business_id is not None:
        found = found.where(EmailLog.business_id == business_id)
    named = {_plain(each) for each in report.recipients}
    rows = {row.message_id: row for row in db.session.scalars(found)}
    first = next((rows[each] for each in report.message_ids if each in rows), None)
    return first if first is not None and _plain(first.recipient_email) in named else None


def _plain(address: str) -> str:
    """Return an address as it can be compared: small letters, its domain as it is on the wire."""
    name, _, domain = address.strip().lower().rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return f"{name}@{domain}"


def _note(row: EmailLog, report: BounceReport, source: BounceSource) -> bool:
    """Write a report down; False if it is known."""
    values = {
        "id": new_uuid(),
        "business_id": row.business_id,
        "email_log_id": row.id,
        "kind": report.kind,
        "status": report.status,
        "diagnostic": report.diagnostic,
        "source": source,
        "report_key": report.key,
        "created_at": clock.now(),
    }
    return bool(insert_or_ignore(EmailBounce, [values], conflict=["email_log_id", "report_key"]))


def _apply(row: EmailLog, report: BounceReport, counts: BounceImport) -> None:
    """Move the mail to bounced, and never back; a dead address gets nothing more."""
    words = f"{report.status} {report.diagnostic}".strip()
    reason = one_line(f"The receiving server reported: {words or 'no reason'}", _MAX_ERROR)
    if report.kind is BounceKind.DELAYED or row.status not in _LEFT:
        counts.noted += 1
    else:
        counts.bounced += 1
        row.status = EmailStatus.BOUNCED
        row.error_message = reason
        row.next_attempt_at = row.lease_token = row.lease_expires_at = None
    if report.kind is BounceKind.HARD:
        counts.suppressed += suppress(row.business_id, row.recipient_email, reason)
