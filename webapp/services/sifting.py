"""Which of a client's raw rows deserve a judgement, and what becomes of the rest."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce

from webapp import clock
from webapp.enums import RawOutcome, SourceName
from webapp.providers.base import SearchTarget
from webapp.services import company_lists, story_words
from webapp.services.company_match import CompanyMatch, match_company
from webapp.services.company_rules import ruled_out
from webapp.services.gists import Gist, gist_of, names_told
from webapp.services.known_stories import KnownStory
from webapp.services.raw_rows import RawItem
from webapp.services.same_story import cluster
from webapp.services.stories import StoryBook
from webapp.services.story_facts import last_stage

MAX_AGE = timedelta(days=30)
MAX_AGE_OF_FIRST_RUN = timedelta(days=7)
_FILED = CompanyMatch(is_match=True, score=1.0, reasons=("filed under the client's own number",))
"""Filings are asked for by number, so the filer's name may be spelled in any way."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """A row to judge, and the rows that report the same happening."""

    item: RawItem
    gist: Gist
    """What all of them say together."""
    duplicates: tuple[uuid.UUID, ...] = ()

    @property
    def raw_ids(self) -> tuple[uuid.UUID, ...]:
        """Every row, the one to judge first."""
        return (self.item.id, *self.duplicates)


@dataclass(frozen=True)
class Repeat:
    """Rows that report a known story and tell nothing new of it: nobody judges them."""

    gist: Gist
    raw_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Rejection:
    """A row that makes no event, with the outcome and its reason."""

    outcome: RawOutcome
    reason: str
    raw_id: uuid.UUID


@dataclass
class Sifted:
    """What is left to judge, and what is not; `matches` has every row that was matched."""

    candidates: list[Candidate] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    matches: dict[uuid.UUID, CompanyMatch] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def gists(self) -> list[Gist]:
        """What everything says that may touch a story."""
        judged = [each.gist for each in self.candidates]
        return [*judged, *(each.gist for each in self.repeats)]


def load() -> None:
    """Read the word lists now: threads that need one at once would each read it."""
    company_lists.load()
    story_words.load()


def sift(target: SearchTarget, items: Sequence[RawItem], *, is_first_run: bool) -> Sifted:
    """Take out what is old or about somebody else, and gather the rest by happening.

    Of a happening one row is judged, for all of them. What repeats a known story is not judged
    at all, unless it tells a material change of it.
    """
    sifted = Sifted(names=names_told(target))
    oldest = MAX_AGE_OF_FIRST_RUN if is_first_run else MAX_AGE
    kept = [item for item in reversed(items) if _is_kept(sifted, target, item, oldest)]
    if kept:
        _gather(sifted, kept, StoryBook(uuid.UUID(target.client_id)))
    return sifted


def _is_kept(sifted: Sifted, target: SearchTarget, item: RawItem, oldest: timedelta) -> bool:
    seen_at = item.found_at if item.awaits_budget and item.found_at else clock.now()
    if item.published_at is not None and item.published_at < seen_at - oldest:
        reason = f"published on {item.published_at:%Y-%m-%d}, before the window of this run"
        sifted.rejections.append(Rejection(RawOutcome.OLD, reason, item.id))
        return False
    match = _match(target, item)
    sifted.matches[item.id] = match
    if not match.is_match:
        sifted.rejections.append(Rejection(RawOutcome.WRONG_COMPANY, match.reason, item.id))
    return match.is_match


def _match(target: SearchTarget, item: RawItem) -> CompanyMatch:
    if item.source is SourceName.EDGAR:
        text = f"{item.title}\n{item.snippet}"
        refusal = ruled_out(target, text, item.url)
        return CompanyMatch(is_match=False, score=0.0, reasons=(refusal,)) if refusal else _FILED
    return match_company(target, title=item.title, snippet=item.snippet, url=item.url)


def _gather(sifted: Sifted, kept: Sequence[RawItem], book: StoryBook) -> None:
    """Fold the rows among themselves, then into the known stories."""
    told = {item.id: gist_of(item, sifted.names) for item in kept}
    book.read(list(told.values()), sifted.names)
    continued: dict[uuid.UUID, tuple[KnownStory, list[RawItem]]] = {}
    for group in _folded(kept, told):
        story = book.find(_together(group, told))
        if story is None:
            sifted.candidates.append(_candidate(group, told, sifted.matches))
        else:
            continued.setdefault(story.event_id, (story, []))[1].extend(group)
    for story, members in continued.values():
        _sort_out(sifted, story, members, told)


def _sort_out(
    sifted: Sifted,
    story: KnownStory,
    members: Sequence[RawItem],
    told: Mapping[uuid.UUID, Gist],
) -> None:
    """Part the reports of one known story: those that tell a change of it, and the rest."""
    changed = [each for each in members if story.change_in(told[each.id]) is not None]
    if changed:
        sifted.candidates.append(_candidate(changed, told, sifted.matches))
    rest = [each for each in members if each not in changed]
    if rest:
        ids = tuple(each.id for each in rest)
        sifted.repeats.append(Repeat(_together(rest, told), ids))


def _folded(kept: Sequence[RawItem], told: Mapping[uuid.UUID, Gist]) -> list[list[RawItem]]:
    """Group rows that tell the same happening; what is invented stays apart from what is real."""
    groups: list[list[RawItem]] = []
    for origin in dict.fromkeys(each.origin for each in told.values()):
        rows = [item for item in kept if told[item.id].origin == origin]
        for places in cluster([told[item.id].profile for item in rows]):
            _join(groups, [rows[place] for place in places], told)
    return groups


def _join(groups: list[list[RawItem]], rows: list[RawItem], told: Mapping[uuid.UUID, Gist]) -> None:
    """Add rows to the group that has one of their articles, else as a group of their own."""
    whole = _together(rows, told)
    for group in groups:
        other = _together(group, told)
        if other.origin == whole.origin and set(other.urls) & set(whole.urls):
            group.extend(rows)
            return
    groups.append(rows)


def _together(items: Sequence[RawItem], told: Mapping[uuid.UUID, Gist]) -> Gist:
    return reduce(Gist.with_more, (told[item.id] for item in items))


def _candidate(
    group: Sequence[RawItem],
    told: Mapping[uuid.UUID, Gist],
    matches: Mapping[uuid.UUID, CompanyMatch],
) -> Candidate:
    """Choose who speaks for the group: most about the client, with a text, newest.

    Where the group tells a matter from its beginning on, only who tells its end may speak.
    """
    in_time = sorted(group, key=lambda item: (item.published_at or _BEGINNING, str(item.id)))
    stage = last_stage([told[item.id].facts for item in in_time])

    def worth(item: RawItem) -> tuple[float, bool, datetime, str]:
        published = item.published_at or _BEGINNING
        return matches[item.id].score, bool(item.snippet), published, str(item.id)

    best = max((in_time[place] for place in stage), key=worth)
    others = tuple(item.id for item in group if item is not best)
    return Candidate(best, _together(group, told), others)
