"""What the category and the risk of an event rest on: a reason, and quotes of its sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.enums import EvidenceField, RiskLevel
from webapp.models import Event
from webapp.pages.event_sources import Source
from webapp.services.event_claims import is_of_crm, source_number


@dataclass(frozen=True)
class Quote:
    """A quote and the number of its source; of the CRM there is one alone."""

    text: str
    number: int | None


@dataclass(frozen=True)
class Ground:
    """One field of the verdict: what it says, why, and by which words."""

    field: EvidenceField
    reason: str
    quotes: tuple[Quote, ...]


def grounds_of(event: Event, sources: Sequence[Source]) -> list[Ground]:
    """Return what the category rests on, and the risk where there is one."""
    refs = [str(source.raw_id) for source in sources]
    quotes = {field: _quotes(event, field, refs) for field in EvidenceField}
    grounds = [Ground(EvidenceField.CATEGORY, "", quotes[EvidenceField.CATEGORY])]
    if event.risk_level is not RiskLevel.NONE:
        risk = Ground(EvidenceField.RISK, event.risk_reason, quotes[EvidenceField.RISK])
        grounds.append(risk)
    return [each for each in grounds if each.reason or each.quotes]


def _quotes(event: Event, field: EvidenceField, refs: Sequence[str]) -> tuple[Quote, ...]:
    """Return the field's quotes; those kept before fields were noted carry the category."""
    return tuple(
        Quote(
            str(each["quote"]),
            1 if is_of_crm(event) else source_number(each.get("raw_data_id"), refs),
        )
        for each in event.evidence
        if each.get("quote") and field in each.get("fields", [EvidenceField.CATEGORY])
    )
