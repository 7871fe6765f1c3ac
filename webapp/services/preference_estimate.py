"""What of the last month's events a set of wishes would have let through, and what be lost."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from webapp import clock
from webapp.enums import Category, CategoryGroup, MuteKind
from webapp.extensions import db
from webapp.models import Event, EventFeedback, Mute
from webapp.services import event_filters
from webapp.services.access import Actor, Permission, scoped
from webapp.services.calibration_votes import USEFUL
from webapp.services.mutes import in_force
from webapp.services.notification_case import Wishes

DAYS = 30
MOST_LOOKED_AT = 5_000
"""The newest events that are looked at, so that the answer is there while a slider moves."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Lost:
    """An event that the user marked useful and would not be told of."""

    event_id: uuid.UUID
    title: str


@dataclass(frozen=True)
class Estimate:
    """Of so many events found, so many would have been told; `lost` names the first useful ones.

    `is_part` where there were more than the `MOST_LOOKED_AT` that were counted.
    """

    told: int
    found: int
    is_part: bool = False
    lost_count: int = 0
    lost: Sequence[Lost] = ()


def estimate(actor: Actor, wishes: Wishes) -> Estimate:
    """Count with the same rules (relevance, categories, clients, mutes): three queries."""
    actor.require(Permission.VIEW)
    passes = and_(
        Event.relevance_score >= wishes.relevance_threshold,
        _wanted(wishes.notification_categories),
        event_filters.assigned_to(actor.user_id) if wishes.assigned_clients_only else true(),
        _unmuted(actor),
    )
    newest = _newest(actor).add_columns(passes.label("passes")).subquery()
    told, found = db.session.execute(
        select(func.count().filter(newest.c.passes), func.count()).select_from(newest)
    ).one()
    lost = db.session.execute(_lost(actor, passes)).all()
    return Estimate(
        min(told, MOST_LOOKED_AT),
        min(found, MOST_LOOKED_AT),
        is_part=found > MOST_LOOKED_AT,
        lost_count=lost[0].total if lost else 0,
        lost=[Lost(row.id, row.title) for row in lost],
    )


def _newest(actor: Actor) -> Select[Any]:
    """Select the newest visible events, along the index on business and time."""
    return (
        select(Event.id)
        .where(
            Event.business_id == actor.business_id,
            event_filters.visible(),
            Event.created_at >= _since(),
        )
        .order_by(Event.created_at.desc(), Event.id.desc())
        .limit(MOST_LOOKED_AT + 1)
    )


def _lost(actor: Actor, passes: ColumnElement[bool]) -> Select[uuid.UUID, str, int]:
    """Select what the user called useful and would not hear of, with the number of all."""
    return (
        select(Event.id, Event.title, func.count().over().label("total"))
        .join(EventFeedback, EventFeedback.event_id == Event.id)
        .where(
            EventFeedback.user_id == actor.user_id,
            EventFeedback.business_id == actor.business_id,
            EventFeedback.verdict.in_(USEFUL),
            event_filters.visible(),
            Event.created_at >= _since(),
            ~passes,
        )
        .order_by(Event.created_at.desc(), Event.id.desc())
        .limit(MOST_NAMED)
    )


def _since() -> datetime:
    return clock.now() - timedelta(days=DAYS)


def _unmuted(actor: Actor) -> ColumnElement[bool]:
    """Select what the user did not mute."""
    values: dict[MuteKind, list[str]] = {kind: [] for kind in MuteKind}
    mine = scoped(Mute, actor.business_id).where(Mute.user_id == actor.user_id, in_force())
    for mute in db.session.scalars(mine):
        values[mute.kind].append(mute.value)
    clients = [uuid.UUID(value) for value in values[MuteKind.CLIENT]]
    source = func.lower(func.trim(func.coalesce(Event.publisher, "")))
    return and_(
        _none_of(Event.client_id, clients),
        _none_of(Event.category, values[MuteKind.CATEGORY]),
        _none_of(source, values[MuteKind.SOURCE]),
    )


def _none_of(column: Any, values: Collection[Any]) -> ColumnElement[bool]:  # noqa: ANN401 -- a column
    return column.not_in(values) if values else true()


def _wanted(names: list[str] | None) -> ColumnElement[bool]:
    if names is None:
        return true()
    if not names:
        return false()
    groups = [group for group in CategoryGroup if group.value in names]
    categories = [category for category in Category if category.value in names]
    return or_(Event.category.in_(categories), *(event_filters.in_group(group) for group in groups))
