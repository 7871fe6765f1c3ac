"""Which mails somebody may see, and which of them a filter asks for."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func

from webapp.models import EmailLog
from webapp.schemas.email_logs import EmailLogQuery, EmailRangeQuery
from webapp.services.access import Actor, Permission, scoped
from webapp.services.email_days import first_moment, last_moment

MOMENT: ColumnElement[datetime] = func.coalesce(EmailLog.sent_at, EmailLog.created_at)
"""When a mail was sent, else made."""


def visible(actor: Actor) -> Select[EmailLog]:
    """Select the mails that the actor may see: the team's for a manager, else their own."""
    actor.require(Permission.VIEW)
    found = scoped(EmailLog, actor.business_id)
    if actor.can(Permission.VIEW_TEAM_MAIL):
        return found
    return found.where(EmailLog.user_id == actor.user_id)


def in_range(actor: Actor, query: EmailRangeQuery) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a range; bare dates are days of the actor's zone."""
    if query.start_date is not None:
        yield first_moment(query.start_date, actor.zone) <= MOMENT
    if query.end_date is not None:
        yield last_moment(query.end_date, actor.zone) >= MOMENT


def matching(actor: Actor, query: EmailLogQuery) -> Iterator[ColumnElement[bool]]:
    """Yield every condition of a list's filters."""
    yield from in_range(actor, query)
    for name in ("email_type", "status", "event_id"):
        value = getattr(query, name)
        if value is not None:
            yield getattr(EmailLog, name) == value
    if query.recipient_email:
        yield _recipient(query.recipient_email)


def _recipient(wanted: str) -> ColumnElement[bool]:
    if "@" in wanted:
        return func.lower(EmailLog.recipient_email) == wanted.lower()
    return EmailLog.recipient_email.icontains(wanted, autoescape=True)
