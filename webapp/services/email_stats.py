"""Figures about mails: counts and rates, days, and what went wrong most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, exists, func

from webapp import clock
from webapp.enums import EmailStatus, EmailType, HitKind
from webapp.extensions import db
from webapp.models import EmailHit, EmailLog
from webapp.schemas.email_logs import EmailRangeQuery, EmailStatsAnswer
from webapp.services.access import Actor
from webapp.services.email_days import first_moment, last_moment
from webapp.services.email_failures import plain_words
from webapp.services.email_queries import MOMENT, in_range, visible

MAX_DAYS = 90
MAX_FAILURES = 8


@dataclass(frozen=True)
class Tally:
    """How many mails of one type and status there are, and how many were opened or clicked."""

    email_type: EmailType
    status: EmailStatus
    mails: int
    opened: int
    clicked: int


@dataclass(frozen=True)
class FailureGroup:
    """Mails to one address that failed for one reason."""

    recipient: str
    reason: str
    mails: int


@dataclass(frozen=True)
class MachineCounts:
    """Sent mails that machines opened or followed links of, and no person did."""

    opened: int
    clicked: int


def summarise(tallies: Iterable[Tally]) -> EmailStatsAnswer:
    """Add up tallies; rates are percentages with two decimals, 0.0 where nothing can be said."""
    rows = list(tallies)
    counts = dict.fromkeys(EmailStatus, 0)
    by_type: dict[str, int] = {}
    for row in rows:
        counts[row.status] += row.mails
        by_type[row.email_type.value] = by_type.get(row.email_type.value, 0) + row.mails
    total, sent = sum(counts.values()), counts[EmailStatus.SENT]
    opened = sum(row.opened for row in rows if row.status is EmailStatus.SENT)
    clicked = sum(row.clicked for row in rows if row.status is EmailStatus.SENT)
    return EmailStatsAnswer(
        total_emails=total,
        **{status.value: counts[status] for status in EmailStatus},
        opened=opened,
        clicked=clicked,
        open_rate=_rate(opened, sent),
        click_rate=_rate(clicked, sent),
        delivery_rate=_rate(sent, total),
        by_type=by_type,
    )


def _rate(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def load_stats(actor: Actor, query: EmailRangeQuery) -> EmailStatsAnswer:
    """Count the mails that the actor may see: one query."""
    statement: Select[EmailType, EmailStatus, int, int, int] = (
        visible(actor)
        .where(*in_range(actor, query))
        .with_only_columns(
            EmailLog.email_type,
            EmailLog.status,
            func.count(),
            func.count(EmailLog.opened_at),
            func.count(EmailLog.clicked_at),
        )
        .group_by(EmailLog.email_type, EmailLog.status)
        .order_by(EmailLog.email_type, EmailLog.status)
    )
    return summarise(Tally(*row) for row in db.session.execute(statement))


def load_days(actor: Actor, query: EmailRangeQuery) -> list[tuple[date, int]]:
    """Count mails by day of the actor's zone, the last 90 days of the range at most: one query."""
    days = _days(actor, query)
    columns = [
        func.count(
            case((MOMENT.between(first_moment(day, actor.zone), last_moment(day, actor.zone)), 1))
        )
        for day in days
    ]
    start = first_moment(days[0], actor.zone)
    statement = visible(actor).where(start <= MOMENT, *in_range(actor, query))
    counts = db.session.execute(statement.with_only_columns(*columns)).one()
    return [(day, int(count)) for day, count in zip(days, counts, strict=True)]


def _days(actor: Actor, query: EmailRangeQuery) -> list[date]:
    zone = ZoneInfo(actor.zone)
    now = clock.now()
    end = min(last_moment(query.end_date, actor.zone), now) if query.end_date else now
    last = end.astimezone(zone).date()
    first = last - timedelta(days=MAX_DAYS - 1)
    if query.start_date is not None:
        start = first_moment(query.start_date, actor.zone).astimezone(zone).date()
        first = min(max(first, start), last)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def load_failures(actor: Actor, query: EmailRangeQuery) -> list[FailureGroup]:
    """Return the most frequent failures, address and reason together: one query."""
    statement = (
        visible(actor)
        .where(
            *in_range(actor, query),
            EmailLog.status.in_((EmailStatus.FAILED, EmailStatus.BOUNCED)),
        )
        .with_only_columns(EmailLog.recipient_email, EmailLog.error_message, func.count())
        .group_by(EmailLog.recipient_email, EmailLog.error_message)
        .order_by(func.count().desc(), EmailLog.recipient_email)
        .limit(MAX_FAILURES)
    )
    return [
        FailureGroup(recipient, plain_words(message), mails)
        for recipient, message, mails in db.session.execute(statement)
    ]


def load_machines(actor: Actor, query: EmailRangeQuery) -> MachineCounts:
    """Count what the rates leave out: sent mails that only machines touched; one query."""
    statement = (
        visible(actor)
        .where(*in_range(actor, query), EmailLog.status == EmailStatus.SENT)
        .with_only_columns(
            func.count(case((and_(EmailLog.opened_at.is_(None), _was(HitKind.OPEN)), 1))),
            func.count(case((and_(EmailLog.clicked_at.is_(None), _was(HitKind.CLICK)), 1))),
        )
    )
    return MachineCounts(*db.session.execute(statement).one())


def _was(kind: HitKind) -> ColumnElement[bool]:
    return exists().where(EmailHit.email_log_id == EmailLog.id, EmailHit.kind == kind)
