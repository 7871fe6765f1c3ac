"""The digests that a `notification_digest` schedule may send before their own time."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select

from webapp.enums import NotificationFrequency
from webapp.extensions import db
from webapp.models import DigestIssue, User, UserPreference
from webapp.services.digest_due import DigestDue, last_issues

SPANS = {
    NotificationFrequency.DAILY: timedelta(days=1),
    NotificationFrequency.WEEKLY: timedelta(days=7),
}


def period_name(cadence: NotificationFrequency, day: date) -> str:
    """Name the period that a local day belongs to: `2026-11-22` or `2026-W47`."""
    if cadence is NotificationFrequency.WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat()


def current_dues(business_id: uuid.UUID, now: datetime) -> list[DigestDue]:
    """Return the period under way of each user of a business who takes mails.

    The names are those of `digest_due`, so that a digest sent early is not sent again at its
    own time. An instant user's period is the day.
    """
    last_until = _last_until(business_id)
    dues = []
    for user, frequency in _readers(business_id):
        is_weekly = frequency is NotificationFrequency.WEEKLY
        cadence = NotificationFrequency.WEEKLY if is_weekly else NotificationFrequency.DAILY
        day = now.astimezone(ZoneInfo(user.zone)).date()
        since = last_until.get(user.id) or now - SPANS[cadence]
        period = period_name(cadence, day)
        dues.append(DigestDue(user.id, business_id, cadence, period, since, now))
    return dues


def _readers(business_id: uuid.UUID) -> Sequence[tuple[User, NotificationFrequency | None]]:
    same = and_(UserPreference.user_id == User.id, UserPreference.business_id == User.business_id)
    statement = (
        select(User, UserPreference.notification_frequency)
        .outerjoin(UserPreference, same)
        .where(
            User.business_id == business_id,
            User.is_active,
            or_(UserPreference.id.is_(None), UserPreference.email_notifications_enabled),
        )
        .order_by(User.id)
    )
    return [(user, frequency) for user, frequency in db.session.execute(statement)]


def _last_until(business_id: uuid.UUID) -> dict[int, datetime]:
    statement = last_issues().where(DigestIssue.business_id == business_id)
    return {row.user_id: row.until for row in db.session.execute(statement)}
