"""What each reader was mailed at once lately, so that mails stay few: read and kept in one go."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from webapp import clock
from webapp.enums import Category, EmailStatus, EmailType
from webapp.extensions import db
from webapp.models import EmailLog, Event
from webapp.models.base import run, table_of
from webapp.schemas.preferences import MAX_COOL_DOWN
from webapp.services.notification_audience import Audience
from webapp.services.notification_case import Happening

_LOGS, _EVENTS = table_of(EmailLog).c, table_of(Event).c
_INSTANT = (
    _LOGS.email_type == EmailType.EVENT_NOTIFICATION,
    _LOGS.status.in_((EmailStatus.SENT, EmailStatus.PENDING)),
)
_MAILS_SINCE = (
    select(_LOGS.user_id, func.count().label("mails"))
    .where(
        _LOGS.business_id == bindparam("business"),
        _LOGS.user_id.in_(bindparam("users", expanding=True)),
        *_INSTANT,
        _LOGS.created_at >= bindparam("midnight"),
    )
    .group_by(_LOGS.user_id)
)
_LAST_ABOUT = (
    select(_LOGS.user_id, _EVENTS.category, func.max(_LOGS.created_at).label("at"))
    .select_from(table_of(Event).join(table_of(EmailLog), _LOGS.event_id == _EVENTS.id))
    .where(
        _EVENTS.client_id == bindparam("client"),
        _EVENTS.created_at >= bindparam("since"),
        *_INSTANT,
    )
    .group_by(_LOGS.user_id, _EVENTS.category)
)


@dataclass
class Attention:
    """Instant mails of the readers of one business; grows with what is promised now."""

    today: dict[int, int]
    last: dict[tuple[int, uuid.UUID, Category], datetime]

    def note(self, event: Happening, user_ids: Iterable[int]) -> None:
        """Count an instant mail about an event to each of these users."""
        for user_id in user_ids:
            self.today[user_id] = self.today.get(user_id, 0) + 1
            self.last[user_id, event.client_id, event.category] = clock.now()


def attention_for(audience: Audience, client_id: uuid.UUID) -> Attention:
    """Read what limits mails about a client, and keep others from promising any meanwhile.

    Joins the caller's transaction, to whose end the turn is kept: of two runs that tell the same
    readers at once, the second counts what the first has promised.
    """
    _take_turn(audience.business_id)
    since = clock.now() - timedelta(hours=MAX_COOL_DOWN)
    rows = run(_LAST_ABOUT, {"client": client_id, "since": since})
    last = {(row.user_id, client_id, Category(row.category)): row.at for row in rows}
    return Attention(instant_mails_today(audience), last)


def instant_mails_today(audience: Audience) -> dict[int, int]:
    """Count the instant mails of each user's own day, pending ones included.

    One query a time zone among the users; each counts by the index on user and time.
    """
    now = clock.now()
    counts: dict[int, int] = dict.fromkeys((user.id for user in audience.users), 0)
    by_zone: dict[str, list[int]] = {}
    for user in audience.users:
        by_zone.setdefault(user.zone, []).append(user.id)
    for zone, user_ids in by_zone.items():
        wanted = {
            "business": audience.business_id,
            "users": user_ids,
            "midnight": _midnight(now, zone),
        }
        counts |= {row.user_id: row.mails for row in run(_MAILS_SINCE, wanted)}
    return counts


def _take_turn(business_id: uuid.UUID) -> None:
    """Wait for the business's other writers; SQLite has one writer at a time anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(business_id.bytes[:8], "big", signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def _midnight(now: datetime, zone: str) -> datetime:
    local: Any = now.astimezone(ZoneInfo(zone))
    midnight: datetime = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight
