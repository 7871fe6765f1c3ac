"""What a user was not told of at all, and what happens when they say "I wanted this"."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete
from sqlalchemy.orm import contains_eager

from webapp.enums import Channel, FeedbackVerdict
from webapp.errors import ConflictError
from webapp.extensions import db
from webapp.models import Client, Event, Notification, NotificationDecision
from webapp.models.base import insert_or_ignore
from webapp.schemas.feedback import FeedbackInput
from webapp.services import event_filters
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.exclusions import ExclusionService
from webapp.services.feedback import FeedbackService
from webapp.services.keyset import MAX_COUNTED, Place, counted_up_to
from webapp.services.notification_rows import event_item, item_key
from webapp.services.transactions import atomic


@dataclass(frozen=True)
class HeldBack:
    """An event that a user was told of over no channel, with the decision that says why."""

    event: Event
    decision: NotificationDecision


@dataclass(frozen=True)
class HeldBackPage:
    """Some of them, newest first; `next` is where the list goes on, None at its end."""

    rows: Sequence[HeldBack]
    next: Place | None


class HeldBackService:
    """Answers "what did you keep from me?" and takes "I wanted this" as an opinion."""

    def __init__(self) -> None:
        self._feedback = FeedbackService(ExclusionService())

    def page(self, actor: Actor, *, before: Place | None, limit: int) -> HeldBackPage:
        """Return one part of the list: one query, as quick at the end as at the top."""
        actor.require(Permission.VIEW)
        found = _held(actor).options(contains_eager(NotificationDecision.event, Event.client))
        if before is not None:
            found = found.where(
                before.below(NotificationDecision.created_at, NotificationDecision.id)
            )
        newest_first = (NotificationDecision.created_at.desc(), NotificationDecision.id.desc())
        rows = db.session.scalars(found.order_by(*newest_first).limit(limit + 1)).all()
        shown = rows[:limit]
        end = Place(shown[-1].created_at, shown[-1].id) if len(rows) > limit else None
        return HeldBackPage([HeldBack(row.event, row) for row in shown], end)

    def count(self, actor: Actor) -> int:
        """Count them, up to `MAX_COUNTED`."""
        actor.require(Permission.VIEW)
        newest = _held(actor).order_by(NotificationDecision.created_at.desc())
        return counted_up_to(newest.with_only_columns(NotificationDecision.id), MAX_COUNTED)

    def want(self, actor: Actor, event_id: uuid.UUID) -> NotificationDecision:
        """Note that the actor wanted to hear of an event, and put it into their inbox after all.

        The opinion teaches calibration. ConflictError where the event was not held back.
        """
        actor.require(Permission.GIVE_FEEDBACK)
        with atomic():
            event = get_owned(Event, event_id, actor.business_id)
            decision = db.session.scalar(_held(actor).where(Event.id == event_id))
            if decision is None:
                raise ConflictError("This event was not held back from you.")
            self._feedback.give(actor, event.id, FeedbackInput(verdict=FeedbackVerdict.WANTED))
            decision.is_held_back = False
            why = f"you wanted this; it was held back: {decision.reason}"
            item = event_item(event, actor.user_id, why)
            insert_or_ignore(Notification, [item], conflict=("user_id", "dedupe_key"))
        return decision

    def unwant(self, actor: Actor, event_id: uuid.UUID) -> None:
        """Take "I wanted this" back: opinion, inbox item and all."""
        actor.require(Permission.GIVE_FEEDBACK)
        with atomic() as session:
            event = get_owned(Event, event_id, actor.business_id)
            given = self._feedback.of(actor, event.id)
            if given is None or given.verdict is not FeedbackVerdict.WANTED:
                raise ConflictError("You did not say that you wanted this event.")
            self._feedback.take_back(actor, event.id)
            session.execute(
                delete(Notification).where(
                    Notification.business_id == actor.business_id,
                    Notification.user_id == actor.user_id,
                    Notification.dedupe_key == item_key(event.id),
                )
            )
            for decision in session.scalars(_first(actor, event.id)):
                decision.is_held_back = True


def _held(actor: Actor) -> Select[NotificationDecision]:
    return (
        scoped(NotificationDecision, actor.business_id)
        .join(Event, Event.id == NotificationDecision.event_id)
        .join(Client, Client.id == Event.client_id)
        .where(
            NotificationDecision.user_id == actor.user_id,
            NotificationDecision.is_held_back,
            event_filters.visible(),
        )
    )


def _first(actor: Actor, event_id: uuid.UUID) -> Select[NotificationDecision]:
    """Select the row of the ledger that says whether an event was held back."""
    return scoped(NotificationDecision, actor.business_id).where(
        NotificationDecision.event_id == event_id,
        NotificationDecision.user_id == actor.user_id,
        NotificationDecision.channel == Channel.IN_APP,
    )
