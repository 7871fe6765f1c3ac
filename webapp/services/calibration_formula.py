"""How much a team's feedback shifts relevance: pure, bounded, the same whoever computes it.

Each event that a team judged is one vote, "useful" or "not relevant". The votes of a category
give its shift

    CAP x (useful - not relevant) / (useful + not relevant + PRIOR)

so few votes shift little, no number of votes shifts by more than CAP, and one more "not
relevant" never raises anything. A client tier with votes of its own gets a shift of its own:
its votes, and PRIOR further ones that say what the rest of the category says. A tier that is the
whole category so comes out as the category does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.enums import Category, ClientTier
from webapp.services.category_words import category_words

CAP = 0.25
PRIOR = 10
DIGITS = 2
"""Shifts are rounded as people see them, so that what was announced is what happens."""
_TIERS: Mapping[ClientTier, str] = {
    ClientTier.ENTERPRISE: "enterprise clients",
    ClientTier.MID_MARKET: "mid-market clients",
    ClientTier.SMB: "small clients",
}


@dataclass(frozen=True)
class Vote:
    """What the team says of one event."""

    category: Category
    tier: ClientTier | None
    is_useful: bool


@dataclass(frozen=True)
class Counts:
    """Events that were called useful, and not relevant."""

    useful: int = 0
    not_relevant: int = 0

    @property
    def total(self) -> int:
        """How many events were judged."""
        return self.useful + self.not_relevant

    def without(self, other: "Counts") -> "Counts":
        """Return what is left when a part is taken out."""
        return Counts(self.useful - other.useful, self.not_relevant - other.not_relevant)


@dataclass(frozen=True)
class Cell:
    """The shift of a category, or of one tier's clients in it."""

    category: Category
    tier: ClientTier | None
    counts: Counts
    shift: float

    @property
    def reason(self) -> str:
        """Say in one sentence where the shift comes from."""
        at = f" at {_TIERS[self.tier]}" if self.tier else ""
        was = "was" if self.counts.total == 1 else "were"
        noun = "event" if self.counts.total == 1 else "events"
        is_low = self.counts.not_relevant >= self.counts.useful
        number = self.counts.not_relevant if is_low else self.counts.useful
        word = "not relevant" if is_low else "useful"
        what = f"“{category_words(self.category)}” {noun}{at}"
        return f"{number} of {self.counts.total} {what} {was} {word}: {shift_words(self.shift)}"

    def to_json(self) -> dict[str, Any]:
        """Return what a row keeps."""
        return {
            "category": self.category.value,
            "tier": self.tier.value if self.tier else None,
            "useful": self.counts.useful,
            "not_relevant": self.counts.not_relevant,
            "shift": self.shift,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Cell":
        """Read what a row keeps."""
        return cls(
            Category(kept["category"]),
            ClientTier(kept["tier"]) if kept["tier"] else None,
            Counts(kept["useful"], kept["not_relevant"]),
            kept["shift"],
        )


class Shifts:
    """The shifts of one version, looked up by category and tier."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._by_key = {(cell.category, cell.tier): cell for cell in cells}

    def cell_for(self, category: Category, tier: ClientTier | None) -> Cell | None:
        """Return the cell that an event falls into; None where nobody judged its category."""
        return self._by_key.get((category, tier)) or self._by_key.get((category, None))

    def shifted(self, relevance: float, category: Category, tier: ClientTier | None) -> float:
        """Return the relevance after its shift, from 0 to 1."""
        cell = self.cell_for(category, tier)
        if cell is None or not cell.shift:
            return relevance
        return round(min(max(relevance + cell.shift, 0.0), 1.0), 6)


def learn(votes: Iterable[Vote]) -> list[Cell]:
    """Return the cell of each judged category, followed by those of its tiers, in fixed order."""
    by_category: dict[Category, list[Vote]] = {}
    for vote in votes:
        by_category.setdefault(vote.category, []).append(vote)
    return [
        cell
        for category in Category
        if category in by_category
        for cell in _cells(category, by_category[category])
    ]


def shift_words(shift: float) -> str:
    """Write a shift with its sign: −0.14, +0.05, 0.00."""  # noqa: RUF002 -- a minus sign
    if not shift:
        return f"{0:.{DIGITS}f}"
    sign = "−" if shift < 0 else "+"  # noqa: RUF001 -- a minus sign
    return f"{sign}{abs(shift):.{DIGITS}f}"


def _cells(category: Category, votes: Sequence[Vote]) -> Iterable[Cell]:
    whole = _counted(votes)
    yield Cell(category, None, whole, _rounded(_balance(whole, 0.0)))
    for tier in ClientTier:
        own = _counted(vote for vote in votes if vote.tier is tier)
        if own.total:
            rest = _balance(whole.without(own), 0.0)
            yield Cell(category, tier, own, _rounded(_balance(own, rest)))


def _counted(votes: Iterable[Vote]) -> Counts:
    useful = [vote.is_useful for vote in votes]
    return Counts(sum(useful), len(useful) - sum(useful))


def _balance(counts: Counts, expected: float) -> float:
    """Return where the votes stand between -1 and 1, drawn towards what is expected."""
    votes = counts.useful - counts.not_relevant
    return (votes + PRIOR * expected) / (counts.total + PRIOR)


def _rounded(balance: float) -> float:
    return round(CAP * balance, DIGITS) + 0.0  # no negative zero
