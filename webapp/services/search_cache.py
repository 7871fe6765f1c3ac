"""Answers of the last hours: the same search is not made twice, and old answers can stand in."""

import hashlib
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import Category, Provenance, SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import EventRawData, JobRun, SourceCheck
from webapp.models.base import run, table_of
from webapp.providers.base import SearchResult, SearchTarget
from webapp.services.raw_rows import FoundItem
from webapp.services.transactions import snapshot

STAND_IN_FACTOR = 4
"""Answers too old to spare a call may still stand in for it when every source fails."""
MAX_ITEMS = 200
_MAX_ANSWERS = 200
_CHECKS, _RUNS = table_of(SourceCheck), table_of(JobRun)
_RECENT = (
    select(
        _CHECKS.c.source,
        _CHECKS.c.found,
        _CHECKS.c.query_fingerprint,
        _CHECKS.c.created_at,
        _RUNS.c.slot_at,
    )
    .select_from(_CHECKS.outerjoin(_RUNS, _CHECKS.c.job_run_id == _RUNS.c.id))
    .where(
        _CHECKS.c.client_id == bindparam("client"),
        _CHECKS.c.created_at >= bindparam("since"),
        _CHECKS.c.status.in_((SourceStatus.FOUND, SourceStatus.EMPTY)),
        _CHECKS.c.source != SourceName.MOCK,
    )
    .order_by(_CHECKS.c.created_at.desc())
    .limit(_MAX_ANSWERS)
)


@dataclass(frozen=True)
class PastAnswer:
    """That a source answered a query, when it was asked, and how much it found."""

    source: SourceName
    fingerprint: str | None
    found: int
    asked_at: datetime


@dataclass(frozen=True)
class Recall:
    """What the real sources answered about one client lately, newest first.

    From `fresh_from` on an answer is as good as a new one.
    """

    answers: tuple[PastAnswer, ...]
    fresh_from: datetime

    def fresh(self, source: SourceName, fingerprint: str) -> PastAnswer | None:
        """Return the answer that spares asking a source the same again, if there is one."""
        return next(
            (
                each
                for each in self.answers
                if each.source is source
                and each.fingerprint == fingerprint
                and each.asked_at > self.fresh_from
            ),
            None,
        )


class SearchCache:
    """Remembers by the source checks and the raw rows; stores nothing of its own."""

    def __init__(self, settings: Settings) -> None:
        self._fresh = timedelta(hours=settings.search_cache_hours)
        self._reach = self._fresh * STAND_IN_FACTOR
        language = settings.search_language
        self._ways: dict[SourceName, tuple[object, ...]] = {
            SourceName.SERPER: (settings.serper_web.value, settings.serper_pages),
            SourceName.NEWS_API: (language, settings.news_api_pages),
            SourceName.GDELT: (language,),
        }

    def fingerprint(self, source: SourceName, target: SearchTarget) -> str:
        """Return what tells a search apart: the query, and how the source is set to be asked."""
        return query_fingerprint(source, target, way=self._ways.get(source, ()))

    def recall(self, client_id: uuid.UUID) -> Recall:
        """Return the recent answers about a client, in one query inside the caller's snapshot."""
        now = clock.now()
        if not self._reach:
            return Recall((), now)
        rows = run(_RECENT, {"client": client_id, "since": now - self._reach})
        return Recall(
            tuple(
                PastAnswer(
                    row.source,
                    row.query_fingerprint,
                    row.found,
                    # A run is as old as its slot, so every sixth hour is never within six hours
                    min(row.created_at, row.slot_at or row.created_at),
                )
                for row in rows
            ),
            now - self._fresh,
        )

    def waiting_items(
        self, client_id: uuid.UUID, sources: Collection[SourceName] | None = None
    ) -> tuple[FoundItem, ...]:
        """Return what the sources brought lately and nobody has looked at yet.

        The rows of collecting runs wait so; whatever else was stored is with the pipeline
        already. All are marked as cached. Without `sources`, those of every real source.
        """
        query = (
            select(EventRawData)
            .where(
                EventRawData.client_id == client_id,
                EventRawData.created_at >= clock.now() - self._reach,
                EventRawData.collect_only.is_(True),
                EventRawData.is_processed.is_(False),
                EventRawData.provenance != Provenance.SIMULATED,
            )
            .order_by(EventRawData.created_at.desc(), EventRawData.id.desc())
            .limit(MAX_ITEMS)
        )
        if sources is not None:
            query = query.where(EventRawData.source_api.in_(tuple(sources)))
        with snapshot():
            return tuple(_item_of(row) for row in db.session.scalars(query))


def query_fingerprint(
    source: SourceName, target: SearchTarget, *, way: tuple[object, ...] = ()
) -> str:
    """Return sixteen characters that change with whatever the source's query is made of."""
    match source:
        case SourceName.RSS:
            asked: Sequence[object] = (target.feed_urls,)
        case SourceName.EDGAR:
            asked = (target.cik, target.ticker)
        case _:
            asked = (
                target.name,
                target.legal_name,
                target.aliases,
                target.must_have_terms,
                target.must_not_terms,
                target.must_not_domains,
            )
    return hashlib.blake2b(f"{source}\0{(asked, way)!r}".encode(), digest_size=8).hexdigest()


def _item_of(row: EventRawData) -> FoundItem:
    result = SearchResult(
        source=row.source_api,
        title=row.title,
        url=row.url,
        snippet=row.snippet,
        publisher=row.publisher,
        published_at=row.published_at,
        query=row.query,
        fetched_at=row.fetched_at,
        raw=_raw_of(row),
        language=row.language,
        category_hint=Category(row.category_hint) if row.category_hint else None,
    )
    return FoundItem(result, Provenance.CACHED, None, row.canonical_url, row.content_hash)


def _raw_of(row: EventRawData) -> dict[str, Any]:
    """Return the stored JSON; one that was cut for its length is left out."""
    try:
        raw = json.loads(row.raw_content)
    except ValueError:
        return {}
    return raw if isinstance(raw, dict) else {}
