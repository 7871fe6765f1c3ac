"""Titles in one plain form, and whether two of them say the same in nearly the same words."""

import re
import unicodedata

from rapidfuzz import fuzz

from webapp.services.story_amounts import amounts_in
from webapp.services.story_opposites import are_opposites, is_denied
from webapp.services.story_parties import parties_in
from webapp.services.story_statuses import statuses_in
from webapp.services.story_words import (
    bare_headline,
    folded,
    is_stop_word,
    stem,
    stems_of,
    tokens_of,
)

TITLE_RATIO = 90
"""Token-set ratio (0-100) from which two titles count as near-equal."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ORDINALS = frozenset(("first", "second", "third", "fourth"))
"""Words that say little, but tell quarters and rounds apart."""
_FEW_WORDS = 4
_SHORTEST_SHARE = 0.5
_SPELLING = 80
"""Ratio (0-100) from which two words count as spellings of one."""


def normalised_text(text: str) -> str:
    """Return the words of a text, folded: lower case, no accents' variants, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_WORD.findall(folded))


def are_titles_near_equal(one: str, other: str) -> bool:
    """Tell whether two titles say the same; different figures or names make them different.

    A figure that only one of them tells does not, nor do a publisher's name or "UPDATE 1-".
    """
    first, second = (bare_headline(folded(title)) for title in (one, other))
    plain, beside = normalised_text(first), normalised_text(second)
    if not plain or not beside:
        return False
    if plain == beside:
        return True
    if min(len(plain.split()), len(beside.split())) < _FEW_WORDS:
        return False
    near = fuzz.token_set_ratio(plain, beside) >= TITLE_RATIO and _lengths_agree(plain, beside)
    return near and not _say_otherwise(first, second)


def _lengths_agree(first: str, second: str) -> bool:
    """Refuse a short title inside a long one: it scores 100 and may say something else."""
    shorter, longer = sorted((len(first), len(second)))
    return shorter / longer >= _SHORTEST_SHARE


def _say_otherwise(first: str, second: str) -> bool:
    """Tell whether two titles of nearly the same words say something different all the same."""
    if is_denied(first) != is_denied(second) or are_opposites(first, second):
        return True
    if set(statuses_in(first)) != set(statuses_in(second)):
        return True
    if parties_in(first).contradict(parties_in(second)):
        return True
    return not _figures_agree(first, second) or _words_differ(first, second)


def _figures_agree(first: str, second: str) -> bool:
    """Every figure of the title that has fewer of them must be among those of the other."""
    one, other = sorted((amounts_in(first), amounts_in(second)), key=len)
    if not all(any(each.is_like(known) for known in other) for each in one):
        return False
    few, many = sorted((_bare_numbers(first), _bare_numbers(second)), key=len)
    return few <= many


def _bare_numbers(text: str) -> set[str]:
    for amount in amounts_in(text):
        text = text.replace(amount.text, " ", 1)
    return set(_NUMBER.findall(text))


def _words_differ(first: str, second: str) -> bool:
    """Tell whether each title has a word that the other lacks: "jump" and "drop", two names.

    One word decides what a headline of ten others says. Forms and spellings of one word are one.
    """
    return _has_another_word(first, second) and _has_another_word(second, first)


def _has_another_word(title: str, beside: str) -> bool:
    known = set(stems_of(tokens_of(beside)))
    return any(
        stem(word) not in known
        and all(fuzz.ratio(stem(word), other) < _SPELLING for other in known)
        for word in tokens_of(title)
        if not is_stop_word(word) or word.lower() in _ORDINALS
    )
