"""Builds the answers about events from what the service found."""

from typing import Any

from webapp.enums import ReporterName
from webapp.models import Event
from webapp.schemas.events import (
    ChapterAnswer,
    DecisionAnswer,
    EventAnswer,
    EventDetailAnswer,
    EventSourceAnswer,
    EventStateAnswer,
    InsightAnswer,
)
from webapp.schemas.feedback import FeedbackAnswer
from webapp.services.event_claims import is_of_crm, source_number
from webapp.services.event_rows import EventRow
from webapp.services.events import Decision, EventDetail, EventSource

_OWN = ("client_name", "state", "source_count")
_OF_EVENT = [name for name in EventAnswer.model_fields if name not in _OWN]


def event_answer(row: EventRow) -> EventAnswer:
    """Return one item of a list."""
    return EventAnswer.model_validate(_values(row))


def detail_answer(detail: EventDetail) -> EventDetailAnswer:
    """Return one event with its grounds; a further sighting counts as a source of its own."""
    # What a CRM told rests on the CRM alone, the first of its sources
    refs = [None] * is_of_crm(detail.event) + [
        str(source.raw.id) if place == 0 else None
        for source in detail.sources
        for place in range(1 + len(source.sightings))
    ]
    values = _values(detail.row)
    return EventDetailAnswer.model_validate(
        {
            **values,
            "evidence": [_numbered(each, "raw_data_id", refs) for each in values["evidence"]],
            "insight": _insight_answer(detail, refs),
            "sources": [
                *([_crm_answer(detail.event)] if is_of_crm(detail.event) else []),
                *(each for source in detail.sources for each in _source_answers(source)),
            ],
            "story": [ChapterAnswer.model_validate(each) for each in detail.chapters],
            "feedback": FeedbackAnswer.model_validate(detail.feedback) if detail.feedback else None,
        }
    )


def _insight_answer(detail: EventDetail, refs: list[str | None]) -> InsightAnswer | None:
    if detail.insight is None:
        return None
    answer = InsightAnswer.model_validate(detail.insight)
    claims = [_numbered(claim, "source_ref", refs) for claim in answer.claims]
    return answer.model_copy(update={"claims": claims})


def _numbered(entry: dict[str, Any], key: str, refs: list[str | None]) -> dict[str, Any]:
    """Add the place of the source among `sources`, from 1; null where it is a line of the CRM."""
    return {**entry, "source_number": source_number(entry.get(key), refs)}


def decision_answer(decision: Decision) -> DecisionAnswer:
    """Return one row of the ledger."""
    names = [name for name in DecisionAnswer.model_fields if name != "user_name"]
    values = {name: getattr(decision.row, name) for name in names}
    return DecisionAnswer(**values, user_name=decision.user_name)


def _values(row: EventRow) -> dict[str, Any]:
    state = EventStateAnswer.model_validate(row.state) if row.state else EventStateAnswer()
    values = {name: getattr(row.event, name) for name in _OF_EVENT}
    own = {"client_name": row.event.client.name, "state": state, "source_count": row.source_count}
    return {**values, **own}


def _crm_answer(event: Event) -> EventSourceAnswer:
    """Return the CRM as a source: what it says, and the account's page if it has one."""
    return EventSourceAnswer(
        source_api=ReporterName.CRM,
        title=event.publisher or "",
        url=event.url,
        publisher=event.publisher,
        snippet="\n".join(str(each["quote"]) for each in event.evidence),
        published_at=event.published_at,
        fetched_at=event.created_at,
        provenance=event.provenance,
        outcome=None,
        outcome_reason=None,
        match_score=None,
        match_reasons=None,
    )


def _source_answers(source: EventSource) -> list[EventSourceAnswer]:
    first = EventSourceAnswer.model_validate(source.raw)
    others = [
        first.model_copy(
            update={
                "source_api": ReporterName(each.source_api),
                "url": each.url,
                "publisher": each.publisher,
                "fetched_at": each.created_at,
                "is_sighting": True,
            }
        )
        for each in source.sightings
    ]
    return [first, *others]
