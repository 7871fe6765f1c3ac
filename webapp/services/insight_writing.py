"""Insights for events that matter: asked for outside any transaction, saved in one."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import Provenance, Urgency
from webapp.extensions import db
from webapp.models import Event, EventRawData, Insight
from webapp.models.base import insert_or_ignore, new_uuid, rows_changed
from webapp.providers.base import ClassifyItem, CRMFacts, InsightAnswer, InsightRequest
from webapp.services.ai_processor import AiAnswer, AIProcessorService, CallRecord
from webapp.services.crm import CrmAnswer
from webapp.services.email import EmailService
from webapp.services.parallel import IoPool
from webapp.services.transactions import snapshot

OPEN_WINDOW = timedelta(days=7)
"""An event without its insight, as a crash leaves it, is caught up with this long."""


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
        query = select(Event).where(
            Event.client_id == client_id,
            Event.created_at >= clock.now() - OPEN_WINDOW,
            Event.relevance_score >= self._threshold,
            Event.insight_done_at.is_(None),
        )
        with snapshot() as session:
            return [_wanted(event) for event in session.scalars(query).unique()]

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
        for each in written:
            rows_changed(
                update(Event).where(Event.id == each.event_id).values(insight_done_at=clock.now())
            )
            self._email.release_for_event(each.event_id)
        return len(new)


def calls_of(written: Sequence[Written]) -> list[CallRecord]:
    """Return the books of all calls made for some insights."""
    return [call for each in written for call in each.answer.calls]


def _wanted(event: Event) -> Wanted:
    sources = db.session.scalars(
        select(EventRawData)
        .where(EventRawData.processed_into_event_id == event.id)
        .order_by(EventRawData.created_at)
        .limit(5)
    )
    items = tuple(
        ClassifyItem(
            ref=str(row.id),
            title=row.title,
            snippet=row.snippet,
            publisher=row.publisher,
            published_on=row.published_at.date() if row.published_at else None,
        )
        for row in sources
    )
    request = InsightRequest(
        client_name=event.client.name,
        category=event.category,
        title=event.title,
        summary=event.summary,
        sentiment=event.sentiment_score,
        relevance=event.relevance_score,
        risk_level=event.risk_level,
        urgency=Urgency(event.urgency),
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
