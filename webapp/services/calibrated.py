"""Verdicts after a business's calibration: the shift is a factor of its own, always in sight."""

from collections.abc import Mapping
from dataclasses import replace

from webapp.enums import ClientTier
from webapp.providers.base import Classification
from webapp.services.calibration_formula import Shifts
from webapp.services.judged import JudgedBatch, JudgedItem

TEAM_FEEDBACK = "team_feedback"
"""The name of the shift among an event's relevance factors."""
_DIGITS = 6


def calibrated(
    batch: JudgedBatch, shifts: Shifts | None, tier: ClientTier | None = None
) -> JudgedBatch:
    """Return the verdicts of a client of this tier, each with its category's shift."""
    if shifts is None:
        return batch
    items = {ref: _shifted(item, shifts, tier) for ref, item in batch.items.items()}
    return replace(batch, items=items)


def judged_relevance(relevance: float, factors: Mapping[str, float]) -> float:
    """Return what a relevance was before the team's feedback moved it."""
    return round(relevance - factors.get(TEAM_FEEDBACK, 0.0), _DIGITS)


def relevance_before_feedback(verdict: Classification) -> float:
    """Return how relevant the classifier itself found an item."""
    return judged_relevance(verdict.relevance, verdict.factors)


def _shifted(item: JudgedItem, shifts: Shifts, tier: ClientTier | None) -> JudgedItem:
    verdict = item.verdict
    relevance = shifts.shifted(verdict.relevance, verdict.category, tier)
    if relevance == verdict.relevance:
        return item
    moved = round(relevance - verdict.relevance, _DIGITS)
    factors = {**verdict.factors, TEAM_FEEDBACK: moved}
    return replace(item, verdict=replace(verdict, relevance=relevance, factors=factors))
