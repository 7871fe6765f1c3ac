"""Raw answers: stored before anything is made of them, and marked with what became of them."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from webapp import clock
from webapp.enums import Category, Provenance, RawOutcome, SimulationReason, SourceName
from webapp.extensions import db
from webapp.models import EventRawData, RawDataSighting
from webapp.models.base import insert_or_ignore, new_uuid
from webapp.providers.base import SearchResult
from webapp.services.canonical import canonical_url, content_hash
from webapp.services.transactions import atomic

MAX_RAW_CHARACTERS = 100_000
UNPROCESSED_LIMIT = 200
_MARK = (
    update(EventRawData.__table__)  # type: ignore[arg-type]  # a table, whatever its stub says
    .where(EventRawData.__table__.c.id == bindparam("raw_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "is_processed",
                "outcome",
                "outcome_reason",
                "processed_into_event_id",
                "processed_at",
            )
        }
    )
)


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
    """What became of one row, and why."""

    raw_id: uuid.UUID
    outcome: RawOutcome
    event_id: uuid.UUID | None = None
    reason: str | None = None


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


class EventRawDataService:
    """Stores and hands out raw rows. Writes join the caller's transaction."""

    def save_raw_data(
        self,
        item: FoundItem,
        *,
        business_id: uuid.UUID,
        client_id: uuid.UUID,
        job_run_id: uuid.UUID | None = None,
        collect_only: bool = False,
    ) -> uuid.UUID | None:
        """Store one result; None when its content is known for this client already."""
        saved = self.bulk_save_raw_data(
            [item],
            business_id=business_id,
            client_id=client_id,
            job_run_id=job_run_id,
            collect_only=collect_only,
        )
        return saved[0] if saved else None

    def bulk_save_raw_data(
        self,
        items: Sequence[FoundItem],
        *,
        business_id: uuid.UUID,
        client_id: uuid.UUID,
        job_run_id: uuid.UUID | None = None,
        collect_only: bool = False,
    ) -> list[uuid.UUID]:
        """Store many results; return the ids of the new rows. The known ones are sightings."""
        if not items:
            return []
        owner = {"business_id": business_id, "client_id": client_id}
        with atomic():
            rows = [
                {
                    **owner,
                    **_columns(item),
                    "job_run_id": job_run_id,
                    "collect_only": collect_only,
                }
                for item in items
            ]
            new = insert_or_ignore(
                EventRawData, rows, conflict=["business_id", "client_id", "content_hash"]
            )
            self._note_sightings(items, business_id=business_id, client_id=client_id, new=set(new))
            return new

    def _note_sightings(
        self,
        items: Sequence[FoundItem],
        *,
        business_id: uuid.UUID,
        client_id: uuid.UUID,
        new: set[uuid.UUID],
    ) -> None:
        """Remember which further sources brought what a row holds, found by its hash."""
        repeated = len(new) < len(items)
        if not repeated and not any(item.sightings for item in items):
            return
        known = {
            row.content_hash: row
            for row in db.session.execute(
                select(
                    EventRawData.id,
                    EventRawData.content_hash,
                    EventRawData.source_api,
                    EventRawData.url,
                ).where(
                    EventRawData.business_id == business_id,
                    EventRawData.client_id == client_id,
                    EventRawData.content_hash.in_([item.content_hash for item in items]),
                )
            )
        }
        rows = [
            _sighting(row.id, business_id, result)
            for item in items
            if (row := known.get(item.content_hash)) is not None
            for result in (item.result, *item.sightings)
            if (result.source, result.url[:2000]) != (row.source_api, row.url)
        ]
        insert_or_ignore(RawDataSighting, rows, conflict=["raw_data_id", "source_api", "url"])

    def mark_as_processed(
        self,
        raw_ids: Iterable[uuid.UUID],
        *,
        outcome: RawOutcome,
        event_id: uuid.UUID | None = None,
        reason: str | None = None,
    ) -> None:
        """Note what became of rows. Deferred ones stay open for the next run."""
        self.mark_all([Mark(raw_id, outcome, event_id, reason) for raw_id in raw_ids])

    def mark_all(self, marks: Sequence[Mark]) -> None:
        """Note what became of many rows, each in its own way, in one statement."""
        if not marks:
            return
        now = clock.now()
        rows = [
            {
                "raw_id": mark.raw_id,
                "is_processed": mark.outcome is not RawOutcome.DEFERRED,
                "outcome": mark.outcome,
                "outcome_reason": mark.reason[:300] if mark.reason else None,
                "processed_into_event_id": mark.event_id,
                "processed_at": now,
            }
            for mark in marks
        ]
        with atomic():
            db.session.connection().execute(_MARK, rows)

    def get_unprocessed_data(
        self, business_id: uuid.UUID, client_id: uuid.UUID, *, limit: int = UNPROCESSED_LIMIT
    ) -> list[RawItem]:
        """Return a client's rows that no event was decided on, newest first.

        These are new ones, ones that a crash left, and deferred ones; rows that were only to
        be collected wait for a reprocess.
        """
        query = (
            select(EventRawData)
            .where(
                EventRawData.business_id == business_id,
                EventRawData.client_id == client_id,
                EventRawData.is_processed.is_(False),
                EventRawData.collect_only.is_(False),
            )
            .order_by(EventRawData.created_at.desc(), EventRawData.id.desc())
            .limit(limit)
        )
        return [_raw_item(row) for row in db.session.scalars(query)]

    def has_fresh_answers(self, client_id: uuid.UUID, *, within: timedelta) -> bool:
        """Tell whether live answers for a client were stored not long ago."""
        query = (
            select(EventRawData.id)
            .where(
                EventRawData.client_id == client_id,
                EventRawData.provenance == Provenance.LIVE,
                EventRawData.created_at >= clock.now() - within,
            )
            .limit(1)
        )
        return db.session.scalar(query) is not None


def storable(text: str) -> str:
    """Return the text without what no database takes: NUL and half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _columns(item: FoundItem) -> dict[str, object]:
    result = item.result
    raw = json.dumps(result.raw, default=str)
    return {
        "id": new_uuid(),
        "source_api": result.source,
        "raw_content": raw[:MAX_RAW_CHARACTERS],
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


def _sighting(raw_id: uuid.UUID, business_id: uuid.UUID, result: SearchResult) -> dict[str, object]:
    raw = json.dumps(result.raw, default=str)
    return {
        "id": new_uuid(),
        "raw_data_id": raw_id,
        "business_id": business_id,
        "source_api": result.source,
        "url": storable(result.url)[:2000],
        "publisher": storable(result.publisher)[:200] if result.publisher else None,
        "raw_content": raw[:MAX_RAW_CHARACTERS],
    }


def _raw_item(row: EventRawData) -> RawItem:
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
    )
