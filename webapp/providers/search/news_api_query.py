"""NewsAPI's query language: quoted phrases with AND, OR, NOT and brackets, 500 characters."""

from collections.abc import Iterable
from urllib.parse import quote_plus

from webapp.providers.base import SearchTarget
from webapp.providers.search.queries import any_of

MAX_LENGTH = 500
"""NewsAPI's bound. It does not say whether it counts before or after the address is encoded, so
the longer form is measured."""

_MAX_NAME = 100
_MAX_DOMAINS = 50


def news_api_query(target: SearchTarget) -> str:
    """Return a query for the client by any of its names.

    The terms that an ambiguous name needs are required, one of them at least; what must not
    occur is excluded. Whatever does not fit into the length is left out, aliases before names.
    """
    query = any_of(_fitting((target.name[:_MAX_NAME], *target.aliases)))
    needed = any_of(target.must_have_terms)
    clauses = [f"AND {needed}" if needed else "", *map(_without, target.must_not_terms)]
    for clause in filter(None, clauses):
        if _length(f"{query} {clause}") <= MAX_LENGTH:
            query = f"{query} {clause}"
    return query


def excluded_domains(target: SearchTarget) -> str:
    """Return the domains that must not answer, joined as NewsAPI takes them."""
    return ",".join(target.must_not_domains[:_MAX_DOMAINS])


def _fitting(names: Iterable[str]) -> list[str]:
    """Take names as long as the query of all taken ones keeps to half of the length."""
    taken: list[str] = []
    for name in names:
        if not taken or _length(any_of([*taken, name])) <= MAX_LENGTH // 2:
            taken.append(name)
    return taken


def _without(term: str) -> str:
    phrase = any_of([term])
    return f"NOT {phrase}" if phrase else ""


def _length(query: str) -> int:
    return len(quote_plus(query))
