"""GDELT's query language, whose parser refuses more than its documentation says.

A word goes bare and must have three characters; several words, or one with a hyphen or a full
stop, go into quotes and must have five; brackets may stand around one list of alternatives only,
and only once.
"""

import re
from collections.abc import Iterable, Sequence

from webapp.providers.base import SearchTarget
from webapp.providers.search.languages import ANY, NAMES

MAX_LENGTH = 400
_MAX_NAMES = 10
_MAX_EXCLUDED = 5
_SHORTEST_WORD = 3
_SHORTEST_PHRASE = 5
_UNREADABLE = re.compile(r"[^\w\s.&'-]+")
_OPERATORS = frozenset({"or", "and", "not"})


def gdelt_query(target: SearchTarget, language: str) -> str:
    """Return a query for the client in news of a language; "" where no name can be asked for.

    Any of the names will do. As only one list of alternatives is allowed, a client with
    must-have terms is asked for by its first name and one of those terms.
    """
    names = _terms((target.name, *target.aliases)) or _terms((target.legal_name or "",))
    if not names:
        return ""
    needed = _terms(target.must_have_terms)[:_MAX_NAMES]
    query = f"{names[0]} {_one_of(needed)}" if needed else _one_of(names[:_MAX_NAMES])
    clauses = [
        *(f"-{term}" for term in _terms(target.must_not_terms)[:_MAX_EXCLUDED]),
        *(f"-domainis:{domain}" for domain in target.must_not_domains[:_MAX_EXCLUDED]),
    ]
    spoken = "" if language == ANY else f" sourcelang:{NAMES[language]}"
    for clause in clauses:
        if len(f"{query} {clause}{spoken}") <= MAX_LENGTH:
            query = f"{query} {clause}"
    return f"{query}{spoken}"


def _one_of(terms: Sequence[str]) -> str:
    fitting = list(terms[:1])
    for term in terms[1:]:
        if len(" OR ".join([*fitting, term])) <= MAX_LENGTH // 2:
            fitting.append(term)
    return fitting[0] if len(fitting) == 1 else f"({' OR '.join(fitting)})"


def _terms(phrases: Iterable[str]) -> list[str]:
    written = (_term(phrase) for phrase in phrases)
    return list(dict.fromkeys(term for term in written if term))


def _term(phrase: str) -> str:
    """Write one phrase as GDELT takes it; "" for one that it refuses."""
    words = [word.strip(".&'-_") for word in _UNREADABLE.sub(" ", phrase).split()]
    plain = " ".join(word for word in words if word)[: MAX_LENGTH // 4].strip()
    if plain.isalnum() and plain.lower() not in _OPERATORS:
        return plain if len(plain) >= _SHORTEST_WORD else ""
    return f'"{plain}"' if len(plain) >= _SHORTEST_PHRASE else ""
