"""Names in a claim: each has to stand in its source, however it is spelled there."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from webapp.providers.ai.evidence.figures import is_currency
from webapp.providers.ai.evidence.meanings import is_common, is_small, meanings_of, stem
from webapp.providers.ai.evidence.reading import Word, words_of
from webapp.providers.ai.evidence.spelled_numbers import NUMBER_WORDS
from webapp.providers.ai.evidence.word_lists import kind_of_words, word_groups

_IGNORED = kind_of_words("titles") | kind_of_words("calendar")
_HEADLINE_SHARE = 0.8
_HEADLINE_WORDS = 4
_FIGURE = re.compile(r"^\d|^[QH]\d$|^FY\d*$", re.IGNORECASE)
_HELPERS = kind_of_words("helping")
_COMMON_END = re.compile(r"(?:s|ing|ed|ly|tion|ment|ness|ity|ance|ence|ship|ive|al|able)$")
_OF_PLACE = ("n", "an", "ian", "ese", "ish", "er", "ers")
_WORDS_OF_ONE_LETTER = frozenset("ai")
_SHORT = 3
_LEAST_ACRONYM, _LONGEST_ACRONYM = 2, 6


@lru_cache(maxsize=2048)
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
    loud = _is_headline(found)
    missing = []
    for word in names_in(claim):
        place = found.index(word)
        if lenient and word.leads and not _stands_as_name(found, place):
            continue
        held = known.holds(found, place, loud=loud) or known.holds_longer(found, place)
        if not held:
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
        self._stems = {stem(word.bare) for word in capital}
        self._all = {form for word in words for form in (word.bare, stem(word.bare))}
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

    def holds(self, words: Sequence[Word], place: int, *, loud: bool) -> bool:
        """Tell whether a name is held as it is, as an initial, an acronym or another form."""
        word = words[place]
        if self._spells(word, loud=loud):
            return True
        if len(word.bare) == 1:
            return self._holds_initial(words, place)
        if word.bare in self._acronyms or self._places & _places_of((word.bare,)):
            return True
        if word.text.isupper() and len(word.bare) <= _LONGEST_ACRONYM:
            (meanings,) = meanings_of((word.bare,))
            return f"={word.bare}" in self._meanings & meanings
        return "-" in word.text and all(part in self._words for part in word.bare.split("-"))

    def _spells(self, word: Word, *, loud: bool) -> bool:
        """Tell whether a name stands there, with another ending perhaps."""
        if word.bare in self._words or stem(word.bare) in self._stems:
            return True
        if stem(word.bare) in self._all and (loud or word.leads or is_common(word.bare)):
            return True
        return any(_is_form_of(word.bare, other) for other in self._words)

    def _holds_initial(self, words: Sequence[Word], place: int) -> bool:
        """Tell whether a letter abbreviates a first or middle name of the surname behind it."""
        surname = words[place + 1].bare if place + 1 < len(words) else ""
        is_middle = place > 0 and words[place - 1].bare in self._words
        return surname in self._words and (
            is_middle or (words[place].bare, surname) in self._surname_initials
        )

    def holds_longer(self, words: Sequence[Word], place: int) -> bool:
        """Tell whether a name is part of one that the sources abbreviate or call otherwise."""
        for start in range(max(place - _LONGEST_ACRONYM, 0), place + 1):
            for end in range(place + 1, min(start + _LONGEST_ACRONYM, len(words)) + 1):
                parts = [word for word in words[start:end] if not is_small(word.bare)]
                letters = "".join(word.bare[0] for word in parts if word.is_capital)
                if len(letters) == len(parts) >= _LEAST_ACRONYM and letters in self._words:
                    return True
        pairs = (words[max(place - 1, 0) : place + 1], words[place : place + 2])
        return any(
            self._places & _place_of_pair(tuple(word.bare for word in pair)) for pair in pairs
        )


@lru_cache(maxsize=512)
def _known(texts: tuple[str, ...]) -> _Known:
    return _Known([word for text in texts for word in words_of(text)])


def _is_form_of(one: str, other: str) -> bool:
    """Tell whether of two names one is of the place that the other is: Serbia, Serbian."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > _SHORT and longer in {f"{shorter}{end}" for end in _OF_PLACE}


def _is_certain(word: Word, *, loud: bool) -> bool:
    """Tell whether a word's capital can only mean that it is a name."""
    return not loud and (not word.leads or (word.text.isupper() and len(word.bare) > 1))


def _is_name(word: Word, *, certain: bool) -> bool:
    if not word.is_capital or word.bare in _IGNORED:
        return False
    if _FIGURE.match(word.bare) or is_currency(word.bare) or word.bare in NUMBER_WORDS:
        return False
    if len(word.bare) == 1 and word.bare not in _WORDS_OF_ONE_LETTER:
        return True
    if word.text == "I" or (is_small(word.bare) and (not word.text.isupper() or not certain)):
        return False
    if certain:
        return True
    return not is_common(word.bare)


def _is_headline(words: Sequence[Word]) -> bool:
    long = [word for word in words if len(word.bare) > _SHORT and word.bare.isalpha()]
    capital = sum(word.is_capital for word in long)
    if words and not any(word.text != word.text.upper() for word in words):
        return True
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


def _place_of_pair(pair: tuple[str, ...]) -> frozenset[str]:
    place = _places().get("_".join(pair))
    return frozenset((place,)) if place else frozenset()


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    return {word: name for name, words in word_groups("places.txt").items() for word in words}
