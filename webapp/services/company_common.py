"""A name that is also a word of the language: where it acts, or stands, as that word."""

import re
from functools import lru_cache

from webapp.services import company_lists as lists
from webapp.services.company_places import Place

_CORPORATE = re.compile(
    r"\b(?:ceo|cfo|cto|chief|ipo|start-?up|shares|stock|revenue|profit|loss|earnings|quarter(?:ly)?|"
    r"valuation|funding|series [a-h]|investors?|acqui(?:re|res|red|sition)|layoffs?|lays off|jobs|"
    r"workforce|apps?|software|platform|customers?|merger|partners with|launch(?:es|ed)?)\b"
    r"|(?<!\w)[$\u20ac\u00a3]?\d[\d.,]*\s?(?:m|mn|million|bn|billion)\b",
    re.IGNORECASE,
)
"""What is told of companies: a word of the language that acts is one more surely beside it."""
_MODALS = frozenset({"can", "could", "may", "might", "should", "would"})
_PASTS = frozenset(
    (
        *("beat", "became", "began", "bid", "bought", "broke", "brought", "built", "came", "cost"),
        *("cut", "drew", "fell", "fit", "gave", "got", "grew", "held", "hit", "hurt", "kept"),
        *("laid", "led", "left", "let", "lost", "made", "met", "paid", "put", "quit", "ran"),
        *("rose", "said", "saw", "set", "shed", "shut", "sold", "spent", "split", "spread", "spun"),
        *("stood", "struck", "sued", "told", "took", "will", "won"),
    )
)
"""Verbs that follow one company without an ending; of others it takes "plans" or "planned"."""
_ADVERBS = frozenset({"again", "also", "back", "down", "now", "off", "out", "still", "up"})
_LEGAL = frozenset({"group", "holding", "holdings"})


def makes_one_thing(place: Place, word: str) -> bool:
    """Tell whether a common word and the next one make one thing: "Town hall", "Target price"."""
    low = word.casefold()
    if place.is_own(low):
        return False
    if f"{place.key}_{low}" in lists.words_of("collocations") or low in _LEGAL:
        return True
    return word.islower() and low in lists.words_of("designators") and place.is_at_start


def is_half_of_a_thing(place: Place, word: str) -> bool:
    """Tell whether a word behind the name makes it the first half of a thing, as far as is told."""
    return word not in _ADVERBS and _CORPORATE.search(place.text) is None


def acts_as_word(place: Place, verb: str) -> bool:
    """Tell whether the word itself, and no company, may act: "Town raises taxes", "Next Stop"."""
    if verb in _bare_verbs():
        return True
    is_unsure = verb == "is" or verb in _MODALS or place.key in lists.words_of("agents")
    return is_unsure and place.is_at_start and _CORPORATE.search(place.text) is None


@lru_cache(maxsize=1)
def _bare_verbs() -> frozenset[str]:
    """Return the verbs that no single company is followed by; the list has some "wins" as well."""
    inflected = {verb for verb in lists.words_of("verbs") if re.search(r"[^su]s$", verb)}
    return lists.words_of("verbs") - inflected - _PASTS - _MODALS
