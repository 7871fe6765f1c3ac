"""What came while somebody was away: told once when they are back."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update

from webapp import clock
from webapp.enums import NotificationFrequency, NotificationKind, Severity
from webapp.extensions import db
from webapp.models import (
    Event,
    EventUserState,
    Notification,
    NotificationDecision,
    StandIn,
    User,
    UserPreference,
)
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.services import event_filters
from webapp.services.access import scoped
from webapp.services.digest_content import DigestPlan
from webapp.services.email import EmailService
from webapp.services.email_text import counted
from webapp.services.notification_audience import Preferences
from webapp.services.transactions import atomic, snapshot

log = logging.getLogger(__name__)

MOST_SHOWN = 500
BY_STAND_IN = "stand_in"
"""The check of the rules that stops what a stand-in is told of instead."""


@dataclass(frozen=True)
class Missed:
    """An event that came while somebody was away, and what their stand-in did with it."""

    event: Event
    read_at: datetime | None
    done_at: datetime | None


def missed(row: StandIn) -> Sequence[Missed]:
    """Return what a stand-in was told of instead, the latest first."""
    stopped = select(NotificationDecision.event_id).where(
        NotificationDecision.business_id == row.business_id,
        NotificationDecision.user_id == row.user_id,
        NotificationDecision.stopped_by == BY_STAND_IN,
        NotificationDecision.created_at >= _start(row),
        NotificationDecision.created_at < _end(row),
    )
    seen = (EventUserState.event_id == Event.id) & (
        EventUserState.user_id == row.covered_by_user_id
    )
    found = (
        select(Event, EventUserState.read_at, EventUserState.done_at)
        .outerjoin(EventUserState, seen)
        .where(Event.business_id == row.business_id, Event.id.in_(stopped))
        .where(event_filters.visible())
        .order_by(Event.created_at.desc(), Event.id.desc())
        .limit(MOST_SHOWN)
    )
    return [Missed(*each) for each in db.session.execute(found)]


class StandInSummaries:
    """Tells those who are back what came meanwhile, in the app and by mail."""

    def __init__(self, email: EmailService) -> None:
        self._email = email

    def send_due(self, now: datetime | None = None) -> int:
        """Tell everybody who is back and was not told yet; returns how many were told."""
        told = 0
        for stand_in_id in _ended(now or clock.now()):
            try:
                told += self._send_one(stand_in_id)
            except Exception:
                log.exception("the summary of stand-in %s failed", stand_in_id)
        return told

    def _send_one(self, stand_in_id: uuid.UUID) -> bool:
        with atomic() as session:
            row = session.get_one(StandIn, stand_in_id)
            user = session.get_one(User, row.user_id)
            claimed = session.scalar(
                update(StandIn)
                .where(StandIn.id == stand_in_id, StandIn.summarised_at.is_(None))
                .values(summarised_at=clock.now())
                .returning(StandIn.id)
                .execution_options(synchronize_session=False)
            )
            if claimed is None:
                return False
            cover = session.get_one(User, row.covered_by_user_id)
            self._tell(row, user, cover)
        return True

    def _tell(self, row: StandIn, user: User, cover: User) -> None:
        plan = DigestPlan(tuple(each.event for each in missed(row)), ())
        what = f"{counted(len(plan.events), 'event')} for {counted(plan.clients, 'client')}"
        title = f"While you were away: {what if plan.events else 'nothing for you'}"
        wishes = _wishes(user)
        if wishes.notification_enabled:
            item = _item(row, title, f"{cover.name} was told in your place.")
            insert_or_ignore(Notification, [item], conflict=("user_id", "dedupe_key"))
        if wishes.email_notifications_enabled and plan.events:
            reason = f"your colleague {cover.name} stood in for you while you were away"
            context = {
                "cadence": NotificationFrequency.DAILY.value,
                "title": "While you were away",
                "reason": reason,
                "since": _start(row).isoformat(),
                "until": min(_end(row), clock.now()).isoformat(),
                "event_ids": [str(event.id) for event in plan.most_telling],
                "quiet": [],
                "quiet_total": 0,
            }
            self._email.queue_digest(
                user=user, subject=plan.marked(title), context=context, dedupe_key=_key(row)
            )


def _ended(now: datetime) -> Sequence[uuid.UUID]:
    """Return the absences that are over and were not summed up."""
    tomorrow = now.date() + timedelta(days=1)
    with snapshot() as session:
        rows = session.execute(
            select(StandIn, User)
            .join(User, User.id == StandIn.user_id)
            .where(
                StandIn.summarised_at.is_(None),
                or_(StandIn.ended_at.is_not(None), StandIn.ends_on < tomorrow),
                User.is_active,
            )
            .order_by(StandIn.id)
        ).all()
        return [row.id for row, _ in rows if _end(row) <= now]


def _start(row: StandIn) -> datetime:
    return datetime.combine(row.starts_on, time(0), _zone(row)).astimezone(UTC)


def _end(row: StandIn) -> datetime:
    if row.ended_at is not None:
        return row.ended_at
    day_after = row.ends_on + timedelta(days=1)
    return datetime.combine(day_after, time(0), _zone(row)).astimezone(UTC)


def _zone(row: StandIn) -> ZoneInfo:
    return ZoneInfo(db.session.get_one(User, row.user_id).zone)


def _wishes(user: User) -> Preferences:
    query = scoped(UserPreference, user.business_id).where(UserPreference.user_id == user.id)
    return Preferences.of(db.session.scalar(query))


def _key(row: StandIn) -> str:
    return f"stand-in:{row.id}"


def _item(row: StandIn, title: str, body: str) -> dict[str, object]:
    return {
        "id": new_uuid(),
        "business_id": row.business_id,
        "user_id": row.user_id,
        "kind": NotificationKind.DIGEST,
        "severity": Severity.LOW,
        "title": title,
        "body": body,
        "link": f"/stand-ins/{row.id}",
        "why": body,
        "dedupe_key": _key(row),
    }
