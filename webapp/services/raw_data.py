"""Raw answers: stored before anything is made of them, and marked with what became of them."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, func, select, update

from webapp import clock
from webapp.enums import RawOutcome
from webapp.models import EventRawData
from webapp.models.base import run, table_of
from webapp.services.raw_rows import (
    RAW_ITEM_COLUMNS,
    FoundItem,
    Mark,
    RawItem,
    columns_of,
    raw_item_of,
    storable,
)
from webapp.services.raw_sightings import insert_new, settle
from webapp.services.transactions import atomic

UNPROCESSED_LIMIT = 200
MAX_REASON = 200
MAX_REASONS = 6
_ROWS = table_of(EventRawData)
_MARK = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("raw_id"), ~_ROWS.c.is_processed)
    .values(
        {
            name: bindparam(name)
            for name in (
                "is_processed",
                "outcome",
                "outcome_reason",
                "processed_into_event_id",
                "processed_at",
                "awaits_budget",
            )
        }
        | {
            # What was matched once stays known when a later mark says nothing of it
            name: func.coalesce(bindparam(name, type_=_ROWS.c[name].type), _ROWS.c[name])
            for name in ("match_score", "match_reasons")
        }
    )
)
_UNPROCESSED = (
    select(*(_ROWS.c[name] for name in RAW_ITEM_COLUMNS))
    .where(
        _ROWS.c.business_id == bindparam("business"),
        _ROWS.c.client_id == bindparam("client"),
        _ROWS.c.is_processed.is_(False),
        _ROWS.c.collect_only.is_(False),
    )
    .order_by(_ROWS.c.created_at.desc(), _ROWS.c.id.desc())
    .limit(bindparam("most"))
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
        now = clock.now()
        with atomic():
            rows = [
                {
                    **owner,
                    **columns_of(item),
                    "job_run_id": job_run_id,
                    "collect_only": collect_only,
                    # The first found stays the first, whatever the order of writing
                    "created_at": now + timedelta(microseconds=place),
                }
                for place, item in enumerate(items)
            ]
            # All writers in one order, so that none waits for another in a circle
            rows.sort(key=lambda row: str(row["content_hash"]))
            new = insert_new(rows)
            if len(new) < len(items) or any(item.sightings for item in items):
                new += settle(items, rows, new=set(new), owner=owner)
            return new

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
                "awaits_budget": mark.awaits_budget,
                "match_score": mark.match_score,
                "match_reasons": _told(mark.match_reasons),
            }
            for mark in marks
        ]
        with atomic():
            run(_MARK, rows)

    def get_unprocessed_data(
        self, business_id: uuid.UUID, client_id: uuid.UUID, *, limit: int = UNPROCESSED_LIMIT
    ) -> list[RawItem]:
        """Return a client's rows that no event was decided on, newest first.

        These are new ones, ones that a crash left, and deferred ones; rows that were only to
        be collected wait for a reprocess.
        """
        wanted = {"business": business_id, "client": client_id, "most": limit}
        return [raw_item_of(row) for row in run(_UNPROCESSED, wanted)]


def _told(reasons: Sequence[str] | None) -> list[str] | None:
    """Return the reasons as they are kept: a few, each of one short line."""
    if reasons is None:
        return None
    return [storable(reason)[:MAX_REASON] for reason in reasons[:MAX_REASONS]]
