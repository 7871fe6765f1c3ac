"""Events of the last thirty days: per group and per day of the viewer's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from webapp import clock
from webapp.enums import CategoryGroup
from webapp.extensions import db
from webapp.models import Event
from webapp.services.access import Actor
from webapp.services.overview_scope import conditions

CHART_DAYS = 30


@dataclass(frozen=True)
class DayCount:
    """Events found on one local day."""

    day: date
    count: int


@dataclass(frozen=True)
class Bucket:
    """Events found in one hour of UTC, of one group."""

    hour: datetime
    group: CategoryGroup
    count: int


def hourly(actor: Actor, user_id: int | None) -> list[Bucket]:
    """Count events per hour and group, so that any zone can make its own days of them."""
    since = clock.now() - timedelta(days=CHART_DAYS)
    hour = _hour_of(Event.created_at)
    query = (
        select(hour.label("hour"), Event.group, func.count())
        .where(*conditions(actor, user_id), Event.created_at >= since)
        .group_by(hour, Event.group)
    )
    return [
        Bucket(datetime.fromisoformat(text), group, count)
        for text, group, count in db.session.execute(query)
    ]


def _hour_of(column: Any) -> Any:  # noqa: ANN401 -- a column
    if db.session.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m-%dT%H:00:00+00:00", column)
    return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:00:00+00:00')


def by_group(buckets: Sequence[Bucket]) -> dict[CategoryGroup, int]:
    """Sum the hours up per group; a group without events counts 0."""
    counts = dict.fromkeys(CategoryGroup, 0)
    for bucket in buckets:
        counts[bucket.group] += bucket.count
    return counts


def per_day(buckets: Sequence[Bucket], zone: str) -> list[DayCount]:
    """Sum the hours up per local day of the zone, oldest first, quiet days included."""
    where = ZoneInfo(zone)
    today = clock.now().astimezone(where).date()
    days = [today - timedelta(days=back) for back in reversed(range(CHART_DAYS))]
    counts = dict.fromkeys(days, 0)
    for bucket in buckets:
        day = bucket.hour.astimezone(where).date()
        if day in counts:
            counts[day] += bucket.count
    return [DayCount(day, count) for day, count in counts.items()]
