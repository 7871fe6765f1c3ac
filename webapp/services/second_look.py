"""Events that rules judged while no model answered: a model judges them once one is back.

The verdict of the rules holds until then, and people were told of it. Nobody is told twice: only
who was held back by the rules' verdict hears of the event if the model's lets it pass.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import lazyload

from webapp import clock
from webapp.config import Settings
from webapp.enums import AIName, Category, Provenance, RawOutcome
from webapp.extensions import db
from webapp.models import Event, EventRawData, EventRevision
from webapp.models.base import new_uuid, rows_changed
from webapp.providers.base import SearchTarget
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_calls import Caller
from webapp.services.ai_processor import AIProcessorService
from webapp.services.calibrated import calibrated
from webapp.services.classify_requests import classify_request
from webapp.services.client_records import ClientRecords
from webapp.services.event_columns import verdict_columns
from webapp.services.event_creation import Created
from webapp.services.exclusions import lock_client
from webapp.services.judged import JudgedBatch, JudgedItem
from webapp.services.paid_judging import PaidJudging
from webapp.services.preferences import UserPreferenceService
from webapp.services.raw_rows import RawItem, raw_item_of
from webapp.services.run_context import RunContext
from webapp.services.search_aggregator import SearchAggregatorService, SearchOutcome
from webapp.services.search_targets import read_client, target_of
from webapp.services.transactions import atomic, snapshot
from webapp.services.trials.rows import EventNow, read_events
from webapp.services.trials.telling import Telling
from webapp.services.trials.told import TrialTold
from webapp.services.trials.verdicts import as_json

MAX_AGE = timedelta(days=7)
"""What is older is no news: its verdict stays."""
MAX_LOOKS = 3
"""How often models may answer with nothing of use about one event."""
MOST = 28
"""Events of a client that one run looks at: one question."""


def awaits_second_look() -> ColumnElement[bool]:
    """Return the condition that a model should still judge an event."""
    return (
        Event.classified_by_fallback.is_(True)
        & (Event.classified_by == AIName.RULES)
        & (Event.provenance != Provenance.SIMULATED)
        # What the CRM adds to a report no model can see
        & (Event.category != Category.CHAMPION_MOVED)
        & Event.hidden_at.is_(None)
        & (Event.second_looks < MAX_LOOKS)
        & (Event.created_at > clock.now() - MAX_AGE)
    )


class SecondLook:
    """Judges one client's events anew, as a client of a run."""

    def __init__(
        self,
        *,
        ai: AIProcessorService,
        accounts: AiAccounts,
        search: SearchAggregatorService,
        preferences: UserPreferenceService,
        told: TrialTold,
        records: ClientRecords,
        settings: Settings,
    ) -> None:
        self._ai = ai
        self._accounts = accounts
        self._judging = PaidJudging(ai=ai, accounts=accounts)
        self._search = search
        self._preferences = preferences
        self._told = told
        self._records = records
        self._max_mails = settings.max_instant_mails_per_day

    def process(self, context: RunContext, client_id: uuid.UUID) -> None:
        """Ask about what waits of a client, write what came of it, and mark the client done."""
        began = clock.monotonic()
        with snapshot():
            client, exclusions = read_client(client_id)
            target = target_of(client, gdelt_enabled=False, exclusions=exclusions)
            waiting = _waiting(client_id)
        batch = self._judging.classify(
            classify_request(target, list(waiting.values())),
            business_id=context.business_id,
            limits=context.limits,
            is_free=False,
        )
        self._ai.note_health(context.business_id, batch.calls, batch.failures)
        batch = calibrated(batch, context.shifts, client.tier)
        with atomic():
            lock_client(client_id)
            told = self._rewrite(context, target, waiting, batch)
            created = Created(notifications=told)
            self._records.note_events(context, client_id, created, batch.calls)
            self._records.finish(
                context,
                client_id,
                SearchOutcome((), ()),
                notices=batch.notices,
                degraded=bool(batch.failures),
                seconds=clock.monotonic() - began,
            )
            caller = Caller(context.business_id, client_id, context.run_id)
            self._accounts.book(
                batch.calls, caller, limits=context.limits, allowances=[batch.allowance]
            )

    def _rewrite(
        self,
        context: RunContext,
        target: SearchTarget,
        waiting: Mapping[uuid.UUID, RawItem],
        batch: JudgedBatch,
    ) -> int:
        """Write each verdict of a model; returns how many people are told in addition."""
        telling = Telling(
            context.audience,
            has_live_sources=bool(self._search.configured_sources(target)),
            mails_today=dict(self._preferences.instant_mails_today(context.audience)),
            max_mails=self._max_mails,
        )
        told = 0
        now = read_events(_still_waiting(waiting))
        for event_id, item in waiting.items():
            event, found = now.get(event_id), batch.items.get(str(item.id))
            if event is None or found is None:
                continue
            if found.provider is AIName.RULES:
                _count_look(event_id, counts=not batch.failures and bool(batch.calls))
            else:
                told += self._write(context, telling, event, item=item, found=found)
        return told

    def _write(
        self,
        context: RunContext,
        telling: Telling,
        event: EventNow,
        *,
        item: RawItem,
        found: JudgedItem,
    ) -> int:
        columns = verdict_columns(item, found)
        revision = EventRevision(
            id=new_uuid(),
            business_id=context.business_id,
            event_id=event.id,
            before=event.verdict,
        )
        db.session.add(revision)
        change = update(Event).where(Event.id == event.id)
        rows_changed(change.values(**columns, updated_at=clock.now()))
        db.session.flush()
        return self._told.of_second_look(telling, event, as_json(columns), revision=revision.id)


def _waiting(client_id: uuid.UUID) -> dict[uuid.UUID, RawItem]:
    """Return the client's events that wait, newest first, each with the row it was made from."""
    query = (
        select(Event.id, EventRawData)
        .join(EventRawData, EventRawData.processed_into_event_id == Event.id)
        .where(
            Event.client_id == client_id,
            EventRawData.outcome == RawOutcome.CREATED,
            awaits_second_look(),
        )
        .order_by(Event.created_at.desc(), Event.id)
        .limit(MOST)
    )
    return {event_id: raw_item_of(raw) for event_id, raw in db.session.execute(query)}


def _still_waiting(waiting: Mapping[uuid.UUID, Any]) -> Sequence[uuid.UUID]:
    """Return which of these nobody judged or hid while the model was asked."""
    query = select(Event.id).where(Event.id.in_(list(waiting)), awaits_second_look())
    return db.session.scalars(query.options(lazyload("*"))).all()


def _count_look(event_id: uuid.UUID, *, counts: bool) -> None:
    """Count a look at which a model answered, though nothing of use; an outage is none."""
    if counts:
        looks = update(Event).where(Event.id == event_id)
        rows_changed(
            looks.values(
                second_looks=func.coalesce(Event.second_looks, 0) + 1,
                updated_at=Event.updated_at,
            )
        )
