"""What a team said of a client's events: the client's history of opinions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from webapp.enums import Category, FeedbackVerdict
from webapp.extensions import db
from webapp.models import Client, Event, EventFeedback, User
from webapp.schemas.base import PageQuery
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.list_order import Key, Order, part_of

ORDER: Order = (
    Key(EventFeedback.updated_at, "updated_at", descending=True),
    Key(EventFeedback.id, "id", descending=True),
)


@dataclass(frozen=True)
class Opinion:
    """What one user said of one event; an event that is hidden now can no longer be opened."""

    id: uuid.UUID
    event_id: uuid.UUID
    event_title: str
    event_category: Category
    is_hidden: bool
    user_name: str
    verdict: FeedbackVerdict
    category: Category | None
    note: str | None
    updated_at: datetime


def opinions_of_client(
    actor: Actor, client_id: uuid.UUID, query: PageQuery
) -> tuple[Sequence[Opinion], int]:
    """Return a part of what was said of a client's events, latest first, and how much there is.

    Raises NotFoundError for a client of another business.
    """
    actor.require(Permission.VIEW)
    client = get_owned(Client, client_id, actor.business_id)
    said = (
        select(
            EventFeedback.id,
            *(Event.id.label("event_id"), Event.title, Event.hidden_at),
            Event.category.label("event_category"),
            *(User.name, EventFeedback.verdict, EventFeedback.category, EventFeedback.note),
            EventFeedback.updated_at,
        )
        .join_from(EventFeedback, Event, Event.id == EventFeedback.event_id)
        .join(User, User.id == EventFeedback.user_id)
        .where(Event.client_id == client.id, EventFeedback.business_id == actor.business_id)
    )
    total = db.session.scalar(said.with_only_columns(func.count(), maintain_column_froms=True))
    rows = db.session.execute(part_of(said, ORDER, query))
    opinions = [
        Opinion(
            id=row.id,
            event_id=row.event_id,
            event_title=row.title,
            event_category=row.event_category,
            is_hidden=row.hidden_at is not None,
            user_name=row.name,
            verdict=row.verdict,
            category=row.category,
            note=row.note,
            updated_at=row.updated_at,
        )
        for row in rows
    ]
    return opinions, total or 0
