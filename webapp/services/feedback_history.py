"""What a team said of a client's events: the client's history of opinions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from webapp.enums import Category, FeedbackVerdict
from webapp.extensions import db
from webapp.models import Client, Event, EventFeedback, User
from webapp.services.access import Actor, Permission, get_owned


@dataclass(frozen=True)
class Opinion:
    """What one user said of one event; an event that is hidden now can no longer be opened."""

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
    actor: Actor, client_id: uuid.UUID, *, skip: int = 0, limit: int = 50
) -> tuple[Sequence[Opinion], int]:
    """Return a part of what was said of a client's events, latest first, and how much there is.

    Raises NotFoundError for a client of another business.
    """
    actor.require(Permission.VIEW)
    client = get_owned(Client, client_id, actor.business_id)
    said = (
        select(
            *(Event.id, Event.title, Event.category.label("event_category"), Event.hidden_at),
            *(User.name, EventFeedback.verdict, EventFeedback.category, EventFeedback.note),
            EventFeedback.updated_at,
        )
        .join_from(EventFeedback, Event, Event.id == EventFeedback.event_id)
        .join(User, User.id == EventFeedback.user_id)
        .where(Event.client_id == client.id, EventFeedback.business_id == actor.business_id)
    )
    total = db.session.scalar(said.with_only_columns(func.count(), maintain_column_froms=True))
    page = said.order_by(EventFeedback.updated_at.desc(), EventFeedback.id.desc())
    rows = db.session.execute(page.offset(skip).limit(limit))
    opinions = [
        Opinion(
            event_id=row.id,
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
