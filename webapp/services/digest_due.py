"""Who is due for a digest: local times in, one period a user out."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from webapp.enums import Channel, NotificationFrequency, Verdict
from webapp.extensions import db
from webapp.models import Business, DigestIssue, NotificationDecision, User, UserPreference
from webapp.services.notification_audience import Preferences

CATCH_UP = timedelta(hours=24)
"""A digest that could not go out at its time still does within this; later ones wait."""
LONGEST_SPAN = timedelta(days=31)
_PERIODS = {
    NotificationFrequency.DAILY: timedelta(days=1),
    NotificationFrequency.WEEKLY: timedelta(days=7),
}


@dataclass(frozen=True)
class DigestDue:
    """That a user's digest of one period has come; `since` and `until` bound its events."""

    user_id: int
    business_id: uuid.UUID
    cadence: NotificationFrequency
    period: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class DueMoment:
    """The latest moment (UTC) at which a digest fell due, and the name of its period."""

    at: datetime
    period: str


def latest_due(
    wishes: Preferences, cadence: NotificationFrequency, *, zone: str, now: datetime
) -> DueMoment:
    """Return the last moment up to `now` at which this cadence's digest fell due.

    The period is named by the local day of that moment: `2026-11-22`, `2026-W47`. So a tick
    that comes after midnight still belongs to the evening before.
    """
    local = now.astimezone(ZoneInfo(zone))
    day = local.date()
    if cadence is NotificationFrequency.WEEKLY:
        day -= timedelta(days=(day.weekday() - wishes.digest_day_of_week) % 7)
    due = datetime.combine(day, wishes.digest_time, ZoneInfo(zone)).astimezone(UTC)
    if due > now:
        day -= _PERIODS[cadence]
        due = datetime.combine(day, wishes.digest_time, ZoneInfo(zone)).astimezone(UTC)
    year, week, _ = day.isocalendar()
    weekly = cadence is NotificationFrequency.WEEKLY
    return DueMoment(due, f"{year}-W{week:02}" if weekly else day.isoformat())


def users_for_digest(now: datetime) -> list[DigestDue]:
    """Return who is due, over all businesses, in a constant number of queries."""
    people = _people()
    issued = _issued(now)
    last_until = _last_until()
    overflow = _with_waiting_mail(now)
    dues = (
        _due(user, row, now=now, last=last_until.get(user.id), overflow=user.id in overflow)
        for user, row in people
    )
    return [due for due in dues if due and (due.user_id, due.cadence, due.period) not in issued]


def _due(
    user: User,
    row: UserPreference | None,
    *,
    now: datetime,
    last: datetime | None,
    overflow: bool,
) -> DigestDue | None:
    wishes = Preferences.of(row)
    cadence = wishes.notification_frequency
    if cadence is NotificationFrequency.INSTANT:
        if not overflow:
            return None
        cadence = NotificationFrequency.DAILY
    moment = latest_due(wishes, cadence, zone=user.zone, now=now)
    began = (row or user).created_at
    if now - moment.at > CATCH_UP or moment.at < began:
        return None
    since = last or moment.at - _PERIODS[cadence]
    since = max(since, now - LONGEST_SPAN)
    return DigestDue(user.id, user.business_id, cadence, moment.period, since, now)


def _people() -> list[tuple[User, UserPreference | None]]:
    """Active users who take mail, with the preferences that they have saved."""
    rows = db.session.execute(
        select(User, UserPreference)
        .outerjoin(
            UserPreference,
            (UserPreference.user_id == User.id) & (UserPreference.business_id == User.business_id),
        )
        .join(Business, Business.id == User.business_id)
        .where(
            User.is_active,
            Business.erased_at.is_(None),
            UserPreference.id.is_(None) | UserPreference.email_notifications_enabled,
        )
        .order_by(User.id)
    )
    return [(user, row) for user, row in rows]


def _issued(now: datetime) -> set[tuple[int, NotificationFrequency, str]]:
    rows = db.session.execute(
        select(DigestIssue.user_id, DigestIssue.cadence, DigestIssue.period).where(
            DigestIssue.created_at >= now - LONGEST_SPAN
        )
    )
    return {(user_id, cadence, period) for user_id, cadence, period in rows}


def _last_until() -> dict[int, datetime]:
    rows = db.session.execute(
        select(DigestIssue.user_id, func.max(DigestIssue.until).label("until")).group_by(
            DigestIssue.user_id
        )
    )
    return {row.user_id: row.until for row in rows}


def _with_waiting_mail(now: datetime) -> set[int]:
    """Users whose mail of some event was put off to a digest and has not come with one yet."""
    last = (
        select(DigestIssue.user_id, func.max(DigestIssue.until).label("until"))
        .group_by(DigestIssue.user_id)
        .subquery()
    )
    query = (
        select(NotificationDecision.user_id)
        .outerjoin(last, last.c.user_id == NotificationDecision.user_id)
        .where(
            NotificationDecision.channel == Channel.EMAIL,
            NotificationDecision.verdict == Verdict.DIGEST,
            NotificationDecision.created_at >= now - LONGEST_SPAN,
            last.c.until.is_(None) | (NotificationDecision.created_at > last.c.until),
        )
        .distinct()
    )
    return set(db.session.scalars(query))
