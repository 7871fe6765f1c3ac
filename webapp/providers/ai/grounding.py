"""Whether what a model wrote is carried by the source: quotes, amounts and names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_STRAIGHT = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"'}
    | {"\u2013": "-", "\u2014": "-", "\u2026": "."}
)
_MAGNITUDES = {
    "k": 1e3, "thousand": 1e3, "lakh": 1e5, "m": 1e6, "mn": 1e6, "million": 1e6, "crore": 1e7,
    "cr": 1e7, "b": 1e9, "bn": 1e9, "billion": 1e9, "tn": 1e12, "trillion": 1e12,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<money>[$€£¥₹]|\b(?:USD|EUR|GBP|Rs\.?)\s?)?"
    r"(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"(?:[\s-]?(?P<scale>k|thousand|lakh|mn|million|m|crore|cr|bn|billion|b|tn|trillion)\b)?"
    r"(?P<percent>\s?%|\s?per\s?cent\b)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w'&-]+(?:\s+(?:of\s+|de\s+|van\s+)?[A-Z][\w'&-]+)+")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'“])")
_SMALL = 100
"""Numbers below this ("2 calls", "48 hours") are no amounts unless money or a share."""
_YEARS = range(1990, 2100)


def find_quote(quote: str, text: str) -> str | None:
    """Return the stretch of `text` that `quote` repeats, in the text's own spelling, else None.

    Spaces, case and the shape of quotation marks may differ; words may not.
    """
    exact = quote.strip(" \"'.")
    at = text.find(exact) if exact else -1
    if at >= 0 and not _cuts_word(text, at) and not _cuts_word(text, at + len(exact)):
        return exact  # most quotes are copies; folding costs fifty times as much
    wanted = _compared(quote).strip(" \"'.")
    if wanted not in _compared(text):
        return None  # told without the places, which are what costs
    folded, places = _folded(text)
    start = folded.find(wanted) if wanted else -1
    if start < 0:
        return None
    end = start + len(wanted)
    if _cuts_word(folded, start) or _cuts_word(folded, end):
        return None
    return text[places[start] : places[end - 1] + 1]


def _cuts_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _compared(text: str) -> str:
    """Return the text as `_folded` does, without the places and with its ends bare."""
    return " ".join(text.translate(_STRAIGHT).lower().split())


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text in a form to compare, with the place that each character came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text.translate(_STRAIGHT)):
        folded = " " if character.isspace() else character.lower()
        if folded == " " and (not characters or characters[-1] == " "):
            continue
        characters.extend(folded)
        places.extend([place] * len(folded))
    return "".join(characters), places


def _amounts(text: str) -> Iterable[tuple[float, bool]]:
    """Yield each number's value and whether it claims something (money, share, large)."""
    for match in _NUMBER.finditer(text):
        digits = match["digits"].replace(",", "")
        if len(digits) > 30:  # noqa: PLR2004 -- no amount is that long, and float() is not free
            continue
        value = float(digits) * _MAGNITUDES.get((match["scale"] or "").lower(), 1.0)
        marked = bool(match["money"] or match["scale"] or match["percent"])
        is_year = not marked and value in _YEARS
        yield value, marked or (value >= _SMALL and not is_year)


@dataclass(frozen=True)
class _Carried:
    """What sources state: the values of their amounts, and their words in lower case."""

    amounts: frozenset[float]
    words: frozenset[str]


@lru_cache(maxsize=256)
def _carried(sources: tuple[str, ...]) -> _Carried:
    """Read sources once for all sentences of an answer that are held against them."""
    return _Carried(
        frozenset(value for source in sources for value, _ in _amounts(source)),
        frozenset(word.lower() for source in sources for word in _WORD.findall(source)),
    )


def unsupported_amounts(text: str, sources: Iterable[str]) -> list[float]:
    """Return the amounts in `text` that no source states."""
    known = _carried(tuple(sources)).amounts
    return [value for value, claims in _amounts(text) if claims and value not in known]


def unsupported_names(text: str, sources: Iterable[str]) -> list[str]:
    """Return the names of two or more words of which the sources do not know the half."""
    known = _carried(tuple(sources)).words
    strange = []
    for match in _NAME.finditer(text):
        words = [word.lower() for word in _WORD.findall(match[0])]
        if sum(word in known for word in words) * 2 < len(words):
            strange.append(match[0])
    return strange


def keep_supported(text: str, sources: Iterable[str]) -> str:
    """Return the sentences of `text` whose amounts and names the sources carry."""
    corpus = tuple(sources)
    return " ".join(
        sentence
        for sentence in _SENTENCE_END.split(text)
        if not unsupported_amounts(sentence, corpus) and not unsupported_names(sentence, corpus)
    )
