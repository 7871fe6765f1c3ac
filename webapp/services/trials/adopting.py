"""Writing what a trial showed of one client: exactly that, or nothing where it has changed.

Everything of a client is one transaction that holds the trial's lease and the client's lock, and
each difference is marked in it. So a worker that dies leaves nothing half written, and whoever
takes over, or presses twice, finds what is done.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from webapp import clock
from webapp.enums import TrialAdoption, TrialKind
from webapp.extensions import db
from webapp.models import Event, EventRevision, ReprocessTrialItem
from webapp.models.base import rows_changed
from webapp.services.search_aggregator import SearchAggregatorService
from webapp.services.search_targets import read_client, target_of
from webapp.services.transactions import atomic
from webapp.services.trials.job import TrialJob
from webapp.services.trials.ledger import TrialLedger
from webapp.services.trials.new_events import NewEvents
from webapp.services.trials.rows import EventNow, read_events
from webapp.services.trials.told import TrialTold
from webapp.services.trials.verdicts import as_columns

EVENT_GONE = "The event is gone or hidden since."
EVENT_CHANGED = "The event was changed since the trial."
_MAX_NOTE = 300


@dataclass
class _Outcome:
    """What became of each difference, to be marked in the end."""

    done: dict[uuid.UUID, tuple[uuid.UUID, str | None]] = field(default_factory=dict)
    skipped: dict[uuid.UUID, str] = field(default_factory=dict)


class TrialAdopting:
    """Adopts a trial client by client."""

    def __init__(
        self,
        *,
        ledger: TrialLedger,
        search: SearchAggregatorService,
        told: TrialTold,
        new_events: NewEvents,
    ) -> None:
        self._ledger = ledger
        self._search = search
        self._told = told
        self._new_events = new_events

    def adopt_client(self, job: TrialJob, client_id: uuid.UUID) -> None:
        """Write everything that was shown of a client, in one commit. Raises LeaseLostError."""
        with atomic():
            self._ledger.hold(job.lease)
            client, exclusions = read_client(client_id)
            target = target_of(client, gdelt_enabled=False, exclusions=exclusions)
            telling = job.telling(has_live_sources=bool(self._search.configured_sources(target)))
            outcome = _Outcome()
            book = self._new_events.begin(target)
            items = _open(job.lease.trial_id, client_id)
            changed = [item for item in items if item.kind is TrialKind.CHANGED]
            now = read_events([item.event_id for item in changed])
            for item in changed:
                event = now.get(item.event_id) if item.event_id else None
                if event is None:
                    outcome.skipped[item.id] = EVENT_GONE
                elif event.verdict != item.before:
                    outcome.skipped[item.id] = EVENT_CHANGED
                else:
                    _rewrite(job, item, event)
                    note = self._told.of_changed(telling, item, event)
                    outcome.done[item.id] = (event.id, note)
            new = [item for item in items if item.kind is TrialKind.NEW_EVENT]
            made = self._new_events.make(book, new, business_id=job.business_id)
            outcome.skipped |= made.skipped
            for item, event_id in made.events:
                note = self._told.of_new(telling, item, event_id)
                outcome.done[item.id] = (event_id, note)
            _mark(outcome)

    def give_up_client(self, job: TrialJob, client_id: uuid.UUID, note: str) -> None:
        """Leave out what was not written of a client, with why."""
        with atomic():
            self._ledger.hold(job.lease)
            items = _open(job.lease.trial_id, client_id)
            _mark(_Outcome(skipped={item.id: note for item in items}))


def _open(trial_id: uuid.UUID, client_id: uuid.UUID) -> Sequence[ReprocessTrialItem]:
    """Return the differences of a client that nothing became of yet, in their order."""
    query = (
        select(ReprocessTrialItem)
        .where(
            ReprocessTrialItem.trial_id == trial_id,
            ReprocessTrialItem.client_id == client_id,
            ReprocessTrialItem.kind.in_((TrialKind.CHANGED, TrialKind.NEW_EVENT)),
            ReprocessTrialItem.adoption.is_(None),
        )
        .order_by(ReprocessTrialItem.place, ReprocessTrialItem.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def _rewrite(job: TrialJob, item: ReprocessTrialItem, event: EventNow) -> None:
    """Write an event's new verdict and keep the one that held until now."""
    db.session.add(
        EventRevision(
            business_id=job.business_id,
            event_id=event.id,
            trial_id=job.lease.trial_id,
            user_id=job.decided_by_user_id,
            before=event.verdict,
        )
    )
    values = as_columns(item.after or {})
    rows_changed(update(Event).where(Event.id == event.id).values(**values, updated_at=clock.now()))
    db.session.flush()


def _mark(outcome: _Outcome) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": item_id,
            "adoption": TrialAdoption.DONE,
            "event_id": event_id,
            "adoption_note": note[:_MAX_NOTE] if note else None,
        }
        for item_id, (event_id, note) in outcome.done.items()
    ]
    if rows:
        db.session.execute(update(ReprocessTrialItem), rows)
    left_out: list[dict[str, Any]] = [
        {"id": item_id, "adoption": TrialAdoption.SKIPPED, "adoption_note": note[:_MAX_NOTE]}
        for item_id, note in outcome.skipped.items()
    ]
    if left_out:
        db.session.execute(update(ReprocessTrialItem), left_out)
