"""What a search brings again: sightings of stored rows, and rows that make way for better ones."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, select, update

from webapp.enums import ExclusionKind, Provenance
from webapp.models import ClientExclusion, Event, EventRawData, RawDataSighting
from webapp.models.base import insert_or_ignore, rows_changed, run, table_of
from webapp.services.company_rules import excluded_site, host_of, is_within
from webapp.services.exclusion_effects import show_what_others_report
from webapp.services.raw_rows import FoundItem, is_simulated, made_way, sighting_of

_ROWS = table_of(EventRawData)
_HIDING = table_of(ClientExclusion)
_KNOWN = (
    select(
        *(_ROWS.c[name] for name in ("id", "content_hash", "source_api", "url", "provenance")),
        _ROWS.c.outcome_reason,
        _HIDING.c.value.label("hidden_site"),
    )
    .outerjoin(table_of(Event), table_of(Event).c.id == _ROWS.c.processed_into_event_id)
    .outerjoin(
        _HIDING,
        and_(
            _HIDING.c.id == table_of(Event).c.hidden_by_id, _HIDING.c.kind == ExclusionKind.DOMAIN
        ),
    )
    .where(
        _ROWS.c.business_id == bindparam("business"),
        _ROWS.c.client_id == bindparam("client"),
        _ROWS.c.content_hash.in_(bindparam("hashes", expanding=True)),
    )
)
_MAKE_WAY = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("raw_id"))
    .values(content_hash=bindparam("made_way"))
)


def insert_new(rows: Sequence[dict[str, Any]]) -> list[uuid.UUID]:
    """Insert rows but those whose words are known; return the ids of the new ones."""
    return insert_or_ignore(
        EventRawData, rows, conflict=["business_id", "client_id", "content_hash"]
    )


def settle(
    items: Sequence[FoundItem],
    rows: Sequence[dict[str, Any]],
    *,
    new: set[uuid.UUID],
    owner: Mapping[str, uuid.UUID],
) -> list[uuid.UUID]:
    """Bring together what was found and what was known; return the ids of further new rows.

    What is real never becomes a report of what was invented with the very words, nor the other
    way round: the invented row makes way for the real one and keeps its event. So does a row that
    was rejected for its site alone, where another outlet has the same text.
    """
    known = _known(items, owner)
    outdone = [
        row
        for item in items
        if (row := known.get(item.content_hash))
        and (_is_unmasked(row, item) or _is_freed(row, item))
    ]
    added: list[uuid.UUID] = []
    if outdone:
        run(_MAKE_WAY, [{"raw_id": row.id, "made_way": made_way(row.id)} for row in outdone])
        hashes = {row.content_hash for row in outdone}
        added = insert_new([row for row in rows if row["content_hash"] in hashes])
        known = _known(items, owner)
    pairs = [
        (item, row)
        for item in items
        if (row := known.get(item.content_hash)) and is_simulated(row) == is_simulated(item)
    ]
    if not all(row["collect_only"] for row in rows) and len(new) + len(added) < len(items):
        _take_up([item for item, _ in pairs], owner)
    _note_sightings(pairs, business_id=owner["business_id"])
    if any(row.hidden_site and _is_elsewhere(item, row.hidden_site) for item, row in pairs):
        show_what_others_report(owner["client_id"])
    return added


def _is_unmasked(row: Any, item: FoundItem) -> bool:  # noqa: ANN401 -- a row of _KNOWN
    """Tell whether a row was invented, and its words turn out to be real."""
    return is_simulated(row) and not is_simulated(item)


def _is_freed(row: Any, item: FoundItem) -> bool:  # noqa: ANN401 -- a row of _KNOWN
    """Tell whether a row was rejected for its site, and another outlet has the same text."""
    site = excluded_site(row.outcome_reason or "")
    return site is not None and not is_within(host_of(item.result.url), site)


def _is_elsewhere(item: FoundItem, site: str) -> bool:
    results = (item.result, *item.sightings)
    return any(not is_within(host_of(result.url), site) for result in results)


def _known(items: Sequence[FoundItem], owner: Mapping[str, uuid.UUID]) -> dict[str, Any]:
    wanted = {
        "business": owner["business_id"],
        "client": owner["client_id"],
        "hashes": [item.content_hash for item in items],
    }
    return {row.content_hash: row for row in run(_KNOWN, wanted)}


def _note_sightings(pairs: Iterable[tuple[FoundItem, Any]], *, business_id: uuid.UUID) -> None:
    """Remember which further sources brought what a row holds."""
    sightings = [
        sighting_of(row.id, business_id, result)
        for item, row in pairs
        for result in (item.result, *item.sightings)
        if (result.source, result.url[:2000]) != (row.source_api, row.url)
    ]
    insert_or_ignore(RawDataSighting, sightings, conflict=["raw_data_id", "source_api", "url"])


def _take_up(items: Sequence[FoundItem], owner: Mapping[str, uuid.UUID]) -> None:
    """Open rows that were only collected to the pipeline, now that a monitoring run met them."""
    rows_changed(
        update(EventRawData)
        .where(
            EventRawData.business_id == owner["business_id"],
            EventRawData.client_id == owner["client_id"],
            EventRawData.content_hash.in_([item.content_hash for item in items]),
            EventRawData.collect_only.is_(True),
            EventRawData.is_processed.is_(False),
        )
        .values(collect_only=False)
    )
    cached = [item.content_hash for item in items if item.provenance is Provenance.CACHED]
    if cached:
        rows_changed(
            update(EventRawData)
            .where(
                EventRawData.business_id == owner["business_id"],
                EventRawData.client_id == owner["client_id"],
                EventRawData.content_hash.in_(cached),
                EventRawData.is_processed.is_(False),
            )
            .values(provenance=Provenance.CACHED)
        )
