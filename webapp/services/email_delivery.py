"""Delivers one mail of the outbox: lease, hand over, and write down what became of it."""

import logging
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from webapp import clock
from webapp.enums import EmailStatus, MailProviderName
from webapp.errors import NotFoundError
from webapp.models import EmailLog
from webapp.providers.base import (
    MailDeferredError,
    MailProvider,
    MailRefusedError,
    OutgoingMail,
)
from webapp.services.email_rendering import RenderedMail
from webapp.services.email_retries import next_attempt
from webapp.services.email_suppressions import suppress
from webapp.services.email_text import one_line
from webapp.services.transactions import atomic, snapshot

LEASE = timedelta(seconds=60)
MAX_ERROR = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """What is to be sent, or why nothing may be, or what kept us from finding out.

    `kept` is the mail as it is shown and sent again: the same without the marks of tracking.
    """

    mail: OutgoingMail | None = None
    kept: RenderedMail | None = None
    tracked_links: tuple[str, ...] | None = None
    refusal: str | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How one try ended; the values are columns of the log."""

    values: dict[str, Any]
    suppress: str | None = None


Prepare = Callable[[EmailLog], Prepared]


class EmailDelivery:
    """Hands pending mails over, each by one worker at a time and with one Message-ID for ever."""

    def __init__(self, *, provider: MailProvider, prepare: Prepare) -> None:
        self._provider = provider
        self._prepare = prepare

    def deliver(self, log_id: uuid.UUID) -> EmailStatus:
        """Try to send a mail that is due; returns where it stands now.

        A mail that another worker holds, that is not due, or that was sent already is left
        alone. No transaction is open while the mail is handed over. Raises NotFoundError.
        """
        prepared = self._read(log_id)
        token = prepared and self._claim(log_id, prepared)
        if not prepared or not token:
            return _status_of(log_id)
        outcome = self._try(log_id, prepared)
        return _write(log_id, token, outcome)

    def _read(self, log_id: uuid.UUID) -> Prepared | None:
        """Render the mail in a read-only snapshot; None if it is not to be sent now."""
        with snapshot() as session:
            row = session.get(EmailLog, log_id, populate_existing=True)
            if row is None:
                raise NotFoundError("There is no mail with this id.")
            if not _is_free(row, clock.now()):
                return None
            try:
                return self._prepare(row)
            except Exception:
                log.exception("mail %s could not be written", log_id)
                return Prepared(failure="The mail could not be written. See the worker's log.")

    def _claim(self, log_id: uuid.UUID, prepared: Prepared) -> str | None:
        """Take the lease by compare-and-set and keep the mail as it will be sent."""
        token, now = secrets.token_hex(16), clock.now()
        values: dict[str, Any] = {"lease_token": token, "lease_expires_at": now + LEASE}
        if prepared.kept is not None:
            values.update(
                subject=prepared.kept.subject,
                body_text=prepared.kept.text,
                body_html=prepared.kept.html,
                body_preview=prepared.kept.preview,
                tracked_links=prepared.tracked_links and list(prepared.tracked_links),
            )
        free = func.coalesce(EmailLog.lease_expires_at, EmailLog.next_attempt_at) <= now
        statement = (
            update(EmailLog)
            .where(
                EmailLog.id == log_id,
                EmailLog.status == EmailStatus.PENDING,
                EmailLog.next_attempt_at <= now,
                free,
            )
            .values(**values)
            .returning(EmailLog.id)
            .execution_options(synchronize_session=False)
        )
        with atomic() as session:
            return token if session.scalar(statement) else None

    def _try(self, log_id: uuid.UUID, prepared: Prepared) -> Outcome:
        if prepared.refusal is not None:
            return _ended(EmailStatus.FAILED, prepared.refusal)
        if prepared.mail is None:
            return self._deferred(log_id, prepared.failure or "The mail could not be written.")
        try:
            receipt = self._provider.send(prepared.mail)
        except MailRefusedError as error:
            return _refused(error, prepared.mail, by=self._provider.name)
        except MailDeferredError as error:
            return self._deferred(log_id, str(error))
        except Exception as error:  # noqa: BLE001 -- whatever a provider does, the mail stays promised
            kind = type(error).__name__
            log.error("mail %s: the provider failed with %s", log_id, kind)  # noqa: TRY400 -- its text may hold secrets
            return self._deferred(log_id, f"The mail server failed unexpectedly ({kind}).")
        return Outcome(
            {
                "status": EmailStatus.SENT,
                "sent_at": clock.now(),
                "error_message": None,
                "next_attempt_at": None,
                "provider": receipt.provider,
                "provider_message_id": receipt.provider_message_id[:300],
            }
        )

    def _deferred(self, log_id: uuid.UUID, message: str) -> Outcome:
        """Plan the next try on the same row, or give up after the last one."""
        with snapshot() as session:
            columns = select(EmailLog.retry_count, EmailLog.created_at)
            tries, created_at = session.execute(columns.where(EmailLog.id == log_id)).one()
        at = next_attempt(tries + 1, created_at=created_at, now=clock.now())
        if at is None:
            return _ended(EmailStatus.FAILED, f"Given up after {tries + 1} tries. {message}")
        return Outcome(
            {
                "status": EmailStatus.PENDING,
                "retry_count": tries + 1,
                "next_attempt_at": at,
                "error_message": one_line(message, MAX_ERROR),
                "provider": self._provider.name,
            }
        )


def _is_free(row: EmailLog, now: datetime) -> bool:
    is_due = row.next_attempt_at is not None and row.next_attempt_at <= now
    is_held = row.lease_expires_at is not None and row.lease_expires_at > now
    return row.status is EmailStatus.PENDING and is_due and not is_held


def _ended(status: EmailStatus, message: str) -> Outcome:
    text = one_line(message, MAX_ERROR)
    return Outcome({"status": status, "error_message": text, "next_attempt_at": None})


def _refused(error: MailRefusedError, mail: OutgoingMail, *, by: MailProviderName) -> Outcome:
    status = EmailStatus.BOUNCED if error.is_bounce else EmailStatus.FAILED
    values = {**_ended(status, str(error)).values, "provider": by}
    return Outcome(values, suppress=mail.recipient if error.suppress else None)


def _status_of(log_id: uuid.UUID) -> EmailStatus:
    with snapshot() as session:
        found = session.scalar(select(EmailLog.status).where(EmailLog.id == log_id))
    if found is None:
        raise NotFoundError("There is no mail with this id.")
    return found


def _write(log_id: uuid.UUID, token: str, outcome: Outcome) -> EmailStatus:
    """Write the outcome, but only while the lease is ours: who lost it writes nothing."""
    values = {**outcome.values, "lease_token": None, "lease_expires_at": None}
    statement = (
        update(EmailLog)
        .where(EmailLog.id == log_id, EmailLog.lease_token == token)
        .values(**values)
        .returning(EmailLog.business_id)
        .execution_options(synchronize_session=False)
    )
    with atomic() as session:
        business_id = session.scalar(statement)
        if business_id is not None and outcome.suppress:
            suppress(business_id, outcome.suppress, str(values["error_message"]))
    if business_id is None:
        log.warning("mail %s: the lease was lost, the outcome is not written", log_id)
        return _status_of(log_id)
    status: EmailStatus = values["status"]
    return status
