"""What a headline says, taken apart once so that it can be compared with many others."""

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from webapp.services.story_amounts import Amount, Kind, amounts_in
from webapp.services.story_families import Family, besides_formula, family_of
from webapp.services.story_parties import Parties, parties_in
from webapp.services.story_words import (
    bare_headline,
    folded,
    frequencies,
    is_stop_word,
    known_names,
    stem,
    stems_of,
    tokens_of,
)

COMPANY = "\x01"
"""Stands for the client's name in a stored headline."""

_TICKER = re.compile(r"\((?:[A-Z]{2,10}\s?:\s?)?[A-Z.]{1,6}\)")
_QUARTER = re.compile(
    r"\b(?:q([1-4])|([1-4])q|(first|second|third|fourth)[- ]quarter)\b", re.IGNORECASE
)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_OFFICES = re.compile(
    r"\b(?:(?P<ceo>ceo|chief executive)"
    r"|(?P<cfo>cfo|chief financial|finance (?:chief|head|director))"
    r"|(?P<coo>coo|chief operating)|(?P<cto>cto|chief technology|technology chief)"
    r"|(?P<cmo>cmo|chief marketing|marketing chief)|(?P<other>chief [a-z]+)"
    r"|(?P<board>board|chairman|chairwoman|chair))\b",
    re.IGNORECASE,
)
_TITLE_CASE = 0.5
_RARE = 15 / 26_000
_HAPPENINGS = (
    *("=sue", "=probe", "=fine", "=settle", "=bankrupt", "=ipo", "=layoff", "=breach", "=outage"),
    *("=recall", "=resign", "=hire", "=acquire", "=fund", "=strike", "=ban", "=earnings"),
    *("=partner", "=deal", "=launch", "=open", "=expand"),
)
"""What headlines tell, the more telling first: a suit over a breach is a suit."""


@dataclass(frozen=True)
class Reading:
    """The stems of a headline, in pairs as they stand, its names, figures, and its kind."""

    stems: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    names: frozenset[str]
    amounts: tuple[Amount, ...]
    quarters: frozenset[str]
    happening: str | None
    family: Family | None
    rest: frozenset[str]
    offices: frozenset[str]
    parties: Parties
    counted: tuple[tuple[str, Amount, str], ...]
    plain: str
    is_title_case: bool
    names_client: bool


@lru_cache(maxsize=20_000)
def reading(headline: str) -> Reading:
    """Take a headline apart; the client's names in it may be replaced by COMPANY."""
    bare = bare_headline(folded(headline))
    body = _TICKER.sub(" ", bare).replace(COMPANY, " ")
    amounts = amounts_in(body)
    for amount in amounts:
        body = body.replace(amount.text, " ", 1)
    tokens = tokens_of(body)
    stems = stems_of(tokens)
    held = frozenset(stems)
    family = family_of(bare)
    return Reading(
        stems=held,
        pairs=frozenset(itertools.pairwise(stems)),
        names=frozenset(stem(token) for token in tokens if _is_name(token)),
        amounts=amounts,
        quarters=frozenset(_quarter(match) for match in _QUARTER.finditer(bare)),
        happening=next((each for each in _HAPPENINGS if each in held), None),
        family=family,
        rest=besides_formula(held, family) if family else held,
        offices=_offices(bare) if "=hire" in held or "=resign" in held else frozenset(),
        parties=parties_in(bare),
        counted=_counted(bare, amounts),
        plain=" ".join(tokens_of(bare)).lower(),
        is_title_case=sum(token[0].isupper() for token in tokens) > _TITLE_CASE * len(tokens),
        names_client=COMPANY in headline,
    )


def _is_name(token: str) -> bool:
    if not token[0].isupper() or is_stop_word(token):
        return False
    base = stem(token)
    is_rare = frequencies().get(base, 0.0) < _RARE
    return base[0] != "=" and (is_rare or base in known_names())


def _counted(headline: str, amounts: tuple[Amount, ...]) -> tuple[tuple[str, Amount, str], ...]:
    """Return what is done to how many of what, in stems: "recalls 5,000 pumps"."""
    found = []
    for amount in amounts:
        before, _, headline = headline.partition(amount.text)
        verb, what = tokens_of(before)[-1:], tokens_of(headline)[:1]
        if amount.kind is Kind.COUNT and verb and what and not is_stop_word(what[0]):
            found.append((stem(verb[0]), amount, stem(what[0])))
    return tuple(found)


def _offices(headline: str) -> frozenset[str]:
    return frozenset(match.lastgroup or "" for match in _OFFICES.finditer(headline))


def _quarter(match: re.Match[str]) -> str:
    return str(match[1] or match[2] or _ORDINALS[match[3].lower()])
