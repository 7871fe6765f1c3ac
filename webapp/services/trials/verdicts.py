"""A verdict as a trial keeps it, and where two of them part."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.enums import (
    AIName,
    Category,
    CategoryGroup,
    Provenance,
    RiskLevel,
    Severity,
    SimulationReason,
    Urgency,
)
from webapp.models import Event
from webapp.services.event_columns import VERDICT_COLUMNS

_SEEN = 0.005
"""Relevances that lie closer together look the same on every page."""

_ENUMS: Mapping[str, type[StrEnum]] = {
    "category": Category,
    "group": CategoryGroup,
    "severity": Severity,
    "risk_level": RiskLevel,
    "urgency": Urgency,
    "classified_by": AIName,
}

Verdict = Mapping[str, Any]
"""`VERDICT_COLUMNS` as JSON holds them."""


@dataclass(frozen=True)
class Difference:
    """What parts two verdicts."""

    category: bool
    relevance: bool
    risk: bool
    urgency: bool

    @property
    def is_any(self) -> bool:
        """Whether anything that users see is another."""
        return self.category or self.relevance or self.risk or self.urgency


@dataclass(frozen=True)
class Judged:
    """An event with a verdict, as the rules of telling read it."""

    client_id: uuid.UUID
    category: Category
    severity: Severity
    relevance_score: float
    sentiment_score: float
    provenance: Provenance
    simulation_reason: SimulationReason | None
    publisher: str | None


def verdict_of(event: Event) -> dict[str, Any]:
    """Return what holds of an event now."""
    return as_json({name: getattr(event, name) for name in VERDICT_COLUMNS})


def as_json(columns: Verdict) -> dict[str, Any]:
    """Return the columns of a verdict as JSON gives them back: enums as their text."""
    return {name: _plain(columns[name]) for name in VERDICT_COLUMNS}


def as_columns(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as the columns of an event hold it: enums as such."""
    return {
        name: _ENUMS[name](value) if name in _ENUMS else value for name, value in verdict.items()
    }


def difference(before: Verdict, after: Verdict) -> Difference:
    """Tell what of a verdict would be another."""
    return Difference(
        category=before["category"] != after["category"],
        relevance=abs(before["relevance_score"] - after["relevance_score"]) >= _SEEN,
        risk=before["risk_level"] != after["risk_level"],
        urgency=before["urgency"] != after["urgency"],
    )


def judged(
    verdict: Verdict,
    client_id: uuid.UUID,
    *,
    provenance: Provenance,
    reason: SimulationReason | None,
    publisher: str | None,
) -> Judged:
    """Return what the rules of telling read of an event with this verdict."""
    return Judged(
        client_id=client_id,
        category=Category(verdict["category"]),
        severity=Severity(verdict["severity"]),
        relevance_score=verdict["relevance_score"],
        sentiment_score=verdict["sentiment_score"],
        provenance=provenance,
        simulation_reason=reason,
        publisher=publisher,
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 -- a column's value
    return str(value) if isinstance(value, str) else value
