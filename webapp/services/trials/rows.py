"""The rows of one client of a trial, as they stand when they are judged."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from webapp.enums import RawOutcome, TrialKind, Verdict
from webapp.extensions import db
from webapp.models import Event, EventRawData, NotificationDecision, ReprocessTrialItem
from webapp.services.raw_rows import RawItem, raw_item_of
from webapp.services.trials.verdicts import verdict_of

GONE = "The raw data of this row is gone."
OPEN = "It waits to be judged by its client's next run."
FOLDED = "It repeats an event and is judged with that."


@dataclass(frozen=True)
class EventNow:
    """An event as it stands: its verdict, and what was decided about telling it."""

    id: uuid.UUID
    verdict: dict[str, Any]
    decided: dict[tuple[int, str], Verdict]


@dataclass(frozen=True)
class TrialRow:
    """A row to judge."""

    item_id: uuid.UUID
    raw: RawItem
    state: dict[str, Any]
    """What the row says became of it, to be found unchanged when the trial is adopted."""


@dataclass(frozen=True)
class EventRow(TrialRow):
    """A row to judge that became an event."""

    event: EventNow


@dataclass
class ClientRows:
    """A client's rows: those to judge, and those that cannot be, with why."""

    events: list[EventRow] = field(default_factory=list)
    others: list[TrialRow] = field(default_factory=list)
    left_out: dict[uuid.UUID, str] = field(default_factory=dict)

    @property
    def item_of(self) -> dict[uuid.UUID, uuid.UUID]:
        """Which item each raw row stands for."""
        return {row.raw.id: row.item_id for row in (*self.events, *self.others)}


def read_rows(trial_id: uuid.UUID, client_id: uuid.UUID) -> ClientRows:
    """Read what a trial still has to judge of a client, newest first: three queries."""
    pairs: Sequence[Any] = db.session.execute(
        select(ReprocessTrialItem.id, EventRawData)
        .outerjoin(EventRawData, EventRawData.id == ReprocessTrialItem.raw_data_id)
        .where(
            ReprocessTrialItem.trial_id == trial_id,
            ReprocessTrialItem.client_id == client_id,
            ReprocessTrialItem.kind == TrialKind.WAITING,
        )
        .order_by(EventRawData.created_at.desc(), EventRawData.id.desc())
    ).all()
    events = read_events([raw.processed_into_event_id for _, raw in pairs if raw is not None])
    rows = ClientRows()
    for item_id, raw in pairs:
        _put(rows, item_id, raw, events)
    return rows


def read_events(ids: Sequence[uuid.UUID | None]) -> dict[uuid.UUID, EventNow]:
    """Return the visible ones of some events as they stand: two queries."""
    wanted = [each for each in ids if each is not None]
    shown = (
        select(Event)
        .where(Event.id.in_(wanted), Event.hidden_at.is_(None))
        .options(lazyload(Event.client))
    )
    decided = select(NotificationDecision).where(NotificationDecision.event_id.in_(wanted))
    past: dict[uuid.UUID, dict[tuple[int, str], Verdict]] = {}
    for row in db.session.scalars(decided):
        past.setdefault(row.event_id, {})[row.user_id, row.channel] = row.verdict
    return {
        event.id: EventNow(event.id, verdict_of(event), past.get(event.id, {}))
        for event in db.session.scalars(shown.execution_options(populate_existing=True))
    }


def state_of(raw: EventRawData) -> dict[str, Any]:
    """Return what a row says became of it."""
    return {
        "outcome": raw.outcome.value if raw.outcome else None,
        "is_processed": raw.is_processed,
        "collect_only": raw.collect_only,
    }


def _put(
    rows: ClientRows,
    item_id: uuid.UUID,
    raw: EventRawData | None,
    events: dict[uuid.UUID, EventNow],
) -> None:
    if raw is None:
        rows.left_out[item_id] = GONE
    elif raw.processed_into_event_id is not None:
        event = events.get(raw.processed_into_event_id)
        if event is None or raw.outcome is not RawOutcome.CREATED:
            rows.left_out[item_id] = FOLDED
        else:
            rows.events.append(EventRow(item_id, raw_item_of(raw), state_of(raw), event))
    elif not raw.is_processed and not raw.collect_only:
        rows.left_out[item_id] = OPEN
    else:
        rows.others.append(TrialRow(item_id, raw_item_of(raw), state_of(raw)))
