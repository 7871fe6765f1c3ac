"""What one user does with events: read, star, snooze, done, and each way back."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from webapp import clock
from webapp.errors import InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Event, EventUserState, Insight, Notification
from webapp.schemas.events import SnoozeInput
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.snoozing import snooze_until
from webapp.services.transactions import atomic


class StateChange(StrEnum):
    """What can be done with an event, by the user for themselves alone."""

    READ = "read"
    UNREAD = "unread"
    STAR = "star"
    UNSTAR = "unstar"
    SNOOZE = "snooze"
    UNSNOOZE = "unsnooze"
    DONE = "done"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Changed:
    """Which events were changed. `stamp` finds them again for Undo; None where there is none."""

    ids: tuple[uuid.UUID, ...]
    stamp: datetime | None


_UNDONE_BY: dict[StateChange, tuple[InstrumentedAttribute[datetime | None], ...]] = {
    StateChange.READ: (EventUserState.read_at,),
    StateChange.STAR: (EventUserState.starred_at,),
    StateChange.SNOOZE: (EventUserState.snoozed_until,),
    StateChange.DONE: (EventUserState.done_at, EventUserState.read_at),
}
"""The columns that a change sets to its stamp: Undo empties them where they still hold it."""
_SETTLES = {StateChange.READ, StateChange.DONE}
"""Changes after which the inbox item about the event is read too."""


class EventStateService:
    """Keeps, per user, what was done with each event."""

    def change(
        self, actor: Actor, event_id: uuid.UUID, change: StateChange, *, snooze: SnoozeInput
    ) -> EventUserState:
        """Change one event and return its state; NotFoundError if it is not of the business."""
        with atomic() as session:
            if not self.change_many(actor, [event_id], change, snooze=snooze).ids:
                raise NotFoundError("There is no event with this id.")
            state = session.get_one(EventUserState, (event_id, actor.user_id))
            session.refresh(state)
        return state

    def change_many(
        self,
        actor: Actor,
        event_ids: Sequence[uuid.UUID],
        change: StateChange,
        *,
        snooze: SnoozeInput,
    ) -> Changed:
        """Change those events that are of the business; unknown ones are left out.

        A constant number of statements, however many events.
        """
        actor.require(Permission.CHANGE_OWN_STATE)
        stamp = _stamp(actor, change, snooze)
        with atomic() as session:
            known = list(session.scalars(_owned_ids(actor, event_ids)))
            _ensure_rows(actor, known)
            session.execute(
                update(EventUserState)
                .where(EventUserState.user_id == actor.user_id, EventUserState.event_id.in_(known))
                .values(_values(change, stamp))
                .execution_options(synchronize_session=False)
            )
            if change in _SETTLES:
                _settle_notifications(actor, known)
        return Changed(tuple(known), stamp if change in _UNDONE_BY else None)

    def undo(self, actor: Actor, change: StateChange, stamp: datetime) -> int:
        """Take back what one change did, and nothing else; returns how many events that were.

        An event that was read before it was marked done stays read.
        """
        actor.require(Permission.CHANGE_OWN_STATE)
        undone = 0
        with atomic() as session:
            for column in _UNDONE_BY.get(change, ()):
                result: Any = session.execute(
                    update(EventUserState)
                    .where(EventUserState.user_id == actor.user_id, column == stamp)
                    .values({column: None})
                    .execution_options(synchronize_session=False)
                )
                undone = max(undone, result.rowcount)
        return undone

    def tick_actions(
        self, actor: Actor, event_id: uuid.UUID, numbers: Collection[int]
    ) -> EventUserState:
        """Set which recommended actions, counted from 0, the actor has ticked."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            event = get_owned(Event, event_id, actor.business_id)
            actions = session.scalar(
                select(Insight.recommended_actions).where(Insight.event_id == event.id)
            )
            if not set(numbers) <= set(range(len(actions or []))):
                raise InvalidInputError.of("action", "This event has no such action.")
            _ensure_rows(actor, [event.id])
            state = session.get_one(EventUserState, (event.id, actor.user_id))
            state.actions_done = sorted(set(numbers))
        return state


def _owned_ids(actor: Actor, event_ids: Sequence[uuid.UUID]) -> Any:  # noqa: ANN401 -- a select of ids
    return select(Event.id).where(
        Event.business_id == actor.business_id, Event.id.in_(set(event_ids))
    )


def _stamp(actor: Actor, change: StateChange, snooze: SnoozeInput) -> datetime:
    """Return the time that the change writes; a snooze's end is made as unique as a moment is."""
    now = clock.now()
    if change is not StateChange.SNOOZE:
        return now
    return snooze_until(snooze, actor.zone).replace(microsecond=now.microsecond)


def _values(change: StateChange, stamp: datetime) -> Mapping[str, Any]:
    read = func.coalesce(EventUserState.read_at, stamp)
    values: dict[StateChange, dict[str, Any]] = {
        StateChange.READ: {"read_at": read},
        StateChange.UNREAD: {"read_at": None},
        StateChange.STAR: {"starred_at": func.coalesce(EventUserState.starred_at, stamp)},
        StateChange.UNSTAR: {"starred_at": None},
        StateChange.SNOOZE: {"snoozed_until": stamp},
        StateChange.UNSNOOZE: {"snoozed_until": None},
        StateChange.DONE: {
            "done_at": func.coalesce(EventUserState.done_at, stamp),
            "read_at": read,
        },
        StateChange.REOPEN: {"done_at": None},
    }
    return values[change]


def _ensure_rows(actor: Actor, event_ids: Sequence[uuid.UUID]) -> None:
    """Make the state rows that are missing; another request may be doing the same."""
    rows = [
        {
            "event_id": event_id,
            "user_id": actor.user_id,
            "business_id": actor.business_id,
            "actions_done": [],
        }
        for event_id in event_ids
    ]
    if not rows:
        return
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    make: Any = sqlite.insert if is_sqlite else postgresql.insert
    db.session.execute(make(EventUserState).on_conflict_do_nothing(), rows)


def _settle_notifications(actor: Actor, event_ids: Sequence[uuid.UUID]) -> None:
    db.session.execute(
        update(Notification)
        .where(
            Notification.user_id == actor.user_id,
            Notification.business_id == actor.business_id,
            Notification.event_id.in_(event_ids),
            Notification.read_at.is_(None),
        )
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )
