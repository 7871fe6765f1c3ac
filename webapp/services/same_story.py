"""Which reports tell the same happening: profiles of reports, compared and grouped.

Pure: no database, no clock. A `StoryProfile` is what is kept of a story to recognise it again;
it holds the tellings of the reports that were joined into it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from rapidfuzz import fuzz

from webapp.providers.ai.wording import name_pattern
from webapp.services.near_titles import normalised_text
from webapp.services.story_grouping import grouped
from webapp.services.story_likeness import UNLIKE, Weights, contradict, likeness, word_weights
from webapp.services.story_reading import COMPANY, Reading, reading
from webapp.services.story_words import folded

MOST_TELLINGS = 12
"""A story keeps the first this many different headlines; more would not tell it better."""
WINDOW = timedelta(days=14)
"""Reports further apart than this tell different happenings."""

_FREE_DAYS = 2.0
_A_DAY = 0.1
_SNIPPET_KEPT = 200
_SNIPPET_TELLS = 80
_SAME_SNIPPET = 95


@dataclass(frozen=True)
class Report:
    """One article as a source brought it."""

    title: str
    snippet: str
    published_at: datetime | None
    publisher: str | None = None
    url: str = ""


@dataclass(frozen=True)
class Telling:
    """One report of a story: its headline with the client's name replaced, and its day."""

    headline: str
    snippet: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True)
class StoryProfile:
    """What is kept of a story: its different tellings in their order, a dozen at most."""

    tellings: tuple[Telling, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` reads."""
        return {
            "tellings": [
                {
                    "headline": each.headline,
                    "snippet": each.snippet,
                    "published_at": each.published_at and each.published_at.isoformat(),
                }
                for each in self.tellings
            ]
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read a stored profile; whatever is not one is left out and is like no other."""
        tellings = values.get("tellings")
        found = tellings if isinstance(tellings, list) else []
        return cls(tuple(_telling(each) for each in found if isinstance(each, Mapping)))

    @property
    def words(self) -> list[str]:
        """The significant words of the story, those first that most tellings have."""
        stems = [word for each in self.tellings for word in sorted(reading(each.headline).stems)]
        return sorted(set(stems), key=lambda word: (-stems.count(word), word))


def profile_of(report: Report, *, company_names: Sequence[str]) -> StoryProfile:
    """Return the profile of one report; the client's own names tell nothing apart."""
    headline = " ".join(folded(report.title).split())
    publisher = folded(report.publisher or "")
    if publisher and headline.lower().endswith(publisher.lower()):
        headline = headline[: -len(publisher)].rstrip(" -|:\u2013\u2014") or headline
    pattern = name_pattern(tuple(folded(name) for name in company_names))
    if pattern is not None:
        headline = pattern.sub(COMPANY, headline)
    snippet = normalised_text(report.snippet)[:_SNIPPET_KEPT]
    return StoryProfile((Telling(headline, snippet, _aware(report.published_at)),))


def joined(story: StoryProfile, report: StoryProfile) -> StoryProfile:
    """Return a story with further reports in it; what it already tells is not kept twice."""
    known = {each.headline for each in story.tellings}
    fresh = [each for each in report.tellings if each.headline not in known]
    return StoryProfile((*story.tellings, *fresh)[:MOST_TELLINGS])


def same_story(one: StoryProfile, other: StoryProfile) -> bool:
    """Tell whether two profiles are of the same happening."""
    return story_among(other, [one]) is not None


def story_among(report: StoryProfile, stories: Sequence[StoryProfile]) -> int | None:
    """Return the place of the story that a report belongs to, the likeliest when several fit.

    All stories of the client of the last days should be given: words that they share tell less.
    """
    weights = word_weights(
        reading(each.headline) for story in (*stories, report) for each in story.tellings
    )
    scores = [_story_score(story, report, weights) for story in stories]
    best = max(range(len(scores)), key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] > 0 else None


def cluster(profiles: Sequence[StoryProfile]) -> list[list[int]]:
    """Group reports by happening: lists of places in order; every place is in exactly one."""
    copies: dict[object, list[int]] = {}
    for place, profile in enumerate(profiles):
        copies.setdefault(_print_of(profile) or place, []).append(place)
    held = list(copies.values())
    firsts = [profiles[places[0]] for places in held]
    weights = word_weights(reading(each.headline) for one in firsts for each in one.tellings)

    def score(one: int, other: int) -> float:
        return _story_score(firsts[one], firsts[other], weights)

    groups = grouped([_stems(profile) for profile in firsts], score=score)
    return sorted(sorted(place for at in group for place in held[at]) for group in groups)


def _story_score(story: StoryProfile, report: StoryProfile, weights: Weights) -> float:
    scores = [_score(one, other, weights) for one in story.tellings for other in report.tellings]
    return sum(scores) / len(scores) if scores else UNLIKE


def _score(one: Telling, other: Telling, weights: Weights) -> float:
    days = _days_apart(one, other)
    if days > WINDOW.days:
        return UNLIKE
    first, second = reading(one.headline), reading(other.headline)
    if not contradict(first, second) and _same_text(one, other, first, second):
        return -UNLIKE
    return likeness(first, second, weights) - _A_DAY * max(0.0, days - _FREE_DAYS)


def _same_text(one: Telling, other: Telling, first: Reading, second: Reading) -> bool:
    """Tell whether one text was passed on: the same headline, or the same opening below it."""
    if first.plain == second.plain:
        return len(first.stems) > 1
    if min(len(one.snippet), len(other.snippet)) < _SNIPPET_TELLS:
        return False
    return fuzz.token_sort_ratio(one.snippet, other.snippet) >= _SAME_SNIPPET


def _days_apart(one: Telling, other: Telling) -> float:
    if one.published_at is None or other.published_at is None:
        return 0.0
    return abs(one.published_at - other.published_at).total_seconds() / 86_400


def _print_of(profile: StoryProfile) -> tuple[str, object] | None:
    """Return what is equal for copies of one report of one day; None for what may have none."""
    if len(profile.tellings) != 1:
        return None
    (only,) = profile.tellings
    known = reading(only.headline)
    day = only.published_at and only.published_at.date()
    return (known.plain, day) if len(known.stems) > 1 else None


def _stems(profile: StoryProfile) -> frozenset[str]:
    return frozenset(word for each in profile.tellings for word in reading(each.headline).stems)


def _telling(values: Mapping[str, Any]) -> Telling:
    moment = values.get("published_at")
    try:
        published_at = datetime.fromisoformat(moment) if isinstance(moment, str) else None
    except ValueError:
        published_at = None
    headline, snippet = str(values.get("headline", "")), str(values.get("snippet", ""))
    return Telling(headline, snippet, _aware(published_at))


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
