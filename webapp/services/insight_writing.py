"""Insights for events that matter: asked for outside any transaction, saved in one.

A story gets one insight: reports that repeat it make no event, so they pay for none. A material
change is told by an event of its own and gets an insight of its own, as advice on "in talks to be
sold" is wrong once it is sold; what changed stands before the summary that the model reads.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import Provenance, RawOutcome
from webapp.models import Client, Event, EventRawData, Insight
from webapp.models.base import insert_or_ignore, new_uuid, run, table_of
from webapp.providers.base import ClassifyItem, CRMFacts, InsightAnswer, InsightRequest
from webapp.services.ai_processor import AiAnswer, AIProcessorService, CallRecord
from webapp.services.crm import CrmAnswer
from webapp.services.email import EmailService
from webapp.services.parallel import IoPool
from webapp.services.transactions import snapshot
from webapp.services.update_words import told_summary

OPEN_WINDOW = timedelta(days=7)
"""An event without its insight, as a crash leaves it, is caught up with this long."""
MAX_SOURCES = 5
"""Reports that the model reads of an event."""

_EVENTS, _CLIENTS, _RAW = table_of(Event).c, table_of(Client).c, table_of(EventRawData).c
_OPEN = (
    select(
        *(_EVENTS.id, _EVENTS.title, _EVENTS.summary, _EVENTS.change_note, _EVENTS.category),
        *(_EVENTS.sentiment_score, _EVENTS.relevance_score, _EVENTS.risk_level, _EVENTS.urgency),
        *(_EVENTS.provenance, _CLIENTS.name.label("client_name")),
    )
    .join_from(table_of(Event), table_of(Client), _CLIENTS.id == _EVENTS.client_id)
    .where(
        _EVENTS.client_id == bindparam("client"),
        _EVENTS.created_at >= bindparam("since"),
        _EVENTS.relevance_score >= bindparam("threshold"),
        _EVENTS.insight_done_at.is_(None),
        _EVENTS.hidden_at.is_(None),
    )
)
_DONE = (
    update(table_of(Event))
    .where(_EVENTS.id.in_(bindparam("events", expanding=True)))
    .values(insight_done_at=bindparam("now"))
)
_REPORTS = (
    select(
        *(_RAW.id, _RAW.processed_into_event_id, _RAW.title, _RAW.snippet),
        *(_RAW.publisher, _RAW.published_at),
    )
    .where(_RAW.processed_into_event_id.in_(bindparam("events", expanding=True)))
    .order_by(_RAW.outcome != RawOutcome.CREATED, _RAW.id)
)


@dataclass(frozen=True)
class Wanted:
    """An event that wants an insight, as plain values."""

    event_id: uuid.UUID
    request: InsightRequest
    is_simulated: bool


@dataclass(frozen=True)
class Written:
    """An insight that is to be saved."""

    event_id: uuid.UUID
    answer: AiAnswer[InsightAnswer]


class InsightWriting:
    """Finds the events of a client that want an insight, asks for it and saves it."""

    def __init__(
        self, *, ai: AIProcessorService, email: EmailService, pool: IoPool, settings: Settings
    ) -> None:
        self._ai = ai
        self._email = email
        self._pool = pool
        self._threshold = settings.insight_threshold

    def wanted(self, client_id: uuid.UUID) -> list[Wanted]:
        """Return the client's events that reach the threshold and have no insight."""
        wanted = {
            "client": client_id,
            "since": clock.now() - OPEN_WINDOW,
            "threshold": self._threshold,
        }
        with snapshot():
            events = run(_OPEN, wanted).all()
            sources = _sources([event.id for event in events])
            return [_wanted(event, sources.get(event.id, [])) for event in events]

    def write(self, wanted: Sequence[Wanted], crm: CrmAnswer, *, rules_only: bool) -> list[Written]:
        """Ask for every insight at once; never raises for a model, the rules always answer."""
        asks = [
            partial(self._ai.generate_insights, _with_facts(each, crm), rules_only=rules_only)
            for each in wanted
        ]
        waiting = [self._pool.submit(ask) for ask in asks]
        return [
            Written(each.event_id, future.result())
            for each, future in zip(wanted, waiting, strict=True)
        ]

    def save(self, written: Sequence[Written], *, business_id: uuid.UUID) -> int:
        """Store insights and let their mails go, inside the caller's transaction."""
        rows = [_columns(each, business_id) for each in written]
        new = insert_or_ignore(Insight, rows, conflict=["event_id"])
        if written:
            ids = sorted(each.event_id for each in written)
            run(_DONE, {"events": ids, "now": clock.now()})
            self._email.release_for_events(ids)
        return len(new)


def calls_of(written: Sequence[Written]) -> list[CallRecord]:
    """Return the books of all calls made for some insights."""
    return [call for each in written for call in each.answer.calls]


def _sources(event_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Row[Any]]]:
    """Return the reports of events, the one that each was made from first: one query, or none."""
    found: dict[uuid.UUID, list[Row[Any]]] = {}
    for row in run(_REPORTS, {"events": list(event_ids)}) if event_ids else ():
        found.setdefault(row.processed_into_event_id, []).append(row)
    return found


def _wanted(event: Row[Any], sources: Sequence[Row[Any]]) -> Wanted:
    items = tuple(
        ClassifyItem(
            ref=str(row.id),
            title=row.title,
            snippet=row.snippet,
            publisher=row.publisher,
            published_on=row.published_at.date() if row.published_at else None,
        )
        for row in sources[:MAX_SOURCES]
    )
    request = InsightRequest(
        client_name=event.client_name,
        category=event.category,
        title=event.title,
        summary=told_summary(event),
        sentiment=event.sentiment_score,
        relevance=event.relevance_score,
        risk_level=event.risk_level,
        urgency=event.urgency,
        sources=items,
        facts=None,
        today=clock.now().date(),
    )
    return Wanted(event.id, request, event.provenance is Provenance.SIMULATED)


def _with_facts(wanted: Wanted, crm: CrmAnswer) -> InsightRequest:
    """Add CRM facts; invented ones never stand as facts beside a live event."""
    usable = crm.is_trustworthy or (wanted.is_simulated and crm.facts is not None)
    facts: CRMFacts | None = crm.facts if usable else None
    return replace(wanted.request, facts=facts)


def _columns(written: Written, business_id: uuid.UUID) -> dict[str, Any]:
    answer = written.answer.answer
    return {
        "id": new_uuid(),
        "business_id": business_id,
        "event_id": written.event_id,
        "why_it_matters": answer.why_it_matters,
        "claims": [asdict(claim) for claim in answer.claims],
        "recommended_actions": list(answer.recommended_actions),
        "urgency": answer.urgency,
        "urgency_reason": answer.urgency_reason,
        "provider": answer.provider,
        "by_fallback": written.answer.by_fallback,
        "model": answer.model[:80],
        "prompt_version": answer.prompt_version[:40],
        "input_tokens": answer.usage.input_tokens,
        "output_tokens": answer.usage.output_tokens,
        "cost_usd": answer.usage.cost_usd,
    }
