"""What a calibration would have changed lately, told before anybody switches it on.

Each event of the last month is held against every user's own wishes, with the relevance that it
had and with the one that it would have had, through the rules that decide in earnest.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from webapp import clock
from webapp.enums import (
    Category,
    CategoryGroup,
    Provenance,
    Severity,
    SimulationReason,
    Verdict,
)
from webapp.extensions import db
from webapp.models import Client, Event, EventFeedback, User
from webapp.services.calibrated import judged_relevance
from webapp.services.calibration_formula import Shifts
from webapp.services.calibration_votes import USEFUL, is_heard
from webapp.services.event_filters import visible
from webapp.services.notification_audience import Audience, load_audience
from webapp.services.notification_case import NotifyContext
from webapp.services.notification_rules import decide

DAYS = 30
_COLUMNS: tuple[Any, ...] = (
    *(Event.id, Event.title, Event.client_id, Event.category, Event.group, Event.severity),
    *(Event.relevance_score, Event.relevance_factors, Event.sentiment_score, Event.provenance),
    *(Event.simulation_reason, Event.publisher, Event.created_at),
    *(Client.name.label("client_name"), Client.tier),
)


@dataclass(frozen=True)
class Told:
    """An event as the rules of telling read it."""

    client_id: uuid.UUID
    category: Category
    severity: Severity
    relevance_score: float
    sentiment_score: float
    provenance: Provenance
    simulation_reason: SimulationReason | None
    publisher: str | None


@dataclass(frozen=True)
class Moved:
    """An event whose relevance would have been another, and for whom that changes something."""

    event_id: uuid.UUID
    title: str
    client_name: str
    category: Category
    group: CategoryGroup
    created_at: datetime
    before: float
    after: float
    lost_for: tuple[str, ...]
    gained_for: tuple[str, ...]
    useful_for: tuple[str, ...]
    """Who marked it useful."""

    @property
    def is_lost_although_useful(self) -> bool:
        """Whether somebody would not hear of it although somebody found it useful."""
        return bool(self.lost_for and self.useful_for)

    @property
    def is_crossing(self) -> bool:
        """Whether anybody would be told of it who was not, or the other way round."""
        return bool(self.lost_for or self.gained_for)


@dataclass(frozen=True)
class Preview:
    """The last days as they would have looked: what moves, the most telling first."""

    since: datetime
    events: int
    moved: tuple[Moved, ...]
    insights_lost: int
    insights_gained: int

    @property
    def lost(self) -> int:
        """How many events would not have reached somebody whom they reached."""
        return sum(bool(each.lost_for) for each in self.moved)

    @property
    def gained(self) -> int:
        """How many events would have reached somebody whom they did not reach."""
        return sum(bool(each.gained_for) for each in self.moved)

    @property
    def lost_although_useful(self) -> int:
        """How many of the lost ones somebody marked useful."""
        return sum(each.is_lost_although_useful for each in self.moved)


def preview(business_id: uuid.UUID, shifts: Shifts, *, insight_threshold: float) -> Preview:
    """Compare the last 30 days as they were with what the shifts make of them: four queries."""
    since = clock.now() - timedelta(days=DAYS)
    rows = _events(business_id, since)
    audience = load_audience(business_id)
    names = _names(business_id)
    context = NotifyContext(has_live_sources=_has_live(rows))
    useful = _useful(business_id, since)
    moved = [
        _moved(row, after, crossing, useful.get(row.id, ()))
        for row, after in _after(rows, shifts)
        for crossing in [_crossing(row, after, audience, names, context)]
    ]
    lost = sum(each.before >= insight_threshold > each.after for each in moved)
    gained = sum(each.before < insight_threshold <= each.after for each in moved)
    return Preview(since, len(rows), tuple(sorted(moved, key=_weight)), lost, gained)


def _events(business_id: uuid.UUID, since: datetime) -> Sequence[Row[Any]]:
    query = (
        select(*_COLUMNS)
        .join_from(Event, Client, Client.id == Event.client_id)
        .where(Event.business_id == business_id, Event.created_at >= since, visible())
    )
    return db.session.execute(query).all()


def _names(business_id: uuid.UUID) -> dict[int, str]:
    query = select(User.id, User.name).where(User.business_id == business_id)
    return {row.id: row.name for row in db.session.execute(query)}


def _useful(business_id: uuid.UUID, since: datetime) -> dict[uuid.UUID, tuple[str, ...]]:
    """Return who marked which of the events useful."""
    query = (
        select(Event.id, User.name)
        .join_from(EventFeedback, Event, Event.id == EventFeedback.event_id)
        .join(User, User.id == EventFeedback.user_id)
        .where(
            Event.business_id == business_id,
            Event.created_at >= since,
            EventFeedback.verdict.in_(USEFUL),
            is_heard(),
        )
        .order_by(User.name, User.id)
    )
    found: dict[uuid.UUID, tuple[str, ...]] = {}
    for event_id, name in db.session.execute(query):
        found[event_id] = (*found.get(event_id, ()), name)
    return found


def _has_live(rows: Iterable[Row[Any]]) -> bool:
    return any(row.provenance is not Provenance.SIMULATED for row in rows)


def _after(rows: Iterable[Row[Any]], shifts: Shifts) -> Iterable[tuple[Row[Any], float]]:
    """Yield the events whose relevance would have been another, with that other one."""
    for row in rows:
        judged = judged_relevance(row.relevance_score, row.relevance_factors)
        after = shifts.shifted(judged, row.category, row.tier)
        if abs(after - row.relevance_score) > 1e-9:  # noqa: PLR2004 -- what floats may differ by
            yield row, after


def _crossing(
    row: Row[Any],
    after: float,
    audience: Audience,
    names: Mapping[int, str],
    context: NotifyContext,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who would not hear of the event any more, and who would in addition."""
    before = Told(
        *(row.client_id, row.category, row.severity, row.relevance_score),
        *(row.sentiment_score, row.provenance, row.simulation_reason),
        row.publisher,
    )
    then = replace(before, relevance_score=after)
    low, high = sorted((before.relevance_score, after))
    lost: list[str] = []
    gained: list[str] = []
    for user in audience.users:
        wishes = audience.preferences[user.id]
        if not low < wishes.relevance_threshold <= high:
            continue
        is_told, would_be = (
            any(
                decision.verdict is not Verdict.HOLD
                for decision in decide(
                    audience.case(event, user, context=context, at=row.created_at)
                )
            )
            for event in (before, then)
        )
        if is_told != would_be:
            (lost if is_told else gained).append(names[user.id])
    return tuple(lost), tuple(gained)


def _moved(
    row: Row[Any],
    after: float,
    crossing: tuple[tuple[str, ...], tuple[str, ...]],
    useful: tuple[str, ...],
) -> Moved:
    lost, gained = crossing
    return Moved(
        *(row.id, row.title, row.client_name, row.category, row.group, row.created_at),
        before=row.relevance_score,
        after=after,
        lost_for=lost,
        gained_for=gained,
        useful_for=useful,
    )


def _weight(moved: Moved) -> tuple[bool, bool, bool, float, str]:
    """Sort first what would be lost although useful, then what is lost, gained, moved most."""
    return (
        not moved.is_lost_although_useful,
        not moved.lost_for,
        not moved.gained_for,
        -abs(moved.after - moved.before),
        str(moved.event_id),
    )
