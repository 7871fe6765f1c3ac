"""The columns of a new event: a judged row, what its story is, and where it came from."""

import uuid
from typing import Any

from webapp.enums import EvidenceField, RiskLevel, Severity
from webapp.models.base import new_uuid
from webapp.services.judged import JudgedItem
from webapp.services.raw_rows import RawItem
from webapp.services.run_context import RunContext
from webapp.taxonomy import main_group, severity_of

NOTE_LENGTH = 300
VERDICT_COLUMNS = (
    *("summary", "category", "group", "severity", "relevance_score", "relevance_factors"),
    *("sentiment_score", "risk_level", "risk_reason", "urgency", "urgency_reason", "evidence"),
    *("classified_by", "classified_by_fallback", "model", "prompt_version"),
    *("needs_review", "review_reason"),
)
"""What a classifier says of an event; the rest is where it came from."""


def columns_of(
    context: RunContext, client_id: uuid.UUID, item: RawItem, judged: JudgedItem
) -> dict[str, Any]:
    """Return every column but the story's."""
    return {
        "id": new_uuid(),
        "business_id": context.business_id,
        "client_id": client_id,
        "job_run_id": context.run_id,
        **report_columns(item),
        **verdict_columns(item, judged),
    }


def report_columns(item: RawItem) -> dict[str, Any]:
    """Return what an event takes over from the row that it is made from."""
    return {
        "content_hash": item.content_hash,
        "title": item.title,
        "url": item.url,
        "publisher": item.publisher,
        "source_api": item.source,
        "published_at": item.published_at,
        "provenance": item.provenance,
        "simulation_reason": item.simulation_reason,
    }


def verdict_columns(item: RawItem, judged: JudgedItem) -> dict[str, Any]:
    """Return what the classifier says of an event: `VERDICT_COLUMNS`, each fit for JSON."""
    return {**judgement_columns(judged), "evidence": _evidence(item, judged)}


def judgement_columns(judged: JudgedItem) -> dict[str, Any]:
    """Return what a verdict says of an event, its evidence aside."""
    verdict = judged.verdict
    severity = judged.severity or severity_of(verdict.category)
    if verdict.risk_level == RiskLevel.CRITICAL:
        severity = Severity.CRITICAL
    return {
        "summary": verdict.summary,
        "category": verdict.category,
        "group": main_group(verdict.category, verdict.sentiment),
        "severity": severity,
        "relevance_score": verdict.relevance,
        "relevance_factors": dict(verdict.factors),
        "sentiment_score": verdict.sentiment,
        "risk_level": RiskLevel(verdict.risk_level),
        "risk_reason": verdict.risk_reason,
        "urgency": verdict.urgency,
        "urgency_reason": verdict.urgency_reason,
        "classified_by": judged.provider,
        "classified_by_fallback": judged.by_fallback,
        "model": judged.model[:80],
        "prompt_version": judged.prompt_version[:40],
        "needs_review": judged.review_reason is not None,
        "review_reason": judged.review_reason,
    }


def _evidence(item: RawItem, judged: JudgedItem) -> list[dict[str, Any]]:
    """Return each quote once, with the fields of the verdict that it carries."""
    verdict = judged.verdict
    carried = {
        EvidenceField.CATEGORY: verdict.evidence,
        EvidenceField.RISK: verdict.risk_evidence,
    }
    return [
        {
            "quote": quote,
            "fields": [field.value for field, quotes in carried.items() if quote in quotes],
            "raw_data_id": str(item.id),
            "url": item.url,
            "publisher": item.publisher,
        }
        for quote in dict.fromkeys((*verdict.evidence, *verdict.risk_evidence))
    ]
