"""Words that make a headline the opposite of another one: wins and loses, opens and closes."""

import re
from functools import lru_cache

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
    (
        r"jump(?:s|ed)?|soar(?:s|ed)?|surge[sd]?|ris(?:es?|ing)|rose|climb(?:s|ed)?|rall(?:ies|ied)",
        r"drop(?:s|ped)?|fall(?:s|ing)?|fell|tumble[sd]?|plunge[sd]?|slump(?:s|ed)?|s[ai]nks?|slides?",
    ),
    (r"expands?|expanded|enters|entered", r"exits?|exited|quits?|withdraws?|withdrew"),
    (r"increase[sd]?|boosts?|boosted", r"reduce[sd]?|trims?|trimmed|cuts?"),
    (r"hires?|hired|appoints?", r"fires?|fired|ousts?|ousted"),
)
_PATTERNS = tuple(
    (
        re.compile(rf"\b(?:{first})\b", re.IGNORECASE),
        re.compile(rf"\b(?:{second})\b", re.IGNORECASE),
    )
    for first, second in _OPPOSITES
)


def are_opposites(one: str, other: str) -> bool:
    """Tell whether each of two headlines has a word that is the opposite of one of the other's.

    A headline that has both words, such as one that beats here and misses there, opposes none.
    """
    return any(
        side == -against for side, against in zip(_sides(one), _sides(other), strict=True) if side
    )


def is_denied(headline: str) -> bool:
    """Tell whether a headline says that something is not so."""
    return _NOT.search(headline) is not None


@lru_cache(maxsize=4096)
def _sides(headline: str) -> tuple[int, ...]:
    """Return for each pair which of its sides a headline takes: 1 or -1, 0 for none and for both.

    Each headline is compared with every other one of its client.
    """
    return tuple(
        (first.search(headline) is not None) - (second.search(headline) is not None)
        for first, second in _PATTERNS
    )
