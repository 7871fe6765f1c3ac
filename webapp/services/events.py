"""Events as users see them: the list, one event with its grounds, counts and decisions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from webapp.enums import CategoryGroup, MemberRole, RawOutcome
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import (
    ClientMember,
    Event,
    EventFeedback,
    EventRawData,
    EventUserState,
    Insight,
    NotificationDecision,
    RawDataSighting,
    User,
)
from webapp.schemas.events import EventListQuery, EventStatus
from webapp.services import event_filters
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.event_chapters import Chapter, chapters_of
from webapp.services.event_order import order_of, sorted_by
from webapp.services.event_rows import EventRow, read_rows, with_state
from webapp.services.event_states import EventStateService
from webapp.services.event_totals import total_of
from webapp.services.exclusions import ExclusionService
from webapp.services.feedback import FeedbackService
from webapp.services.list_order import part_of


@dataclass(frozen=True)
class EventSource:
    """A report that an event rests on, with the further sources that brought the same."""

    raw: EventRawData
    sightings: tuple[RawDataSighting, ...]


@dataclass(frozen=True)
class Decision:
    """A row of the notification ledger with its user's name."""

    row: NotificationDecision
    user_name: str


@dataclass(frozen=True)
class EventDetail:
    """Everything about one event that a page or answer shows."""

    event: Event
    state: EventUserState | None
    insight: Insight | None
    sources: tuple[EventSource, ...]
    decisions: tuple[Decision, ...]
    feedback: EventFeedback | None
    owners: tuple[str, ...]
    chapters: tuple[Chapter, ...] = ()

    @property
    def row(self) -> EventRow:
        """The event as its row in a list."""
        reports = sum(1 + len(each.sightings) for each in self.sources)
        return EventRow(self.event, self.state, max(reports, 1))


@dataclass(frozen=True)
class EventCounts:
    """How many events of the inbox stand where, for the chips above the list."""

    inbox: int
    unread: int
    assigned: int
    risk: int
    expansion: int


class EventService:
    """Reads events for users; `states`, `feedback` and `exclusions` keep what they do."""

    def __init__(self) -> None:
        self.states = EventStateService()
        self.exclusions = ExclusionService()
        self.feedback = FeedbackService(self.exclusions)

    def list(self, actor: Actor, query: EventListQuery) -> tuple[list[EventRow], int]:
        """Return one part of the filtered list and the number of all that match: two queries."""
        actor.require(Permission.VIEW)
        found = with_state(actor).where(*event_filters.conditions(actor, query))
        total = total_of(actor, query, found)
        with_client = found.options(contains_eager(Event.client))
        page = part_of(with_client, order_of(query.sort, actor.zone), query)
        return read_rows(page), total

    def ids(self, actor: Actor, query: EventListQuery, *, most: int) -> Sequence[uuid.UUID]:
        """Return the ids of all events that match, at most so many, for a change of them all."""
        actor.require(Permission.VIEW)
        found = with_state(actor).where(*event_filters.conditions(actor, query))
        ordered = found.order_by(*sorted_by(query.sort, actor.zone)).limit(most)
        return [event_id for (event_id,) in db.session.execute(_only_ids(ordered))]

    def counts(self, actor: Actor) -> EventCounts:
        """Count the visible events of the actor's inbox in one query."""
        actor.require(Permission.VIEW)
        unread = event_filters.has_status(EventStatus.UNREAD)
        inbox = event_filters.has_status(EventStatus.INBOX)
        group = event_filters.in_group
        columns = (
            func.count(),
            func.count().filter(unread),
            func.count().filter(event_filters.assigned_to(actor.user_id)),
            func.count().filter(group(CategoryGroup.RISK)),
            func.count().filter(group(CategoryGroup.EXPANSION)),
        )
        query = with_state(actor).where(event_filters.visible(), inbox)
        row = db.session.execute(query.with_only_columns(*columns, maintain_column_froms=True))
        return EventCounts(*row.one())

    def unread_count(self, actor: Actor) -> int:
        """Count the unread events of the actor's inbox."""
        return self.counts(actor).unread

    def detail(self, actor: Actor, event_id: uuid.UUID) -> EventDetail:
        """Return one event with its insight, sources, decisions and the actor's own marks.

        Raises NotFoundError for an event of another business or a hidden one.
        """
        actor.require(Permission.VIEW)
        query = (
            with_state(actor)
            .where(Event.id == event_id, Event.hidden_at.is_(None))
            .options(contains_eager(Event.client), joinedload(Event.insight))
        )
        found = db.session.execute(query).one_or_none()
        if found is None:
            raise NotFoundError("There is no event with this id.")
        event, state = found
        return EventDetail(
            event=event,
            state=state,
            insight=event.insight,
            sources=_sources(event),
            decisions=tuple(self._decisions(actor, event.id)),
            feedback=self.feedback.of(actor, event.id),
            owners=_owners(event),
            chapters=chapters_of(event),
        )

    def decisions(self, actor: Actor, event_id: uuid.UUID) -> Sequence[Decision]:
        """Return why users were or were not told: the actor's own rows, or all for a manager."""
        actor.require(Permission.VIEW)
        return self._decisions(actor, get_owned(Event, event_id, actor.business_id).id)

    def _decisions(self, actor: Actor, event_id: uuid.UUID) -> Sequence[Decision]:
        query = (
            scoped(NotificationDecision, actor.business_id)
            .add_columns(User.name)
            .join(User, User.id == NotificationDecision.user_id)
            .where(NotificationDecision.event_id == event_id)
            .order_by(User.name, User.id, NotificationDecision.channel.desc())
        )
        if not actor.can(Permission.VIEW_TEAM_DECISIONS):
            query = query.where(NotificationDecision.user_id == actor.user_id)
        return [Decision(row, name) for row, name in db.session.execute(query)]


def _only_ids(query: Select[Any]) -> Select[Any]:
    return query.with_only_columns(Event.id, maintain_column_froms=True)


def _owners(event: Event) -> tuple[str, ...]:
    """Return the names of those who look after the client, its owner first."""
    names = db.session.execute(
        select(User.name, ClientMember.role)
        .join(ClientMember, ClientMember.user_id == User.id)
        .where(ClientMember.client_id == event.client_id, User.business_id == event.business_id)
        .order_by(User.name, User.id)
    ).all()
    return tuple(name for name, role in sorted(names, key=lambda row: row[1] != MemberRole.OWNER))


def _sources(event: Event) -> tuple[EventSource, ...]:
    """Load the raw rows behind an event, its own first, and their sightings: two queries."""
    rows = db.session.scalars(
        scoped(EventRawData, event.business_id)
        .where(EventRawData.processed_into_event_id == event.id)
        .order_by(
            EventRawData.outcome != RawOutcome.CREATED,
            EventRawData.created_at,
            EventRawData.id,
        )
    ).all()
    sightings: dict[uuid.UUID, list[RawDataSighting]] = {}
    found = db.session.scalars(
        select(RawDataSighting)
        .where(RawDataSighting.raw_data_id.in_([row.id for row in rows]))
        .order_by(RawDataSighting.created_at, RawDataSighting.id)
    )
    for sighting in found:
        sightings.setdefault(sighting.raw_data_id, []).append(sighting)
    return tuple(EventSource(row, tuple(sightings.get(row.id, ()))) for row in rows)
