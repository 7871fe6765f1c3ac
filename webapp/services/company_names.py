"""A client's names, numbers and own words, prepared once for matching."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from webapp.providers.base import SearchTarget
from webapp.providers.search.edgar_identity import bare_symbol
from webapp.services.company_lists import is_common
from webapp.services.company_spelling import alone, folded, spelling

_LEGAL_FORMS = re.compile(
    r"[,\s]+(?:inc|incorporated|corp|corporation|(?:(?:&|and)\s+)?(?:co|company|cie)|"
    r"(?:(?:private|pvt|pte|pty)\.?\s+)?(?:ltd|limited)|pty|pte|pvt|l\.?l\.?c|l\.?l\.?p|l\.?p|"
    r"p\.?l\.?c|g?mbh|a\.?g|kg|kgaa|ohg|s\.?e|s\.?a\.?s?|sarl|n\.?v|b\.?v|k\.?k|oyj?|asa|ab|"
    r"a[./]?s|aps|s\.?p\.?a|s\.?r\.?l|s\.?a\.?b\.?\s+de\s+c\.?v|ltda|bhd|group|holdings?)\.?$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*\([^)]*\)")
_WORDS = re.compile(r"[^\W_][\w&.]*")
MIN_NAME = 2


@dataclass(frozen=True)
class Name:
    """One name with what finds it; a product's name speaks less clearly."""

    text: str
    pattern: re.Pattern[str]
    is_one_word: bool
    is_common: bool
    is_product: bool


@dataclass(frozen=True)
class Identity:
    """Everything that a client is known by."""

    names: tuple[Name, ...]
    """Longest first."""
    own_words: frozenset[str]
    """Words of its names, lower case, folded and as given.

    Behind a name they make it no other company's.
    """
    ticker: str
    cik: str
    domain: str
    context: frozenset[str]
    """Words of its industry, products and keywords, lower case and folded."""


def identity_of(target: SearchTarget) -> Identity:
    """Return what a client is known by; the same target is prepared once."""
    return _identity(
        (target.name, target.legal_name or "", *target.aliases),
        target.products,
        (target.industry or "", *target.keywords),
        numbers=(bare_symbol(target.ticker), target.cik or "", target.domain or ""),
    )


@lru_cache(maxsize=2048)
def _identity(
    names: tuple[str, ...],
    products: tuple[str, ...],
    context: tuple[str, ...],
    *,
    numbers: tuple[str, str, str],
) -> Identity:
    ticker, cik, domain = numbers
    known = {bare_name(each): False for each in names} | {
        bare_name(each): True for each in products if each not in names
    }
    usable = [
        _name(text, is_product=is_product)
        for text, is_product in known.items()
        if len(folded(text)) >= MIN_NAME
    ]
    named = _own_words((*names, ticker))
    return Identity(
        names=tuple(sorted(usable, key=lambda name: (-len(name.text), name.text))),
        own_words=frozenset(_own_words((*names, *products, ticker))),
        ticker=ticker.casefold(),
        cik=cik.lstrip("0"),
        domain=domain.casefold().strip().removeprefix("www."),
        # A product that bears the client's name speaks of no business of its own
        context=_telling_words(context) | (_telling_words(products) - named),
    )


def bare_name(name: str) -> str:
    """Return a name without remarks in brackets, a leading article and its legal form."""
    text = _BRACKETED.sub("", name).strip()
    text = text if len(text) >= MIN_NAME else name.strip()
    text = re.sub(r"^The\s+(?=\S+\s+\S)", "", text)
    before = ""
    while before != text:
        before, text = text, _LEGAL_FORMS.sub("", text).strip(" ,.")
    return text


def _telling_words(texts: tuple[str, ...]) -> frozenset[str]:
    words = (word for text in texts for word in _WORDS.findall(folded(text)))
    return frozenset(word.casefold() for word in words if len(word) > MIN_NAME)


def _own_words(names: tuple[str, ...]) -> set[str]:
    """Return the words of all names, and two neighbours written as one ("Air Lines")."""
    found = set()
    for name in (*names, *map(folded, names)):
        words = [word.casefold().strip(".") for word in _WORDS.findall(name)]
        found |= set(words) | {one + two for one, two in pairwise(words)}
    return found


def _name(text: str, *, is_product: bool) -> Name:
    plain = folded(text)
    words = plain.split()
    return Name(
        text=text,
        pattern=re.compile(alone(rf"(?i:{spelling(plain)})", beside="$@#")),
        is_one_word=len(words) == 1,
        is_common=all(is_common(word.rstrip("!?")) for word in words if word != "&"),
        is_product=is_product,
    )
