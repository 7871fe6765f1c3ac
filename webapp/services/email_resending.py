"""A mail once more: the same text, as a new row with marks and a Message-ID of its own."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from webapp import clock
from webapp.enums import EmailStatus
from webapp.errors import ConflictError
from webapp.extensions import db
from webapp.models import EmailLog, User
from webapp.services.email_outbox import Draft

PAUSE = timedelta(minutes=1)
SENT_AGAIN = "This mail was sent again a moment ago. See the list."


def again(row: EmailLog, user: User) -> Draft:
    """Return the mail as it is sent again.

    Copies are numbered, so that two who ask at once ask for the same one: the second finds it
    promised. Raises ConflictError while the last copy waits or is not a minute old. Needs an
    `atomic()`.
    """
    copies = _copies(row)
    last = copies[-1] if copies else None
    if last is not None and last.status is EmailStatus.PENDING:
        raise ConflictError("This mail was sent again already and waits for its turn.")
    if last is not None and last.created_at > clock.now() - PAUSE:
        raise ConflictError(SENT_AGAIN)
    context: dict[str, Any] = dict(row.context)
    return Draft(
        business_id=row.business_id,
        user=user,
        email_type=row.email_type,
        subject=row.subject,
        dedupe_key=f"{_prefix(row)}{len(copies) + 1}",
        context=context,
        event_id=row.event_id,
        job_run_id=row.job_run_id,
        body_text=row.body_text,
        body_html=row.body_html,
        body_preview=row.body_preview,
    )


def _prefix(row: EmailLog) -> str:
    return f"resend:{row.id}:"


def _copies(row: EmailLog) -> list[EmailLog]:
    found = select(EmailLog).where(EmailLog.dedupe_key.startswith(_prefix(row), autoescape=True))
    return list(db.session.scalars(found.order_by(EmailLog.created_at, EmailLog.id)))
