"""Puts mails into the outbox: pending rows, written in the caller's transaction."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import EmailStatus, EmailType
from webapp.extensions import db
from webapp.models import EmailLog, SuppressedAddress, User, UserPreference
from webapp.models.base import insert_or_ignore, new_uuid, run, table_of
from webapp.queueing import JobName, JobQueue
from webapp.services.email_headers import new_message_id
from webapp.services.email_text import one_line
from webapp.services.transactions import after_commit

TRACKED = frozenset({EmailType.EVENT_NOTIFICATION, EmailType.DIGEST})
"""The mails whose opens and clicks are counted, where business and user allow it."""
MAILS_A_JOB = 20
_LOGS, _SUPPRESSED = table_of(EmailLog), table_of(SuppressedAddress)
_RELEASE = (
    update(_LOGS)
    .where(
        _LOGS.c.event_id.in_(bindparam("events", expanding=True)),
        _LOGS.c.status == EmailStatus.PENDING,
        _LOGS.c.retry_count == 0,
        _LOGS.c.next_attempt_at > bindparam("now"),
    )
    .values(next_attempt_at=bindparam("now"))
    .returning(_LOGS.c.id)
)
_REFUSED = select(_SUPPRESSED.c.address).where(
    _SUPPRESSED.c.business_id == bindparam("business"),
    _SUPPRESSED.c.address.in_(bindparam("addresses", expanding=True)),
)


class Addressee(Protocol):
    """Who a mail goes to: a user, or what is known of one outside a transaction."""

    @property
    def id(self) -> int: ...  # noqa: D102 -- a column's name says it
    @property
    def email(self) -> str: ...  # noqa: D102 -- a column's name says it


@dataclass(frozen=True)
class Draft:
    """A mail that is to be promised; `context` is what its templates need later."""

    business_id: uuid.UUID
    user: Addressee
    email_type: EmailType
    subject: str
    dedupe_key: str
    context: dict[str, Any] = field(default_factory=dict)
    event_id: uuid.UUID | None = None
    job_run_id: uuid.UUID | None = None
    body_text: str | None = None
    body_html: str | None = None
    body_preview: str = ""


class EmailOutbox:
    """Writes promises and has them kept after the commit."""

    def __init__(self, *, queue: JobQueue, settings: Settings) -> None:
        self._queue = queue
        self._settings = settings

    def put(self, draft: Draft, *, not_before: datetime | None = None) -> uuid.UUID | None:
        """Promise a mail; None if the address wants none or the mail is promised already.

        Needs an `atomic()` around it. With `not_before` the mail waits; else it is enqueued as
        soon as the transaction is committed.
        """
        promised = self.put_all([draft], not_before=not_before)
        return promised[0] if promised else None

    def put_all(
        self, drafts: Sequence[Draft], *, not_before: datetime | None = None
    ) -> list[uuid.UUID]:
        """Promise several mails at once, as `put` does; returns those that are new."""
        wanted = _unsuppressed(drafts)
        at = not_before or clock.now()
        rows = [self._row(draft, at) for draft in wanted]
        new: list[uuid.UUID] = insert_or_ignore(EmailLog, rows, conflict=["dedupe_key"])
        if not_before is None:
            self.enqueue(new)
        return new

    def release(self, event_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
        """Let the waiting mails of events go now; returns which."""
        released = list(run(_RELEASE, {"events": list(event_ids), "now": clock.now()}).scalars())
        self.enqueue(released)
        return released

    def enqueue(self, log_ids: Sequence[uuid.UUID]) -> None:
        """Ask a worker to send, once the transaction is committed."""
        if log_ids:
            after_commit(partial(self.hand_out, log_ids))

    def hand_out(self, log_ids: Sequence[uuid.UUID]) -> None:
        """Ask workers to send now, some mails a job: they share its start and its connection."""
        ids = [str(log_id) for log_id in log_ids]
        parts = [tuple(ids[at : at + MAILS_A_JOB]) for at in range(0, len(ids), MAILS_A_JOB)]
        self._queue.enqueue_all(JobName.SEND_EMAIL, parts)

    def _row(self, draft: Draft, at: datetime) -> dict[str, Any]:
        log_id = new_uuid()
        is_tracked = draft.email_type in TRACKED
        return {
            "id": log_id,
            "business_id": draft.business_id,
            "user_id": draft.user.id,
            "event_id": draft.event_id,
            "job_run_id": draft.job_run_id,
            "email_type": draft.email_type,
            "recipient_email": draft.user.email,
            "subject": one_line(draft.subject),
            "context": draft.context,
            "body_text": draft.body_text,
            "body_html": draft.body_html,
            "body_preview": draft.body_preview,
            "status": EmailStatus.PENDING,
            "message_id": new_message_id(log_id, self._settings),
            "dedupe_key": draft.dedupe_key[:200],
            "next_attempt_at": at,
            "tracking_token": secrets.token_urlsafe(16) if is_tracked else None,
        }


def _unsuppressed(drafts: Sequence[Draft]) -> list[Draft]:
    if not drafts:
        return []
    addresses = [draft.user.email.lower() for draft in drafts]
    found = run(_REFUSED, {"business": drafts[0].business_id, "addresses": addresses})
    refused = set(found.scalars())
    return [draft for draft in drafts if draft.user.email.lower() not in refused]


def wants_mail() -> ColumnElement[bool]:
    """Select, joined with preferences, the users who did not switch e-mail off."""
    chosen = UserPreference.email_notifications_enabled
    return or_(chosen.is_(None), chosen.is_(True))


def mail_is_on(user: User) -> bool:
    """Tell whether a user takes mails; without preferences the default holds, which is yes."""
    statement = select(UserPreference.email_notifications_enabled).where(
        UserPreference.user_id == user.id, UserPreference.business_id == user.business_id
    )
    return db.session.scalar(statement) is not False


def due_ids(limit: int) -> list[uuid.UUID]:
    """Return mails that are due and that no worker holds, the longest waiting first."""
    now = clock.now()
    statement = (
        select(EmailLog.id)
        .where(
            EmailLog.status == EmailStatus.PENDING,
            EmailLog.next_attempt_at <= now,
            func.coalesce(EmailLog.lease_expires_at, EmailLog.next_attempt_at) <= now,
        )
        .order_by(EmailLog.next_attempt_at, EmailLog.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))
