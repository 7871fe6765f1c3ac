"""What the opinions of a business teach: one vote an event, whoever clicked how often.

Only who may give an opinion today is heard, so a disabled user teaches nothing. An event speaks
by the majority of its opinions and is silent where they are even. What somebody called wrongly
categorised or another company's says nothing of how relevant its category is. Hidden
events never teach, invented ones only in the demo.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from webapp import clock
from webapp.enums import Category, FeedbackVerdict, Provenance
from webapp.extensions import db
from webapp.models import Business, Client, Event, EventFeedback, User
from webapp.services.access import PERMISSIONS, Permission
from webapp.services.calibration_formula import Vote

WINDOW = timedelta(days=180)
"""How long an opinion teaches; a team's taste changes."""
_WORTH = {
    FeedbackVerdict.USEFUL: 1,
    FeedbackVerdict.WANTED: 1,
    FeedbackVerdict.NOT_RELEVANT: -1,
}
USEFUL = tuple(verdict for verdict, worth in _WORTH.items() if worth > 0)
_HEARD = tuple(role for role, may in PERMISSIONS.items() if Permission.GIVE_FEEDBACK in may)
_COLUMNS: tuple[Any, ...] = (
    *(Event.id, Event.category, Client.tier),
    *(EventFeedback.verdict, EventFeedback.category.label("right")),
)


@dataclass(frozen=True)
class Correction:
    """That so many events of a category were said to be of another one."""

    category: Category
    right: Category
    events: int


@dataclass(frozen=True)
class Taught:
    """Everything that a team's opinions say, since when."""

    since: datetime
    votes: Sequence[Vote]
    corrections: Sequence[Correction]


def is_heard() -> ColumnElement[bool]:
    """Select, joined with users, the opinions of those who may give one today."""
    return and_(User.is_active, User.role.in_(_HEARD), User.business_id == Event.business_id)


def read_votes(business_id: uuid.UUID) -> Taught:
    """Read what the opinions of a business teach: one query."""
    since = clock.now() - WINDOW
    query = (
        select(*_COLUMNS)
        .join_from(EventFeedback, Event, Event.id == EventFeedback.event_id)
        .join(Client, Client.id == Event.client_id)
        .join(User, User.id == EventFeedback.user_id)
        .join(Business, Business.id == Event.business_id)
        .where(
            EventFeedback.business_id == business_id,
            Event.business_id == business_id,
            EventFeedback.updated_at >= since,
            # The demo has nothing but invented events to show this on
            or_(Event.provenance != Provenance.SIMULATED, Business.is_demo),
            Event.hidden_at.is_(None),
            is_heard(),
        )
    )
    by_event: dict[uuid.UUID, list[Row[Any]]] = {}
    for row in db.session.execute(query):
        by_event.setdefault(row.id, []).append(row)
    votes = [vote for rows in by_event.values() for vote in _votes_of(rows)]
    return Taught(since, votes, _corrections(by_event.values()))


def _votes_of(rows: Sequence[Row[Any]]) -> Iterable[Vote]:
    """Yield the vote of one event, if it has one."""
    if any(row.verdict not in _WORTH for row in rows):
        return
    balance = sum(_WORTH[row.verdict] for row in rows)
    if balance:
        yield Vote(rows[0].category, rows[0].tier, is_useful=balance > 0)


def _corrections(events: Iterable[Sequence[Row[Any]]]) -> list[Correction]:
    """Count each corrected event once, under what most of its users called right."""
    found: Counter[tuple[Category, Category]] = Counter()
    for rows in events:
        named = Counter(row.right for row in rows if row.right and row.right != row.category)
        if named:
            right, _ = min(named.items(), key=lambda item: (-item[1], item[0]))
            found[rows[0].category, right] += 1
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [Correction(category, right, count) for (category, right), count in ordered]
