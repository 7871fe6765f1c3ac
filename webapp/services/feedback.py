"""What users say of events: one opinion a user and event, the last one counts."""

import uuid

from sqlalchemy import Select, select

from webapp.enums import FeedbackVerdict
from webapp.errors import InvalidInputError
from webapp.extensions import db
from webapp.models import Event, EventFeedback
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.schemas.events import FeedbackInput
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.transactions import atomic


class FeedbackService:
    """Keeps what users say of events."""

    def give(self, actor: Actor, event_id: uuid.UUID, body: FeedbackInput) -> EventFeedback:
        """Store the actor's opinion of an event in the place of an earlier one."""
        actor.require(Permission.GIVE_FEEDBACK)
        _check(body)
        with atomic() as session:
            event = get_owned(Event, event_id, actor.business_id)
            row = {
                "id": new_uuid(),
                "event_id": event.id,
                "user_id": actor.user_id,
                "business_id": actor.business_id,
                "verdict": body.verdict,
            }
            insert_or_ignore(EventFeedback, [row], conflict=("event_id", "user_id"))
            feedback = session.scalars(_of(actor, event.id)).one()
            feedback.verdict = body.verdict
            feedback.category = body.category
            feedback.note = body.note or None
        return feedback

    def take_back(self, actor: Actor, event_id: uuid.UUID) -> None:
        """Remove the actor's opinion of an event, if there is one."""
        actor.require(Permission.GIVE_FEEDBACK)
        with atomic() as session:
            event = get_owned(Event, event_id, actor.business_id)
            feedback = session.scalar(_of(actor, event.id))
            if feedback is not None:
                session.delete(feedback)

    def of(self, actor: Actor, event_id: uuid.UUID) -> EventFeedback | None:
        """Return the actor's opinion of an event, if there is one."""
        return db.session.scalar(_of(actor, event_id))


def _of(actor: Actor, event_id: uuid.UUID) -> Select[EventFeedback]:
    return select(EventFeedback).where(
        EventFeedback.event_id == event_id,
        EventFeedback.user_id == actor.user_id,
        EventFeedback.business_id == actor.business_id,
    )


def _check(body: FeedbackInput) -> None:
    if body.category is not None and body.verdict is not FeedbackVerdict.WRONG_CATEGORY:
        raise InvalidInputError.of("category", "Only `wrong_category` names the right category.")
