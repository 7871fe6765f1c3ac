"""Where a quote stands in its source."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_STRAIGHT = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u02bc": "'"}
    | {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"'}
    | dict.fromkeys("\u2010\u2011\u2013\u2014\u2212", "-")
    | {"\u2026": "."}
)
_ENDS = " \"'."
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"']?\s+(?=[\"'(]?[A-Z0-9])|\n+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|Mr|Mrs|Ms|Dr|St|No|vs|Jan|Feb|Aug|Sept|Oct|Nov|"
    r"Dec|U\.S|U\.K)|\b[A-Z])\.$"
)

_LONGEST_ABBREVIATION = 6


@dataclass(frozen=True)
class Found:
    """A quote in its source's own spelling, and the sentence or sentences that it is part of."""

    quote: str
    sentence: str


def locate(quote: str, text: str) -> Found | None:
    """Return where `text` holds `quote`, else None.

    Spaces, case and the shape of quotation marks may differ; words may not, nor be cut.
    """
    exact = quote.strip(_ENDS)
    at = text.find(exact) if exact else -1
    if at >= 0 and not _cuts_word(text, at) and not _cuts_word(text, at + len(exact)):
        return Found(exact, _sentence(text, at, at + len(exact)))  # most quotes are copies
    wanted = _compared(quote).strip(_ENDS)
    if not wanted or wanted not in _compared(text):
        return None  # told without the places, which are what costs
    folded, places = _folded(text)
    start = folded.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not _cuts_word(folded, start) and not _cuts_word(folded, end):
            first, last = places[start], places[end - 1] + 1
            return Found(text[first:last], _sentence(text, first, last))
        start = folded.find(wanted, start + 1)
    return None


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text."""
    places = [0, *_ends(text), len(text)]
    return [text[start:end].strip() for start, end in pairwise(places)]


@lru_cache(maxsize=256)
def _ends(text: str) -> tuple[int, ...]:
    """Return the places behind which a new sentence begins."""
    return tuple(
        match.start()
        for match in _SENTENCE_END.finditer(text)
        if not _ABBREVIATED.search(
            text[max(match.start() - _LONGEST_ABBREVIATION, 0) : match.start()]
        )
    )


def _sentence(text: str, start: int, end: int) -> str:
    ends = _ends(text)
    begin = max((at for at in ends if at <= start), default=0)
    stop = min((at for at in ends if at >= end), default=len(text))
    return text[begin:stop].strip()


def _cuts_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _compared(text: str) -> str:
    """Return the text as `_folded` does, without the places."""
    return " ".join(text.translate(_STRAIGHT).lower().split())


@lru_cache(maxsize=256)
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
