"""The story that an event belongs to, as users see it: its events in the order of telling."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import Event


@dataclass(frozen=True)
class Chapter:
    """One event of a story. `change_note` says what was new; None for the first."""

    event_id: uuid.UUID
    title: str
    change_note: str | None
    publisher: str | None
    url: str
    created_at: datetime


def chapters_of(event: Event) -> tuple[Chapter, ...]:
    """Return all events of the event's story, the event itself included, oldest first.

    Hidden ones are left out. Empty where the story has no other event: one query, or none.
    """
    if event.story_id is None:
        return ()
    rows = db.session.execute(
        select(
            Event.id,
            Event.title,
            Event.change_note,
            Event.publisher,
            Event.url,
            Event.created_at,
        )
        .where(
            Event.business_id == event.business_id,
            Event.story_id == event.story_id,
            Event.hidden_at.is_(None),
        )
        .order_by(Event.created_at, Event.id)
    ).all()
    return tuple(Chapter(*row) for row in rows) if len(rows) > 1 else ()
