"""Raw answers: stored before anything is made of them, and marked with what became of them."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, select, update

from webapp import clock
from webapp.enums import Provenance, RawOutcome
from webapp.extensions import db
from webapp.models import EventRawData, RawDataSighting
from webapp.models.base import insert_or_ignore, rows_changed
from webapp.services.raw_rows import FoundItem, Mark, RawItem, columns_of, raw_item_of, sighting_of
from webapp.services.transactions import atomic

UNPROCESSED_LIMIT = 200
_MARK = (
    update(EventRawData.__table__)  # type: ignore[arg-type]  # a table, whatever its stub says
    .where(EventRawData.__table__.c.id == bindparam("raw_id"), ~EventRawData.is_processed)
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
                    **columns_of(item),
                    "job_run_id": job_run_id,
                    "collect_only": collect_only,
                }
                for item in items
            ]
            new = insert_or_ignore(
                EventRawData, rows, conflict=["business_id", "client_id", "content_hash"]
            )
            if not collect_only and len(new) < len(items):
                _take_up(items, business_id=business_id, client_id=client_id)
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
            sighting_of(row.id, business_id, result)
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
        return [raw_item_of(row) for row in db.session.scalars(query)]

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


def _take_up(items: Sequence[FoundItem], *, business_id: uuid.UUID, client_id: uuid.UUID) -> None:
    """Open rows that were only collected to the pipeline, now that a monitoring run met them."""
    rows_changed(
        update(EventRawData)
        .where(
            EventRawData.business_id == business_id,
            EventRawData.client_id == client_id,
            EventRawData.content_hash.in_([item.content_hash for item in items]),
            EventRawData.collect_only.is_(True),
            EventRawData.is_processed.is_(False),
        )
        .values(collect_only=False)
    )
