"""Queries in Google's syntax: the client's names, any of which will do, and its exclusions."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from webapp.providers.base import SearchTarget

MAX_WORDS = 32
"""Google ignores every further word of a query."""

_WINDOWS = (
    (timedelta(hours=1), "h"),
    (timedelta(days=1), "d"),
    (timedelta(weeks=1), "w"),
    (timedelta(days=31), "m"),
)


def name_query(target: SearchTarget) -> str:
    """Return a query for the client by any of its names, quoted.

    Domain, products and keywords stay out: joined on, each would only hide news. The terms that
    an ambiguous name needs are joined as alternatives, what must not occur is excluded.
    """
    query = any_of(_within_words((target.name, *target.aliases), MAX_WORDS // 2))
    words_left = MAX_WORDS - _words(query)
    clauses = (
        any_of(target.must_have_terms),
        *(_without(term) for term in target.must_not_terms),
        *(f"-site:{domain}" for domain in target.must_not_domains),
    )
    for clause in clauses:
        if clause and _words(clause) <= words_left:
            query = f"{query} {clause}"
            words_left -= _words(clause)
    return query


def any_of(phrases: Iterable[str]) -> str:
    """Return the phrases quoted and joined by OR, in brackets where there are several."""
    quoted = [f'"{phrase}"' for phrase in dict.fromkeys(map(_plain, phrases)) if phrase]
    return quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})" if quoted else ""


def window_letter(since: datetime, now: datetime) -> str:
    """Return h, d, w, m or y: the shortest of Google's windows that reaches back to `since`."""
    age = now - since
    return next((letter for length, letter in _WINDOWS if age <= length), "y")


def window_days(since: datetime, now: datetime) -> int:
    """Return the number of whole days, at least one, that reach back to `since`."""
    return max(1, math.ceil((now - since) / timedelta(days=1)))


def _within_words(phrases: Iterable[str], limit: int) -> list[str]:
    """Take the first phrase cut to the limit, and each further one that still fits."""
    taken: list[str] = []
    left = limit
    for phrase in phrases:
        words = _plain(phrase).split()
        if not taken:
            words = words[:limit]
        if words and len(words) < left + (not taken):
            taken.append(" ".join(words))
            left -= len(words) + 1  # OR counts as a word
    return taken


def _without(term: str) -> str:
    plain = _plain(term)
    return f'-"{plain}"' if plain else ""


def _plain(phrase: str) -> str:
    return " ".join(phrase.replace('"', " ").split())


def _words(clause: str) -> int:
    return len(clause.split())
