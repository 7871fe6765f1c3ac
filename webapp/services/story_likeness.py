"""How likely two headlines about one client tell the same happening.

The weights were searched on public headlines and on our own (bench/quality/stories.py says
on which, and on which they are measured); none of them belongs to a company.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from rapidfuzz import fuzz

from webapp.services.story_families import Family
from webapp.services.story_opposites import are_opposites, is_denied
from webapp.services.story_reading import Reading
from webapp.services.story_words import frequencies, known_names

UNLIKE = -6.0
"""The score of two headlines that contradict each other; it cannot be outweighed by one like it."""

_BIAS = -0.13
_WORTH = {
    "jaccard": 1.7,
    "shared": 1.16,
    "pairs": 1.47,
    "amount": 0.5,
    "concepts": 0.58,
    "left over": -0.95,
    "other names": -0.64,
    "same happening": 0.81,
    "other happening": -1.05,
    "one word": -0.56,
    "client": -0.3,
}
_MOST_SHARED, _MOST_LEFT, _MOST_PAIRS, _MOST_CONCEPTS, _MOST_NAMES = 4.0, 5.0, 1.5, 2, 2
_SMALLEST = 1e-4
_LOCAL = 0.3
"""How much the share among the client's own reports counts beside that among all headlines."""
_CAUTION = 20
_SAME_REST = 0.5
_SMALL_COUNT = 5
_SPELLING = 80
"""Ratio (0-100) from which two words count as spellings of one."""

Weights = Mapping[str, float]


def word_weights(readings: Iterable[Reading]) -> Weights:
    """Return how telling each stem is, 0 to 1, where these reports are; the rarer the more."""
    different = {each.stems for each in readings}
    counts = Counter(word for stems in different for word in stems)
    size = len(different) + _CAUTION
    return {word: weight_of(word, (count - 1) / size) for word, count in counts.items()}


def weight_of(word: str, local_share: float = 0.0) -> float:
    """Return how telling a stem is, 0 to 1, given its share among the client's own reports."""
    share = frequencies().get(word, _SMALLEST / 3) + _LOCAL * local_share + _SMALLEST
    return math.log(min(1.0, share)) / math.log(_SMALLEST)


def likeness(one: Reading, other: Reading, weights: Weights) -> float:
    """Return a score that is above 0 when both more likely tell the same happening."""
    if contradict(one, other):
        return UNLIKE
    signs = signs_of(one, other, weights)
    score = _BIAS + sum(_WORTH[name] * value for name, value in signs.items())
    return max(UNLIKE, min(-UNLIKE, score))


def signs_of(one: Reading, other: Reading, weights: Weights) -> dict[str, float]:
    """Return what speaks for and against: each sign with its strength."""
    shared = one.stems & other.stems
    common = _weight(shared, weights)
    only_one, only_other = (_weight(each.stems - shared, weights) for each in (one, other))
    whole = common + only_one + only_other
    pairs = sum(min(map(_weigher(weights), pair)) for pair in one.pairs & other.pairs)
    unmatched = min(len(one.names - other.stems), len(other.names - one.stems), _MOST_NAMES)
    tell_what = one.happening is not None and other.happening is not None
    return {
        "jaccard": common / whole if whole else 0.0,
        "shared": min(common, _MOST_SHARED),
        "pairs": min(pairs, _MOST_PAIRS) / _MOST_PAIRS,
        "amount": float(_share_an_amount(one, other, least=_SMALL_COUNT)),
        "concepts": min(sum(word[0] == "=" for word in shared), _MOST_CONCEPTS) / _MOST_CONCEPTS,
        "left over": min(only_one, only_other, _MOST_LEFT),
        "other names": unmatched / _MOST_NAMES,
        "same happening": float(tell_what and one.happening == other.happening),
        "other happening": float(tell_what and one.happening != other.happening),
        "one word": float(len(shared) <= 1),
        "client": float(one.names_client != other.names_client),
    }


def contradict(one: Reading, other: Reading) -> bool:
    """Tell whether two headlines cannot tell the same: other quarters, other parties, formulas."""
    if one.quarters and other.quarters and not one.quarters & other.quarters:
        return True
    if _versions_differ(one, other) or _say_opposites(one, other):
        return True
    if _others_act(one, other):
        return True
    if one.family is None and other.family is None:
        return _only_names_differ(one, other)
    if one.family is not other.family:
        return {one.family, other.family} != {None, Family.RATING}
    return not _formulas_agree(one, other)


def _others_act(one: Reading, other: Reading) -> bool:
    """Tell whether other parties move against the client, or another office changes hands."""
    if one.offices and other.offices and not one.offices & other.offices:
        return True
    return one.parties.contradict(other.parties)


def _only_names_differ(one: Reading, other: Reading) -> bool:
    """Tell whether only names differ, as in "opens in Rotterdam" and "opens in Gdansk"."""
    first, second = one.stems - other.stems, other.stems - one.stems
    if not first or not second or not (first <= one.names and second <= other.names):
        return False
    if (one.is_title_case or other.is_title_case) and not _are_names(first | second):
        return False
    return not any(fuzz.ratio(a, b) >= _SPELLING for a in first for b in second)


def _are_names(words: frozenset[str]) -> bool:
    """Tell whether words that a title in capitals does not mark as names are names all the same."""
    return all(word in known_names() or word not in frequencies() for word in words)


def _say_opposites(one: Reading, other: Reading) -> bool:
    if are_opposites(one.plain, other.plain) or _counts_differ(one, other):
        return True
    return one.stems == other.stems and is_denied(one.plain) != is_denied(other.plain)


def _counts_differ(one: Reading, other: Reading) -> bool:
    """Tell whether the same is done to different numbers of different things."""
    return any(
        verb == same and what not in other.stems and what2 not in one.stems and not n.is_like(m)
        for verb, n, what in one.counted
        for same, m, what2 in other.counted
    )


def _versions_differ(one: Reading, other: Reading) -> bool:
    first, second = (
        {amount.text for amount in each.amounts if amount.is_version} for each in (one, other)
    )
    return bool(first and second) and not first & second


def _formulas_agree(one: Reading, other: Reading) -> bool:
    """Headlines of one formula agree in who acts, and in figures where both have them."""
    if one.plain == other.plain:
        return True
    alike = _share_an_amount(one, other)
    kinds = {each.kind for each in one.amounts} & {each.kind for each in other.amounts}
    if kinds and not alike:
        return False
    # A year that both name is no party
    first, second = (frozenset(filter(str.isalpha, each.rest)) for each in (one, other))
    if not first or not second:
        return alike
    return len(first & second) >= _SAME_REST * min(len(first), len(second))


def _share_an_amount(one: Reading, other: Reading, *, least: float = 0.0) -> bool:
    return any(
        each.is_like(known)
        for each in one.amounts
        for known in other.amounts
        if each.value >= least
    )


def _weigher(weights: Weights) -> Callable[[str], float]:
    return lambda word: weights[word] if word in weights else weight_of(word)


def _weight(words: frozenset[str], weights: Weights) -> float:
    return sum(map(_weigher(weights), words))
