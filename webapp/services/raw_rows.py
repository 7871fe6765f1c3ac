"""Raw rows as plain values: from a result to its columns, and from a row to the pipeline."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row

from webapp.enums import Category, Provenance, RawOutcome, SimulationReason, SourceName
from webapp.models import EventRawData
from webapp.models.base import new_uuid
from webapp.providers.base import SearchResult
from webapp.services.canonical import canonical_url, content_hash
from webapp.services.raw_json import raw_json


@dataclass(frozen=True)
class FoundItem:
    """One result with what identifies it, and what further sources brought of the same."""

    result: SearchResult
    provenance: Provenance
    simulation_reason: SimulationReason | None
    canonical_url: str
    content_hash: str
    sightings: tuple[SearchResult, ...] = ()


@dataclass(frozen=True)
class Mark:
    """What became of one row, and why; without a score the one that is stored stays."""

    raw_id: uuid.UUID
    outcome: RawOutcome
    event_id: uuid.UUID | None = None
    reason: str | None = None
    match_score: float | None = None
    match_reasons: tuple[str, ...] | None = None
    awaits_budget: bool = False
    """Put off because nobody may be paid to judge it."""


@dataclass(frozen=True)
class RawItem:
    """A stored row as the pipeline needs it."""

    id: uuid.UUID
    source: SourceName
    title: str
    snippet: str
    url: str
    canonical_url: str
    content_hash: str
    publisher: str | None
    published_at: datetime | None
    provenance: Provenance
    simulation_reason: SimulationReason | None
    category_hint: Category | None
    found_at: datetime | None = None
    awaits_budget: bool = False
    """It was put off for want of money, so it counts as old as it was when it was found."""


def found_item(
    result: SearchResult, provenance: Provenance, reason: SimulationReason | None
) -> FoundItem:
    """Return a result with its canonical address and hash."""
    return FoundItem(
        result=result,
        provenance=provenance,
        simulation_reason=reason,
        canonical_url=canonical_url(result.url)[:2000],
        content_hash=content_hash(result.title, result.snippet),
    )


class HasProvenance(Protocol):
    """Whatever says where it came from."""

    @property
    def provenance(self) -> Provenance:
        """Where it came from."""
        ...


def is_simulated(row: HasProvenance) -> bool:
    """Tell whether something was invented."""
    return row.provenance is Provenance.SIMULATED


def made_way(row_id: uuid.UUID) -> str:
    """Return the hash of an invented row whose words turned out to be real: no text's hash."""
    return hashlib.sha256(f"made way\0{row_id}".encode()).hexdigest()


def storable(text: str) -> str:
    """Return the text without what no database takes: NUL and half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def columns_of(item: FoundItem) -> dict[str, object]:
    """Return the columns of a new row for a result."""
    result = item.result
    return {
        "id": new_uuid(),
        "source_api": result.source,
        "raw_content": raw_json(result.raw),
        "content_hash": item.content_hash,
        "canonical_url": item.canonical_url,
        "url": storable(result.url)[:2000],
        "title": storable(result.title)[:500],
        "snippet": storable(result.snippet),
        "publisher": storable(result.publisher)[:200] if result.publisher else None,
        "language": result.language[:12] if result.language else None,
        "category_hint": result.category_hint,
        "published_at": result.published_at,
        "query": storable(result.query)[:600],
        "fetched_at": result.fetched_at,
        "provenance": item.provenance,
        "simulation_reason": item.simulation_reason,
    }


def sighting_of(
    raw_id: uuid.UUID, business_id: uuid.UUID, result: SearchResult
) -> dict[str, object]:
    """Return the columns of a further source's report of a row."""
    return {
        "id": new_uuid(),
        "raw_data_id": raw_id,
        "business_id": business_id,
        "source_api": result.source,
        "url": storable(result.url)[:2000],
        "publisher": storable(result.publisher)[:200] if result.publisher else None,
        "raw_content": raw_json(result.raw),
    }


RAW_ITEM_COLUMNS = (
    *("id", "source_api", "title", "snippet", "url", "canonical_url", "content_hash"),
    *("publisher", "published_at", "provenance", "simulation_reason", "category_hint"),
    *("created_at", "awaits_budget"),
)
"""What `raw_item_of` reads of a row."""


def raw_item_of(row: EventRawData | Row[Any]) -> RawItem:
    """Return a stored row, or those columns of it, as the pipeline needs it."""
    return RawItem(
        id=row.id,
        source=row.source_api,
        title=row.title,
        snippet=row.snippet,
        url=row.url,
        canonical_url=row.canonical_url,
        content_hash=row.content_hash,
        publisher=row.publisher,
        published_at=row.published_at,
        provenance=row.provenance,
        simulation_reason=row.simulation_reason,
        category_hint=Category(row.category_hint) if row.category_hint else None,
        found_at=row.created_at,
        awaits_budget=row.awaits_budget,
    )
