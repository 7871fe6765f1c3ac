"""The stories of a client that a report could belong to, read from the database."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from webapp import clock
from webapp.enums import ReporterName
from webapp.models import ClientExclusion, Event, EventRawData, Story
from webapp.models.base import run, table_of
from webapp.services.canonical import canonical_url
from webapp.services.gists import Gist, article_urls, origin_of, read_report
from webapp.services.same_story import Report, same_story
from webapp.services.story_facts import material_change

STORY_WINDOW = timedelta(days=14)
"""How long after its last report a story is still recognised by what it tells."""
_EVENTS, _STORIES = table_of(Event).c, table_of(Story).c
_EXCLUSIONS, _RAW = table_of(ClientExclusion).c, table_of(EventRawData).c
_HAS_THESE_WORDS = _EVENTS.content_hash.in_(bindparam("hashes", expanding=True))
_SAME_ARTICLE = select(_RAW.processed_into_event_id).where(
    _RAW.client_id == bindparam("client"),
    _RAW.canonical_url.in_(bindparam("urls", expanding=True)),
    _RAW.processed_into_event_id.is_not(None),
)
_CHAPTERS = (
    select(
        _EVENTS.id,
        _EVENTS.story_id,
        _EVENTS.title,
        _EVENTS.summary,
        _EVENTS.url,
        _EVENTS.publisher,
        _EVENTS.published_at,
        _EVENTS.content_hash,
        _EVENTS.provenance,
        _EVENTS.simulation_reason,
        _EVENTS.hidden_at,
        _STORIES.facts,
    )
    .select_from(
        table_of(Event)
        .outerjoin(table_of(Story), _STORIES.id == _EVENTS.story_id)
        .outerjoin(table_of(ClientExclusion), _EXCLUSIONS.id == _EVENTS.hidden_by_id)
    )
    .where(
        _EVENTS.client_id == bindparam("client"),
        _EVENTS.source_api != ReporterName.CRM,
        or_(
            _STORIES.last_seen_at >= bindparam("since"),
            and_(_EVENTS.story_id.is_(None), _EVENTS.created_at >= bindparam("since")),
            _HAS_THESE_WORDS,
            _EVENTS.id.in_(_SAME_ARTICLE),
        ),
        or_(
            _EVENTS.hidden_at.is_(None),
            _HAS_THESE_WORDS,
            _EXCLUSIONS.event_id == _EVENTS.id,
        ),
    )
    .order_by(_EVENTS.created_at, _EVENTS.id)
)


@dataclass
class KnownStory:
    """A story with its newest event, to which further reports are added."""

    story_id: uuid.UUID | None
    """None for an event that no story was noted for."""
    event_id: uuid.UUID
    title: str
    gist: Gist
    is_refused: bool = False
    """Whether its event was said to be about another company; so is whatever repeats it."""

    def change_in(self, gist: Gist) -> str | None:
        """Say what a report of this story tells that is materially new; None if nothing.

        Its very words tell nothing new, nor does a page that is known by its address alone: such
        a page shows something else each day.
        """
        is_known = bool(self.gist.hashes & gist.hashes)
        if self.is_refused or is_known:
            return None
        if not same_story(self.gist.profile_for(gist), gist.profile):
            return None
        return material_change(self.gist.facts, gist.facts)


def read_stories(
    client_id: uuid.UUID, gists: Collection[Gist], names: Sequence[str]
) -> list[KnownStory]:
    """Return recent stories, and older ones that hold one of these very articles: one query.

    What a CRM told is no report, and none belongs to it. A hidden event is not recognised, so that
    what comes after it is seen, except by its own words, or where a user said that this very event
    is about another company.
    """
    urls = {canonical_url(url) for each in gists for url in each.urls}
    hashes = {value for each in gists for value in each.hashes}
    chapters: dict[uuid.UUID, list[Any]] = {}
    wanted = {
        "client": client_id,
        "since": clock.now() - STORY_WINDOW,
        "urls": sorted(urls),
        "hashes": sorted(hashes),
    }
    for row in run(_CHAPTERS, wanted):
        chapters.setdefault(row.story_id or row.id, []).append(row)
    return [_known(rows, names) for rows in chapters.values()]


def _known(chapters: Sequence[Any], names: Sequence[str]) -> KnownStory:
    """Return one story from its events, oldest first."""
    shown = [each for each in chapters if each.hidden_at is None]
    newest = (shown or chapters)[-1]
    origin = origin_of(newest.provenance, newest.simulation_reason)
    kept = Gist.from_json(newest.facts or {}, origin=origin) or _told_by(newest, names)
    urls = [url for each in chapters for url in article_urls(each.url)]
    gist = Gist(
        origin,
        kept.profile,
        kept.facts,
        tuple(dict.fromkeys((*urls, *kept.urls))),
        frozenset(each.content_hash for each in chapters),
    )
    return KnownStory(newest.story_id, newest.id, newest.title, gist, is_refused=not shown)


def _told_by(event: Any, names: Sequence[str]) -> Gist:  # noqa: ANN401 -- a row of the query
    """Return what an event tells whose story keeps nothing to recognise it by."""
    report = Report(event.title, event.summary, event.published_at, event.publisher, event.url)
    origin = origin_of(event.provenance, event.simulation_reason)
    return Gist(origin, *read_report(report, names))
