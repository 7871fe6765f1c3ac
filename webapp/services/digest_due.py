"""Who is due for a digest: local times in, one period a user out."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

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


BY_QUIET_HOURS = "quiet_hours"
"""The check of the rules that puts mail off to the end of the quiet hours."""


@dataclass(frozen=True)
class DigestDue:
    """That a user's digest of one period has come; `since` and `until` bound its events.

    With the cadence `instant` it is the catch-up of what quiet hours put off, and nothing else.
    """

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
    waiting = _waiting_since(now)
    caught_up, put_off = _last_catch_up(), _put_off_since_catch_up(now)
    found = []
    for user, row in people:
        due = _due(user, row, now=now, last=last_until.get(user.id), waiting=waiting.get(user.id))
        if due is None or (due.user_id, due.cadence, due.period) in issued:
            first = put_off.get(user.id)
            last = caught_up.get(user.id)
            due = _catch_up(user, row, now=now, last=last, first=first) if first else None
        if due and (due.user_id, due.cadence, due.period) not in issued:
            found.append(due)
    return found


def _due(
    user: User,
    row: UserPreference | None,
    *,
    now: datetime,
    last: datetime | None,
    waiting: datetime | None,
) -> DigestDue | None:
    wishes = Preferences.of(row)
    cadence = wishes.notification_frequency
    is_instant = cadence is NotificationFrequency.INSTANT
    if is_instant:
        cadence = NotificationFrequency.DAILY
    moment = latest_due(wishes, cadence, zone=user.zone, now=now)
    if is_instant and (waiting is None or waiting > moment.at):
        return None  # nothing was put off, or only after that time: it comes with the next one
    began = (row or user).created_at
    if now - moment.at > CATCH_UP or moment.at < began:
        return None
    since = last or moment.at - _PERIODS[cadence]
    since = max(since, now - LONGEST_SPAN)
    return DigestDue(user.id, user.business_id, cadence, moment.period, since, now)


def _catch_up(
    user: User, row: UserPreference | None, *, now: datetime, last: datetime | None, first: datetime
) -> DigestDue | None:
    """Return the catch-up after quiet hours that ended, if they put off anything (first then)."""
    wishes = Preferences.of(row)
    if wishes.quiet_hours_start is None or wishes.quiet_hours_end is None:
        return None
    if wishes.notification_frequency is not NotificationFrequency.INSTANT:
        return None
    ends = replace(wishes, digest_time=wishes.quiet_hours_end)
    moment = latest_due(ends, NotificationFrequency.DAILY, zone=user.zone, now=now)
    if first > moment.at:
        return None
    since = last or moment.at - _PERIODS[NotificationFrequency.DAILY]
    cadence = NotificationFrequency.INSTANT
    return DigestDue(user.id, user.business_id, cadence, moment.period, since, moment.at)


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
    return {row.user_id: row.until for row in db.session.execute(last_issues())}


def last_issues(*, catch_ups: bool = False) -> Select[int, datetime]:
    """Select up to when each user's last digest went, or the last catch-up after quiet hours."""
    is_catch_up = DigestIssue.cadence == NotificationFrequency.INSTANT
    return (
        select(DigestIssue.user_id, func.max(DigestIssue.until).label("until"))
        .where(is_catch_up if catch_ups else ~is_catch_up)
        .group_by(DigestIssue.user_id)
    )


def _last_catch_up() -> dict[int, datetime]:
    return {row.user_id: row.until for row in db.session.execute(last_issues(catch_ups=True))}


def _put_off_since_catch_up(now: datetime) -> dict[int, datetime]:
    """Return when quiet hours first put off a mail of each user that no catch-up has told yet."""
    last = last_issues(catch_ups=True).subquery()
    query = (
        select(NotificationDecision.user_id, func.min(NotificationDecision.created_at).label("at"))
        .outerjoin(last, last.c.user_id == NotificationDecision.user_id)
        .where(
            NotificationDecision.channel == Channel.EMAIL,
            NotificationDecision.verdict == Verdict.DIGEST,
            NotificationDecision.stopped_by == BY_QUIET_HOURS,
            NotificationDecision.created_at >= now - 2 * CATCH_UP,
            last.c.until.is_(None) | (NotificationDecision.created_at > last.c.until),
        )
        .group_by(NotificationDecision.user_id)
    )
    return {row.user_id: row.at for row in db.session.execute(query)}


def _waiting_since(now: datetime) -> dict[int, datetime]:
    """Return when a mail of each user was first put off that has not come with a digest yet."""
    last = last_issues().subquery()
    query = (
        select(NotificationDecision.user_id, func.min(NotificationDecision.created_at).label("at"))
        .outerjoin(last, last.c.user_id == NotificationDecision.user_id)
        .where(
            NotificationDecision.channel == Channel.EMAIL,
            NotificationDecision.verdict == Verdict.DIGEST,
            NotificationDecision.created_at >= now - LONGEST_SPAN,
            last.c.until.is_(None) | (NotificationDecision.created_at > last.c.until),
        )
        .group_by(NotificationDecision.user_id)
    )
    return {row.user_id: row.at for row in db.session.execute(query)}
