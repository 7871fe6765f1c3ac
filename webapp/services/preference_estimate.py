"""How many of the last month's events a set of wishes would have let through."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from webapp import clock
from webapp.enums import Category, CategoryGroup
from webapp.extensions import db
from webapp.models import Event
from webapp.services import event_filters
from webapp.services.access import Actor, Permission
from webapp.services.notification_case import Wishes

DAYS = 30


@dataclass(frozen=True)
class Estimate:
    """Of so many events found, so many would have been told."""

    told: int
    found: int


def estimate(actor: Actor, wishes: Wishes) -> Estimate:
    """Count with the same rules (relevance, categories, clients) in one query."""
    actor.require(Permission.VIEW)
    passes = and_(
        Event.relevance_score >= wishes.relevance_threshold,
        _wanted(wishes.notification_categories),
        event_filters.assigned_to(actor.user_id) if wishes.assigned_clients_only else true(),
    )
    row = db.session.execute(
        select(func.count().filter(passes), func.count()).where(
            Event.business_id == actor.business_id,
            event_filters.visible(),
            Event.created_at >= clock.now() - timedelta(days=DAYS),
        )
    ).one()
    return Estimate(*row)


def _wanted(names: list[str] | None) -> ColumnElement[bool]:
    if names is None:
        return true()
    if not names:
        return false()
    groups = [group for group in CategoryGroup if group.value in names]
    categories = [category for category in Category if category.value in names]
    return or_(Event.category.in_(categories), *(event_filters.in_group(group) for group in groups))
