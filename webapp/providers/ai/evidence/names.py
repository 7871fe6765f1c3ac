"""Names in a claim: each has to stand in its source, however it is spelled there."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from webapp.providers.ai.evidence.figures import is_currency
from webapp.providers.ai.evidence.meanings import is_small, meanings_of, stem
from webapp.providers.ai.evidence.reading import Word, words_of
from webapp.providers.ai.evidence.spelled_numbers import NUMBER_WORDS
from webapp.providers.ai.evidence.word_lists import kind_of_words, word_groups

_IGNORED = kind_of_words("titles") | kind_of_words("calendar")
_HEADLINE_SHARE = 0.8
_HEADLINE_WORDS = 4
_FIGURE = re.compile(r"^\d|^[QH]\d$|^FY\d*$", re.IGNORECASE)
_HELPERS = kind_of_words("helping")
_COMMON_END = re.compile(r"(?:s|ing|ed|ly|tion|ment|ness|ity|ance|ence|ship|ive|al|able)$")
_SHORT = 3
_LEAST_ACRONYM, _LONGEST_ACRONYM = 2, 6


def names_in(plain: str) -> tuple[Word, ...]:
    """Return the words of a folded text that are (parts of) names.

    A word that begins a sentence, or stands in a headline whose every word has a capital, is one
    only if it is no word that the lists know.
    """
    words = words_of(plain)
    loud = _is_headline(words)
    return tuple(word for word in words if _is_name(word, certain=_is_certain(word, loud=loud)))


def missing_names(claim: str, sources: Iterable[str], *, lenient: bool = False) -> list[str]:
    """Return the names of a folded claim that none of the folded sources holds.

    `lenient` passes over a word that begins a sentence, unless it stands there as a name does:
    "Arcwell will" is one, "Invoices will" and "Call Arcwell" are not.
    """
    texts = tuple(sources)
    known = _Known.of(texts)
    found = words_of(claim)
    missing = []
    for word in names_in(claim):
        place = found.index(word)
        if lenient and word.leads and not _stands_as_name(found, place):
            continue
        if not known.holds(word, found[place + 1 : place + 3]) and not known.holds_acronym(
            found, place
        ):
            missing.append(word.text)
    return missing


def _stands_as_name(words: Sequence[Word], place: int) -> bool:
    following = words[place + 1].bare if place + 1 < len(words) else ""
    return following in _HELPERS and not _COMMON_END.search(words[place].bare)


class _Known:
    """The words that the sources hold, in the forms that names take."""

    def __init__(self, words: Sequence[Word]) -> None:
        capital = [word for word in words if word.is_capital or not word.bare.isalpha()]
        self._words = {word.bare for word in capital}
        self._stems = {stem(word.bare) for word in capital} | {word.bare for word in words}
        self._initials = {word.bare[0] for word in capital if len(word.bare) == 1}
        self._surname_initials = {
            (first.bare[0], second.bare) for first, second in pairwise(capital)
        }
        self._acronyms = set(_acronyms(words))
        self._meanings = frozenset(
            meaning for each in meanings_of(tuple(word.bare for word in words)) for meaning in each
        )
        self._places = _places_of(tuple(word.bare for word in words))

    @classmethod
    def of(cls, texts: tuple[str, ...]) -> "_Known":
        """Read the sources; the same ones are read once."""
        return _known(texts)

    def holds(self, word: Word, following: Sequence[Word]) -> bool:
        """Tell whether a name is held as it is, as an initial, an acronym or another form."""
        if word.bare in self._words or stem(word.bare) in self._stems:
            return True
        if len(word.bare) == 1:
            return self._holds_initial(word.bare, following)
        if word.bare in self._acronyms or self._places & _places_of((word.bare,)):
            return True
        if word.text.isupper() and len(word.bare) <= _LONGEST_ACRONYM:
            (meanings,) = meanings_of((word.bare,))
            return f"={word.bare}" in self._meanings & meanings
        return "-" in word.text and all(part in self._words for part in word.bare.split("-"))

    def _holds_initial(self, letter: str, following: Sequence[Word]) -> bool:
        """Tell whether a letter abbreviates a first or middle name of the surname behind it."""
        surname = following[0].bare if following else ""
        if surname not in self._words:
            return False
        return (letter, surname) in self._surname_initials or letter not in self._initials

    def holds_acronym(self, words: Sequence[Word], place: int) -> bool:
        """Tell whether the name at a place is part of one that the sources abbreviate."""
        for start in range(max(place - _LONGEST_ACRONYM, 0), place + 1):
            for end in range(place + 1, min(start + _LONGEST_ACRONYM, len(words)) + 1):
                parts = [word for word in words[start:end] if not is_small(word.bare)]
                letters = "".join(word.bare[0] for word in parts)
                if len(parts) >= _LEAST_ACRONYM and letters in self._words:
                    return True
        phrase = _places_of(tuple(word.bare for word in words[max(place - 1, 0) : place + 2]))
        return bool(phrase & self._places)


@lru_cache(maxsize=512)
def _known(texts: tuple[str, ...]) -> _Known:
    return _Known([word for text in texts for word in words_of(text)])


def _is_certain(word: Word, *, loud: bool) -> bool:
    """Tell whether a word's capital can only mean that it is a name."""
    return not loud and (not word.leads or (word.text.isupper() and len(word.bare) > 1))


def _is_name(word: Word, *, certain: bool) -> bool:
    if not word.is_capital or word.bare in _IGNORED:
        return False
    if _FIGURE.match(word.bare) or is_currency(word.bare) or word.bare in NUMBER_WORDS:
        return False
    if word.text == "I" or (is_small(word.bare) and (not word.text.isupper() or not certain)):
        return False
    if certain:
        return True
    return not _is_common(word.bare)


def _is_common(bare: str) -> bool:
    """Tell whether a word is one of the language, as far as the lists know."""
    (meanings,) = meanings_of((bare,))
    return (
        any(each.startswith("=") for each in meanings)
        or bare in common_words()
        or stem(bare) in common_words()
    )


def _is_headline(words: Sequence[Word]) -> bool:
    long = [word for word in words if len(word.bare) > _SHORT and word.bare.isalpha()]
    capital = sum(word.is_capital for word in long)
    return len(long) >= _HEADLINE_WORDS and capital >= _HEADLINE_SHARE * len(long)


def _acronyms(words: Sequence[Word]) -> Iterable[str]:
    """Yield the first letters of each run of words with capitals, small words passed over."""
    run: list[str] = []
    for word in words:
        if word.is_capital and not (word.leads and run):
            run.append(word.bare[0])
            yield from ("".join(run[start:]) for start in range(len(run) - 1))
        elif not is_small(word.bare) or word.leads:
            run = [word.bare[0]] if word.is_capital else []


@lru_cache(maxsize=4096)
def _places_of(words: tuple[str, ...]) -> frozenset[str]:
    pairs = (f"{first}_{second}" for first, second in pairwise(words))
    return frozenset(_places()[each] for each in (*words, *pairs) if each in _places())


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    return {word: name for name, words in word_groups("places.txt").items() for word in words}


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return words of the language that begin sentences and are no names."""
    words = (word for words in word_groups("common.txt").values() for word in words)
    return frozenset(form for word in words for form in (word, stem(word)))
