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
from webapp.services.ai_accounts import FREE, AiAccounts, Allowance
from webapp.services.ai_calls import CallRecord
from webapp.services.ai_limits import AiLimits, reached_in_words
from webapp.services.ai_processor import NONE_CLOSED, AiAnswer, AIProcessorService
from webapp.services.chats.outbox import ChatOutbox
from webapp.services.crm import CrmAnswer
from webapp.services.email import EmailService
from webapp.services.judged import Failures
from webapp.services.parallel import IoPool
from webapp.services.transactions import snapshot
from webapp.services.update_words import told_summary

OPEN_WINDOW = timedelta(days=40)
"""An event without its insight is caught up with this long: a crash leaves one, and so does a
budget that is spent, until the next month."""
MAX_SOURCES = 5
"""Reports that the model reads of an event."""

_EVENTS, _CLIENTS, _RAW = table_of(Event).c, table_of(Client).c, table_of(EventRawData).c
_WANTED = (
    select(
        *(_EVENTS.id, _EVENTS.title, _EVENTS.summary, _EVENTS.change_note, _EVENTS.category),
        *(_EVENTS.sentiment_score, _EVENTS.relevance_score, _EVENTS.risk_level, _EVENTS.urgency),
        *(_EVENTS.provenance, _CLIENTS.name.label("client_name")),
    )
    .join_from(table_of(Event), table_of(Client), _CLIENTS.id == _EVENTS.client_id)
    .where(_EVENTS.hidden_at.is_(None))
)
_OPEN = _WANTED.where(
    _EVENTS.client_id == bindparam("client"),
    _EVENTS.created_at >= bindparam("since"),
    _EVENTS.relevance_score >= bindparam("threshold"),
    _EVENTS.insight_done_at.is_(None),
)
_ONE = _WANTED.where(_EVENTS.id == bindparam("event"))
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
    """An insight that is to be saved; without an answer the event waits for a later run."""

    event_id: uuid.UUID
    answer: AiAnswer[InsightAnswer] | None
    allowance: Allowance = FREE
    note: str = ""

    @property
    def notice(self) -> str:
        """A sentence for the run page where something did not go as it should."""
        return self.note or (self.answer.notice if self.answer else "") or ""

    @property
    def failures(self) -> Failures:
        """How models failed."""
        return self.answer.failures if self.answer else ()


class InsightWriting:
    """Finds the events of a client that want an insight, asks for it and saves it."""

    def __init__(
        self,
        *,
        ai: AIProcessorService,
        accounts: AiAccounts,
        email: EmailService,
        chats: ChatOutbox,
        pool: IoPool,
        settings: Settings,
    ) -> None:
        self._ai = ai
        self._accounts = accounts
        self._email = email
        self._chats = chats
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

    def wanted_for(self, event_id: uuid.UUID) -> Wanted | None:
        """Return one event, whatever its relevance; None if it is gone or hidden."""
        with snapshot():
            event = run(_ONE, {"event": event_id}).first()
            if event is None:
                return None
            return _wanted(event, _sources([event_id]).get(event_id, []))

    def write(
        self,
        wanted: Sequence[Wanted],
        crm: CrmAnswer,
        *,
        business_id: uuid.UUID,
        limits: AiLimits,
        is_free: bool,
    ) -> list[Written]:
        """Ask for every insight at once; never raises for a model, the rules always answer.

        Where a limit of the business is reached the rules write, or the event waits.
        """
        requests = [_with_facts(each, crm) for each in wanted]
        allowances, closed = [FREE] * len(requests), NONE_CLOSED
        if requests and not is_free and self._ai.is_configured:
            closed = self._ai.closed()
            most = [self._ai.most(each, limits) for each in requests]
            allowances = self._accounts.reserve(business_id, limits, most)
        waiting = [
            None
            if allowance.refused_by is not None and limits.defers
            else self._pool.submit(
                partial(
                    self._ai.generate_insights,
                    request,
                    rules_only=is_free or not allowance.is_granted,
                    closed=closed,
                )
            )
            for request, allowance in zip(requests, allowances, strict=True)
        ]
        return [
            Written(
                each.event_id,
                future.result() if future else None,
                allowance,
                _reached(allowance, limits),
            )
            for each, allowance, future in zip(wanted, allowances, waiting, strict=True)
        ]

    def save(self, written: Sequence[Written], *, business_id: uuid.UUID) -> int:
        """Store insights and let their mails go, inside the caller's transaction."""
        answered = [(each.event_id, each.answer) for each in written if each.answer is not None]
        rows = [_columns(event_id, answer, business_id) for event_id, answer in answered]
        new = insert_or_ignore(Insight, rows, conflict=["event_id"])
        if answered:
            ids = sorted(event_id for event_id, _ in answered)
            run(_DONE, {"events": ids, "now": clock.now()})
            self._email.release_for_events(ids)
            self._chats.release(ids)
        return len(new)


def calls_of(written: Sequence[Written]) -> list[CallRecord]:
    """Return the books of all calls made for some insights."""
    return [call for each in written if each.answer for call in each.answer.calls]


def _reached(allowance: Allowance, limits: AiLimits) -> str:
    if allowance.refused_by is None:
        return ""
    then = "The insight is written later." if limits.defers else "Rules wrote the insight."
    return f"{reached_in_words(allowance.refused_by, limits)} {then}"


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


def _columns(
    event_id: uuid.UUID, written: AiAnswer[InsightAnswer], business_id: uuid.UUID
) -> dict[str, Any]:
    answer = written.answer
    return {
        "id": new_uuid(),
        "business_id": business_id,
        "event_id": event_id,
        "why_it_matters": answer.why_it_matters,
        "claims": [asdict(claim) for claim in answer.claims],
        "recommended_actions": list(answer.recommended_actions),
        "urgency": answer.urgency,
        "urgency_reason": answer.urgency_reason,
        "provider": answer.provider,
        "by_fallback": written.by_fallback,
        "model": answer.model[:80],
        "prompt_version": answer.prompt_version[:40],
        "input_tokens": answer.usage.input_tokens,
        "output_tokens": answer.usage.output_tokens,
        "cost_usd": answer.usage.cost_usd,
    }
