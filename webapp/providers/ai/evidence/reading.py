"""A text as the evidence check reads it: folded, in words, in clauses."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_PLAIN_MARKS = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u02bc": "'", "`": "'"}
    | {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"'}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f", " ")
    | {"\u2026": "..."}
)
_NO_LETTER_PARTS = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "Ae"}
_WORD = re.compile(r"[^\W_]+(?:[.&'][^\W_]+)*(?:'(?=\s|$))?")
_CLAUSE_END = re.compile(
    r"[;:?!|()]|,(?!\d)|\.(?=\s|$)|\s-+\s|\b(?:but|while|whereas|although|though|despite|after|"
    r"before|because|and|as|which|who|amid|following|since|so|yet)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"(?:'s|s'|')$")


@dataclass(frozen=True)
class Word:
    """One word: as written, bare in lower case, its place, and whether it begins a sentence."""

    text: str
    bare: str
    start: int
    leads: bool = False

    @property
    def is_capital(self) -> bool:
        """Tell whether it has a capital letter anywhere, as names have."""
        return self.text != self.text.lower()


@lru_cache(maxsize=2048)
def folded(text: str) -> str:
    """Return a text without accents and typographic marks, in its own capitals and length order."""
    plain = text.translate(_PLAIN_MARKS)
    if plain.isascii():
        return plain
    for letter, parts in _NO_LETTER_PARTS.items():
        plain = plain.replace(letter, parts)
    kept = unicodedata.normalize("NFKD", plain)
    return "".join(mark for mark in kept if not unicodedata.combining(mark))


@lru_cache(maxsize=2048)
def words_of(plain: str) -> tuple[Word, ...]:
    """Return the words of a folded text in their order."""
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(plain):
        between = plain[end : match.start()]
        leads = not found or any(mark in between for mark in '.!?:;|"\n')
        found.append(Word(match[0], bare(match[0]), match.start(), leads))
        end = match.end()
    return tuple(found)


def bare(word: str) -> str:
    """Return a word in lower case without possessive and the dots of an abbreviation."""
    return _POSSESSIVE.sub(lambda end: "s" if end[0] == "s'" else "", word.lower()).replace(".", "")


@lru_cache(maxsize=2048)
def clauses_of(plain: str) -> tuple[str, ...]:
    """Return the clauses of a folded text, parted where another statement may begin."""
    parts = _CLAUSE_END.split(plain)
    return tuple(part.strip() for part in parts if part and part.strip())
