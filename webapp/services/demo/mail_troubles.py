"""Mails of the demo that did not arrive, so that the statistics show what that looks like."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.enums import EmailStatus, EmailType, MailProviderName
from webapp.models import EmailLog, User
from webapp.models.base import new_uuid
from webapp.services.email_headers import new_message_id

_TROUBLES = (
    (9, EmailStatus.BOUNCED, "550 5.2.2 The mailbox of dana@example.com was full."),
    (16, EmailStatus.FAILED, "554 5.7.1 The message was refused as unwanted."),
)


def add_mail_troubles(
    session: Session, users: list[User], *, settings: Settings, now: datetime
) -> None:
    """Store one bounced and one failed mail of the last weeks."""
    dana = users[-1]
    for days, status, error in _TROUBLES:
        log_id, at = new_uuid(), now - timedelta(days=days)
        session.add(
            EmailLog(
                id=log_id,
                business_id=dana.business_id,
                user_id=dana.id,
                email_type=EmailType.SYSTEM,
                recipient_email=dana.email,
                subject="Test mail from Beacon",
                body_preview="If you can read this, Beacon can send mail.",
                context={"body": "If you can read this, Beacon can send mail."},
                status=status,
                error_message=error,
                retry_count=1,
                provider=MailProviderName.CONSOLE,
                message_id=new_message_id(log_id, settings),
                dedupe_key=f"demo:{log_id}",
                created_at=at,
            )
        )
