"""Whether an article is about the client at all, and how much it matters to the account."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from webapp.enums import Category, Severity
from webapp.providers.ai.rules_circumstances import is_bystander
from webapp.providers.ai.wording import CLIENT, name_pattern
from webapp.taxonomy import severity_of

OFF_TOPIC = 0.1
PASSING = 0.3
_BASE = 0.45
_IN_TITLE = 0.1
_MARKET_TALK = -0.1
_FRESH, _FRESH_DAYS = 0.05, 2
_OLD, _OLD_DAYS = -0.1, 14
_OWN_OR_WIRE = 0.03
_AGGREGATOR = -0.03
_SEVERITY: Mapping[Severity, float] = {
    Severity.LOW: 0.0,
    Severity.MEDIUM: 0.15,
    Severity.HIGH: 0.25,
    Severity.CRITICAL: 0.35,
}
_WIRES = ("newswire", "business wire", "businesswire", "globenewswire", "prnewswire", "reuters")
_AGGREGATORS = ("biztoc", "slashdot", "google news", "yahoo", "msn", "marketscreener", "newsbreak")

_OPENERS = (
    r"(?:(?:why|how|what|when|where|can|could|will|would|should|is|are|does|do|did|has|have|was|the|"
    r"a|an|new|here 's|exclusive|insider|selling|buying|breaking|report|update|watch|opinion|"
    r"analysis|as|inside|meet|only|shares|stock|of|pre|NUM|PCT|TICKER|[:,|]) )*"
)
_SUBJECT = re.compile(
    rf"^ {_OPENERS}{CLIENT} |[:|] {CLIENT} (?!,)|^ (?:\S+ ){{1,3}}(?:and|with|&) {CLIENT} "
)
_NOT_ITSELF_AFTER = re.compile(
    rf"{CLIENT} (?:rival|rivals|competitor|competitors|alternative|alternatives|killer|alum|alumni|"
    r"owner|owners|driver|drivers|fan|fans|plugin|plugins|template|templates|tutorial|users|"
    r"veteran|backed|style|like|clone|page|pages|post|posts|comment|comments) "
)
_NOT_ITSELF_BEFORE = re.compile(
    r"(?:former|ex|formerly|like|than|using|via|rivals|rival|challenge|follow|following|beat|beats|"
    r"unlike|versus|vs|after|before|overtakes|besides|including|involving) "
    rf"{CLIENT} |(?:crash|crashes|collision|collides) with (?:\S+ )?{CLIENT} "
    rf"|(?:across|opposite|near|next to) (?:\S+ ){{0,4}}{CLIENT} "
)
_AT = re.compile(
    r"(?:at|hit|hits|against|sues|fines|probes|over|upgrades|downgrades|rates|approves|rejects|"
    rf"clears|blocks|analysts set) (?:the |new )?{CLIENT} "
)
_ENTRY = r"(?:[^\s,]+ ){1,4}, "
_LIST = re.compile(
    rf"(?:{_ENTRY}){{2,}}(?:\S+ ){{0,4}}{CLIENT}|{CLIENT} , (?:{_ENTRY}){{2,}}"
    r"|stocks? (?:making|moving|trending)|stocks to (?:watch|buy|sell|own)|trending stocks"
    r"|(?:top|best) NUM"
    r"|NUM (?:\S+ )?(?:stocks|etfs|companies|firms|brands|things|takeaways)|NUM shares to "
    r"|,? and (?:NUM )?(?:more|others|other) $|(?:week|day|month) in |roundup|recap|headlines"
)
_AS_OBJECT = frozenset(
    {
        Category.PARTNERSHIP,
        Category.LEGAL_REGULATORY,
        Category.RESTATEMENT_GOVERNANCE,
        Category.CONTRACT_TERMINATED,
        Category.ACQUIRED_OR_MERGED,
        Category.ACQUISITION_BY_CLIENT,
        Category.MARKET_EXPANSION,
        Category.LEADERSHIP_CHANGE,
        Category.LAYOFFS_RESTRUCTURING,
        Category.SECURITY_INCIDENT,
        Category.BANKRUPTCY_DISTRESS,
        Category.NEGATIVE_PRESS,
        Category.FINANCIAL_RESULTS,
        Category.AWARD_RECOGNITION,
        Category.FUNDING,
    }
)
"""Happenings that befall a company which is not the subject of the headline, too."""


@dataclass(frozen=True)
class Relevance:
    """The score from 0 to 1, whether the article is about the client, and what made the score."""

    score: float
    about_client: bool
    factors: Mapping[str, float]


@dataclass(frozen=True)
class Reading:
    """An article as the rules read it: title and snippet in plain form, and its circumstances."""

    title: str
    snippet: str
    category: Category
    publisher: str
    names: tuple[str, ...]
    age_days: int | None


def judge_relevance(reading: Reading) -> Relevance:
    """Return how much an article matters to the account, with the parts that add up to it."""
    in_title, in_snippet = f" {CLIENT} " in reading.title, f" {CLIENT} " in reading.snippet
    if not in_title and not in_snippet:
        return Relevance(OFF_TOPIC, about_client=False, factors={"client_not_named": OFF_TOPIC})
    if not is_about(reading):
        return Relevance(PASSING, about_client=False, factors={"passing_mention": PASSING})
    factors = {"about_the_client": _BASE, "severity": _SEVERITY[severity_of(reading.category)]}
    if in_title:
        factors["named_in_title"] = _IN_TITLE
    if reading.category is Category.OTHER:
        factors["no_event"] = _MARKET_TALK
    factors |= _circumstances(reading)
    kept = {name: part for name, part in factors.items() if part}
    return Relevance(round(min(max(sum(kept.values()), 0.0), 1.0), 2), True, kept)  # noqa: FBT003 -- about_client


def _circumstances(reading: Reading) -> dict[str, float]:
    factors = {}
    publisher = reading.publisher.casefold()
    if reading.age_days is not None and reading.age_days <= _FRESH_DAYS:
        factors["recency"] = _FRESH
    if reading.age_days is not None and reading.age_days > _OLD_DAYS:
        factors["recency"] = _OLD
    if any(wire in publisher for wire in _WIRES) or _is_own(reading):
        factors["source"] = _OWN_OR_WIRE
    elif any(name in publisher for name in _AGGREGATORS):
        factors["source"] = _AGGREGATOR
    return factors


def is_about(reading: Reading) -> bool:
    """Tell whether the client is who the article speaks of, not merely named in it."""
    title = reading.title
    if is_bystander(title):
        return False
    if f" {CLIENT} " not in title:
        return _is_about_by_snippet(reading)
    if _LIST.search(title) or _is_own(reading):
        return not _LIST.search(title)
    if _SUBJECT.search(title):
        return not _NOT_ITSELF_AFTER.search(title)
    if _NOT_ITSELF_AFTER.search(title) or _NOT_ITSELF_BEFORE.search(title):
        return False
    return reading.category in _AS_OBJECT or _AT.search(title) is not None


def _is_about_by_snippet(reading: Reading) -> bool:
    """Tell it from a snippet: the client begins it, and something happened."""
    begins = re.match(rf" {_OPENERS}{CLIENT} ", reading.snippet) is not None
    return begins and reading.category is not Category.OTHER and not _LIST.search(reading.title)


def _is_own(reading: Reading) -> bool:
    """Tell whether the client published it itself."""
    pattern = name_pattern(reading.names)
    return pattern is not None and pattern.match(reading.publisher) is not None


def age_in_days(published_on: date | None, today: date) -> int | None:
    """Return how old an article is; a date ahead of today counts as today."""
    return None if published_on is None else max((today - published_on).days, 0)
