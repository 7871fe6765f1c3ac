"""Whether an event is one that something outside wants to hear of: a webhook or a chat channel."""

import uuid
from collections.abc import Sequence
from typing import Protocol

from webapp.enums import Category, Provenance, Severity, SimulationReason
from webapp.models.event_wish import EventWish
from webapp.services.category_words import category_words
from webapp.taxonomy import matches_filter


class Wished(Protocol):
    """What a wish is held against."""

    @property
    def client_id(self) -> uuid.UUID: ...  # noqa: D102 -- a column's name says it
    @property
    def category(self) -> Category: ...  # noqa: D102 -- a column's name says it
    @property
    def severity(self) -> Severity: ...  # noqa: D102 -- a column's name says it
    @property
    def relevance_score(self) -> float: ...  # noqa: D102 -- a column's name says it
    @property
    def sentiment_score(self) -> float: ...  # noqa: D102 -- a column's name says it


class Sourced(Protocol):
    """Where an event came from."""

    @property
    def provenance(self) -> Provenance: ...  # noqa: D102 -- a column's name says it
    @property
    def simulation_reason(self) -> SimulationReason | None: ...  # noqa: D102 -- as above


def may_leave(event: Sourced, *, has_live_sources: bool) -> bool:
    """Tell whether an event may be told outside at all: nothing invented poses as news."""
    if event.provenance is not Provenance.SIMULATED:
        return True
    return event.simulation_reason is not SimulationReason.FALLBACK and not has_live_sources


def what_is_missed(event: Wished, wish: EventWish) -> str | None:
    """Return which part of a wish an event does not meet, in words; None where it meets all."""
    if wish.categories is not None and not matches_filter(
        event.category, event.sentiment_score, wish.categories
    ):
        return f"{category_words(event.category)} is not among the chosen categories"
    if not event.relevance_score >= wish.min_relevance:
        least, given = wish.min_relevance * 100, event.relevance_score * 100
        return f"relevance {given:.0f} is below {least:.0f}"
    if wish.min_severity is not None and event.severity.rank < wish.min_severity.rank:
        return f"its severity is {event.severity}, less than {wish.min_severity}"
    if wish.client_ids is not None and str(event.client_id) not in wish.client_ids:
        return "its client is not among the chosen ones"
    return None


def client_texts(client_ids: Sequence[uuid.UUID] | None) -> list[str] | None:
    """Return the clients of a wish as they are stored."""
    return None if client_ids is None else [str(each) for each in client_ids]
