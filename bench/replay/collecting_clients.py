"""Reads what a run did for one client: sources, CRM, raw rows, events, and who was told."""

import uuid
from datetime import datetime

from sqlalchemy import select

from bench.replay.findings import ClientFindings, Row
from webapp.extensions import db
from webapp.models import (
    ClientMember,
    CrmSnapshot,
    Event,
    EventRawData,
    Insight,
    JobRunClient,
    NotificationDecision,
    SourceCheck,
    User,
)


def client_findings(row: JobRunClient) -> ClientFindings:
    """Return everything about one client of one run."""
    return ClientFindings(
        name=row.client_name,
        owner=_owner(row.client_id),
        status=row.status.value,
        seconds=row.seconds,
        notices=list(row.notices),
        sources=_sources(row),
        crm=_crm(row),
        raw_rows=_raw_rows(row),
        events=_events(row),
    )


def _owner(client_id: uuid.UUID) -> str:
    query = select(User.name).join(ClientMember).where(ClientMember.client_id == client_id)
    return db.session.scalar(query) or "nobody"


def _sources(row: JobRunClient) -> list[Row]:
    query = (
        select(SourceCheck)
        .where(SourceCheck.job_run_id == row.job_run_id, SourceCheck.client_id == row.client_id)
        .order_by(SourceCheck.source)
    )
    return [
        {
            "source": check.source.value,
            "status": check.status.value,
            "found": check.found,
            "message": check.message,
        }
        for check in db.session.scalars(query)
    ]


def _crm(row: JobRunClient) -> Row | None:
    query = (
        select(CrmSnapshot)
        .where(CrmSnapshot.client_id == row.client_id, CrmSnapshot.created_at >= row.started_at)
        .order_by(CrmSnapshot.created_at)
    )
    snapshot = db.session.scalars(query).first()
    if snapshot is None:
        return None
    facts = snapshot.facts
    return {
        "provider": snapshot.provider.value,
        "provenance": snapshot.provenance.value,
        "account": facts["account_name"],
        "arr": facts["arr"],
        "renewal_on": facts["renewal_on"],
        "open_cases": [case["subject"] for case in facts["cases"] if not case["is_closed"]],
        "engagement": snapshot.engagement_score,
    }


def _raw_rows(row: JobRunClient) -> list[Row]:
    query = (
        select(EventRawData)
        .where(EventRawData.job_run_id == row.job_run_id, EventRawData.client_id == row.client_id)
        .order_by(EventRawData.source_api, EventRawData.title)
    )
    return [
        {
            "source": raw.source_api.value,
            "title": raw.title,
            "publisher": raw.publisher,
            "published": _day(raw.published_at),
            "outcome": raw.outcome.value if raw.outcome else "waiting",
            "reason": raw.outcome_reason,
        }
        for raw in db.session.scalars(query)
    ]


def _events(row: JobRunClient) -> list[Row]:
    query = (
        select(Event)
        .where(Event.job_run_id == row.job_run_id, Event.client_id == row.client_id)
        .order_by(Event.relevance_score.desc(), Event.title)
    )
    return [_event(event) for event in db.session.scalars(query).unique()]


def _event(event: Event) -> Row:
    insight = db.session.scalar(select(Insight).where(Insight.event_id == event.id))
    return {
        "title": event.title,
        "source": event.source_api.value,
        "published": _day(event.published_at),
        "category": event.category.value,
        "severity": event.severity.value,
        "relevance": event.relevance_score,
        "sentiment": event.sentiment_score,
        "risk": event.risk_level.value,
        "urgency": event.urgency.value,
        "classified_by": event.classified_by.value,
        "model": event.model,
        "by_fallback": event.classified_by_fallback,
        "provenance": event.provenance.value,
        "insight": None if insight is None else _insight(insight),
        "decisions": _decisions(event.id),
    }


def _insight(insight: Insight) -> Row:
    return {
        "by": insight.provider.value,
        "by_fallback": insight.by_fallback,
        "why_it_matters": insight.why_it_matters,
        "actions": list(insight.recommended_actions),
    }


def _decisions(event_id: uuid.UUID) -> list[Row]:
    query = (
        select(User.name, NotificationDecision)
        .join(User, User.id == NotificationDecision.user_id)
        .where(NotificationDecision.event_id == event_id)
        .order_by(User.name, NotificationDecision.channel)
    )
    return [
        {
            "user": name,
            "channel": decision.channel.value,
            "verdict": decision.verdict.value,
            "reason": decision.reason,
        }
        for name, decision in db.session.execute(query).tuples()
    ]


def _day(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%d %H:%M}"
