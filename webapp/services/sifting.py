"""Which of a client's raw rows deserve a judgement, and what becomes of the rest."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from webapp import clock
from webapp.enums import RawOutcome
from webapp.extensions import db
from webapp.models import Event
from webapp.providers.base import SearchTarget
from webapp.services.canonical import are_titles_near_equal
from webapp.services.company_match import match_company
from webapp.services.raw_rows import RawItem

MAX_AGE = timedelta(days=30)
MAX_AGE_OF_FIRST_RUN = timedelta(days=7)
DUPLICATE_WINDOW = timedelta(days=7)


@dataclass(frozen=True)
class Candidate:
    """A row to judge, and the rows that say the same."""

    item: RawItem
    duplicates: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Rejection:
    """Rows that make no event, with the outcome and its reason."""

    outcome: RawOutcome
    reason: str
    raw_ids: tuple[uuid.UUID, ...]
    event_id: uuid.UUID | None = None


@dataclass
class Sifted:
    """What is left to judge, and what is not."""

    candidates: list[Candidate] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


def sift(target: SearchTarget, items: Sequence[RawItem], *, is_first_run: bool) -> Sifted:
    """Take out what is old, about somebody else, or known; fold same titles into one."""
    sifted = Sifted()
    oldest = clock.now() - (MAX_AGE_OF_FIRST_RUN if is_first_run else MAX_AGE)
    known = _recent_events(uuid.UUID(target.client_id))
    for item in items:
        if item.published_at is not None and item.published_at < oldest:
            reason = f"published on {item.published_at:%Y-%m-%d}, before the window of this run"
            sifted.rejections.append(Rejection(RawOutcome.OLD, reason, (item.id,)))
            continue
        match = match_company(target, title=item.title, snippet=item.snippet, url=item.url)
        if not match.is_match:
            rejection = Rejection(RawOutcome.WRONG_COMPANY, match.reason, (item.id,))
            sifted.rejections.append(rejection)
            continue
        event_id = _same_event(item, known)
        if event_id is not None:
            reason = "says the same as an event that is there"
            sifted.rejections.append(Rejection(RawOutcome.DUPLICATE, reason, (item.id,), event_id))
            continue
        _fold(sifted.candidates, item)
    return sifted


def _recent_events(client_id: uuid.UUID) -> list[tuple[uuid.UUID, str, str]]:
    query = select(Event.id, Event.title, Event.content_hash).where(
        Event.client_id == client_id, Event.created_at >= clock.now() - DUPLICATE_WINDOW
    )
    return [(row.id, row.title, row.content_hash) for row in db.session.execute(query)]


def _same_event(item: RawItem, known: Sequence[tuple[uuid.UUID, str, str]]) -> uuid.UUID | None:
    for event_id, title, content_hash in known:
        if content_hash == item.content_hash or are_titles_near_equal(title, item.title):
            return event_id
    return None


def _fold(candidates: list[Candidate], item: RawItem) -> None:
    for place, candidate in enumerate(candidates):
        same_place = candidate.item.canonical_url == item.canonical_url
        if same_place or are_titles_near_equal(candidate.item.title, item.title):
            candidates[place] = Candidate(candidate.item, (*candidate.duplicates, item.id))
            return
    candidates.append(Candidate(item))
