"""What a report tells: what is held against known stories, and what a story keeps of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from webapp.enums import Provenance, SimulationReason
from webapp.providers.base import SearchTarget
from webapp.services.canonical import article_address
from webapp.services.raw_rows import RawItem
from webapp.services.same_story import WINDOW, Report, StoryProfile, joined, profile_of
from webapp.services.story_facts import StoryFacts, facts_of, merged

MAX_URLS = 60
"""Addresses that a story remembers; the newest stay."""

REAL = "real"


@dataclass(frozen=True)
class Gist:
    """What one report, or several of one happening, say.

    `origin` parts what is real from what was invented, and that by why: reports of different
    origins never share a story, so that nothing invented can stand before something real.
    """

    origin: str
    profile: StoryProfile
    facts: StoryFacts
    urls: tuple[str, ...] = ()
    hashes: frozenset[str] = frozenset()

    def with_more(self, other: "Gist") -> "Gist":
        """Return what both say together, under this one's origin."""
        return Gist(
            self.origin,
            joined(self.profile_for(other), other.profile),
            merged(self.facts, other.facts),
            tuple(dict.fromkeys((*self.urls, *other.urls)))[-MAX_URLS:],
            self.hashes | other.hashes,
        )

    def profile_for(self, other: "Gist") -> StoryProfile:
        """Return the profile without what was reported too long before the other's reports.

        A story that goes on for months is recognised by its last weeks.
        """
        moments = [each.published_at for each in other.profile.tellings if each.published_at]
        if not moments:
            return self.profile
        since = max(moments) - WINDOW
        recent = [
            each
            for each in self.profile.tellings
            if each.published_at is None or each.published_at >= since
        ]
        return StoryProfile(tuple(recent)) if recent else self.profile

    def to_json(self) -> dict[str, Any]:
        """Return what a story's row keeps; hashes stand in the events themselves."""
        return {
            "profile": self.profile.to_json(),
            "facts": self.facts.to_json(),
            "urls": list(self.urls),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any], *, origin: str) -> Self | None:
        """Read what a row keeps; None where it keeps nothing that can be recognised."""
        profile, facts = values.get("profile"), values.get("facts")
        if not isinstance(profile, dict) or not isinstance(facts, dict):
            return None
        urls = tuple(str(each) for each in values.get("urls") or ())
        return cls(origin, StoryProfile.from_json(profile), StoryFacts.from_json(facts), urls)


def origin_of(provenance: Provenance, reason: SimulationReason | None) -> str:
    """Return which side of the wall a row stands on: real, or invented for which reason."""
    if provenance is not Provenance.SIMULATED:
        return REAL
    return reason.value if reason else Provenance.SIMULATED.value


def names_told(target: SearchTarget) -> tuple[str, ...]:
    """Return the names of the client itself, which tell none of its stories apart."""
    names = (target.name, target.legal_name, *target.aliases)
    return tuple(name for name in names if name)


def gist_of(item: RawItem, names: Sequence[str]) -> Gist:
    """Return what one stored row tells."""
    return Gist(
        origin_of(item.provenance, item.simulation_reason),
        *read_report(
            Report(item.title, item.snippet, item.published_at, item.publisher, item.url), names
        ),
        urls=article_urls(item.url),
        hashes=frozenset({item.content_hash}),
    )


def read_report(report: Report, names: Sequence[str]) -> tuple[StoryProfile, StoryFacts]:
    """Return profile and facts of a report."""
    return profile_of(report, company_names=names), facts_of(report, company_names=names)


def article_urls(url: str) -> tuple[str, ...]:
    """Return the address of an article, with its place on a page that tells many happenings.

    A site's front page names none.
    """
    address = article_address(url)
    try:
        parts = urlsplit(address)
    except ValueError:
        return ()
    return (address,) if parts.path.strip("/") or parts.query else ()
