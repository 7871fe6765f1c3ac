"""Phrases written as people say them, found quickly in the plain form of a text.

A phrase is words with single spaces: `a|b` is either, `?a|b` either or nothing, `cut*` any word
that begins so, `at_risk` two words as one, and `..` up to five words of any kind. CLIENT, AMT,
PCT, NUM and TICKER stand for what the plain form puts in their place.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

_GAP = r"(?:\S+ ){0,5}?"
_KEY_LENGTH = 4
_Meaning = TypeVar("_Meaning")


@dataclass(frozen=True)
class Phrase(Generic[_Meaning]):
    """One phrase, ready to be searched, and what finding it means."""

    meaning: _Meaning
    weight: float
    pattern: re.Pattern[str]
    keys: frozenset[str]


def compiled(meaning: _Meaning, weight: float, phrase: str) -> Phrase[_Meaning]:
    """Return a phrase ready to be searched in the plain form."""
    parts = phrase.split()
    pattern = "".join(_part(part) for part in parts)
    return Phrase(meaning, weight, re.compile(f" (?={pattern})"), _keys(parts))


def _part(part: str) -> str:
    if part == "..":
        return _GAP
    either = "|".join(_word(word) for word in part.removeprefix("?").split("|"))
    return f"(?:{either})?" if part.startswith("?") else f"(?:{either})"


def _word(word: str) -> str:
    word = word.replace("_", " ")
    return rf"{re.escape(word[:-1])}\S* " if word.endswith("*") else f"{re.escape(word)} "


def _keys(parts: list[str]) -> frozenset[str]:
    """Return beginnings of words one of which has to occur: of the rarest-looking part."""
    needed = [part.split("|") for part in parts if part != ".." and not part.startswith("?")]
    rarest = max(needed, key=lambda words: min(len(word) for word in words))
    return frozenset(word.partition("_")[0].rstrip("*")[:_KEY_LENGTH] for word in rarest)


class PhraseBook(Generic[_Meaning]):
    """Many phrases, of which only those are searched whose words a text has at all."""

    def __init__(self, phrases: Iterable[Phrase[_Meaning]]) -> None:
        self._by_key: dict[str, list[Phrase[_Meaning]]] = {}
        for phrase in phrases:
            for key in phrase.keys:
                self._by_key.setdefault(key, []).append(phrase)

    def found(self, plain: str) -> list[Phrase[_Meaning]]:
        """Return the phrases that the plain form of a text holds, each once."""
        # In the order of the words: a set's order differs from one process to the next
        keys = dict.fromkeys(word[:_KEY_LENGTH] for word in plain.split())
        candidates = {id(phrase): phrase for key in keys for phrase in self._by_key.get(key, ())}
        return [phrase for phrase in candidates.values() if phrase.pattern.search(plain)]
