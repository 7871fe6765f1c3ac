"""Words that make a headline the opposite of another one: wins and loses, opens and closes."""

import re

_NOT = re.compile(r"\b(?:not|never|no longer|won't|doesn't|isn't|denies)\b", re.IGNORECASE)
_OPPOSITES = (
    (r"wins?|won|winning", r"los(?:es?|t|ing)"),
    (r"(?:re)?opens?|(?:re)?opened|(?:re)?opening", r"clos(?:es?|ed|ing)|shuts?|shutting"),
    (r"beats?|tops", r"miss(?:es|ed)?"),
    (r"rais(?:es?|ed|ing)|hikes?|lifts?", r"cuts?|cutting|lower(?:s|ed|ing)?|slash(?:es|ed)?"),
    (r"upgrade[sd]?", r"downgrade[sd]?"),
    (
        r"upholds?|upheld|approve[sd]?|clears",
        r"blocks?|blocked|rejects?|rejected|overturn(?:s|ed)?",
    ),
    (r"confirms?|confirmed", r"den(?:y|ies|ied)"),
    (r"(?:files?|filed|filing|enters?|seeks) .*bankruptcy", r"(?:emerge[sd]?|exit(?:s|ed)?) .*"),
    (r"hires?|hired|appoints?", r"fires?|fired|ousts?|ousted"),
)
_PATTERNS = tuple(
    tuple(re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in pair) for pair in _OPPOSITES
)


def are_opposites(one: str, other: str) -> bool:
    """Tell whether each of two headlines has a word that is the opposite of one of the other's.

    A headline that has both words, such as one that beats here and misses there, opposes none.
    """
    return any(
        {_sides(one, pair), _sides(other, pair)} == {(True, False), (False, True)}
        for pair in _PATTERNS
    )


def is_denied(headline: str) -> bool:
    """Tell whether a headline says that something is not so."""
    return _NOT.search(headline) is not None


def _sides(headline: str, pair: tuple[re.Pattern[str], ...]) -> tuple[bool, ...]:
    return tuple(pattern.search(headline) is not None for pattern in pair)
