"""Figures in a text: money, shares, counts and ranks, comparable however they are written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from webapp.providers.ai.evidence.dates import without_dates
from webapp.providers.ai.evidence.meanings import is_small, stem
from webapp.providers.ai.evidence.spelled_numbers import with_digits
from webapp.providers.ai.evidence.word_lists import word_groups

_SCALES = {
    **dict.fromkeys(("k", "thousand"), 1e3),
    **dict.fromkeys(("lakh", "lakhs"), 1e5),
    **dict.fromkeys(("m", "mn", "mln", "mio", "million"), 1e6),
    **dict.fromkeys(("crore", "crores", "cr"), 1e7),
    **dict.fromkeys(("b", "bn", "bln", "billion"), 1e9),
    **dict.fromkeys(("t", "tn", "trn", "trillion"), 1e12),
}
_CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds", "sterling"), "GBP"),
    **dict.fromkeys(("¥", "jpy", "yen"), "JPY"),
    **dict.fromkeys(("₹", "rs", "inr", "rupee", "rupees"), "INR"),
    **dict.fromkeys(("a$", "au$", "aud"), "AUD"),
    **dict.fromkeys(("c$", "ca$", "cad"), "CAD"),
    **dict.fromkeys(("chf", "franc", "francs", "sfr"), "CHF"),
    **dict.fromkeys(("cny", "rmb", "yuan"), "CNY"),
    **dict.fromkeys(("nok",), "NOK"),
    **dict.fromkeys(("sek", "kr", "krona", "kronor"), "SEK"),
    **dict.fromkeys(("dkk", "krone", "kroner"), "DKK"),
    **dict.fromkeys(("hk$", "hkd"), "HKD"),
    **dict.fromkeys(("s$", "sgd"), "SGD"),
    **dict.fromkeys(("pln", "zloty"), "PLN"),
}
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_CODES = "usd|eur|gbp|jpy|inr|aud|cad|chf|cny|rmb|nok|sek|dkk|hkd|sgd|pln|rs|sfr"
_SIGN = rf"(?:us|au|ca|hk|[acs])?\$|[€£¥₹]|\b(?:{_CODES})\b\.?"
_CURRENCY_WORD = "|".join(sorted((word for word in _CURRENCIES if word.isalpha()), reverse=True))
_DIGITS = r"\d{1,2}(?:,\d{2})+,\d{3}|\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_FIGURE = re.compile(
    rf"(?<![\w.,])(?P<sign>{_SIGN})?\s?(?P<digits>{_DIGITS})(?P<unit>[a-z]{{1,3}})?"
    r"(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"(?:[\s-]?(?P<scale>{_SCALE})\b)?"
    rf"(?:[\s-]?(?P<share>%|per\s?cent\b|percent\b|pct\b|pc\b)(?P<points>(?:age)?[\s-]points?)?"
    rf"|\s(?:us\s|canadian\s|australian\s|swiss\s)?(?P<word>{_CURRENCY_WORD})\b)?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?P<sign>{_SIGN})?(?P<low>\d[\d.,]*)\s?(?:-|to|and)\s?(?:{_SIGN})?(?P<high>\d[\d.,]*)"
    rf"\s?(?P<behind>(?:{_SCALE})\b|%|per\s?cent\b|percent\b)",
    re.IGNORECASE,
)
_RANKS = frozenset(("st", "nd", "rd", "th"))
_RANKED = re.compile(r"[\s-](?:quarter|half|in|place)\b")
"""What makes "first" a rank: alone it mostly says when, not how many."""
_LONGEST = 30
_YEARS = range(1900, 2100)
_NEAR = 4
_VERB_END = re.compile(r"(?:ed|ught)$")
_EQUAL = 1e-9
_SHARE_ROUNDING = 0.4
"""A third of something is "33 percent" and "33.3 %"."""


class Kind(StrEnum):
    """What a figure measures."""

    MONEY = "money"
    SHARE = "share"
    POINTS = "points"
    COUNT = "count"
    RANK = "rank"
    YEAR = "year"


@dataclass(frozen=True)
class Figure:
    """A figure: its kind, value, currency if it is money, and the words behind it."""

    kind: Kind
    value: float
    text: str
    currency: str = ""
    counted: tuple[str, ...] = ()
    at: int = 0

    @property
    def unit(self) -> str:
        """The kind of thing that is counted, "" where the words behind it are none we know."""
        return next((kind for word in self.counted if (kind := _counted().get(word))), "")


@lru_cache(maxsize=2048)
def figures_in(plain: str) -> tuple[Figure, ...]:
    """Return the figures of a folded text in their order; dates are none, lone years are."""
    text = figure_text(plain)
    found = (_figure(match, text) for match in _FIGURE.finditer(text))
    return tuple(figure for figure in found if figure is not None)


@lru_cache(maxsize=2048)
def figure_text(plain: str) -> str:
    """Return a folded text without its dates, its numbers in digits and ranges written out."""
    return _RANGE.sub(_both_ends, with_digits(without_dates(plain)))


def missing_figures(claimed: Iterable[Figure], known: Iterable[Figure], text: str) -> list[Figure]:
    """Return the claimed figures that are not among the known ones of a folded text."""
    pool = tuple(known)
    stems = frozenset(stem(word) for word in re.findall(r"[^\W\d_]+", text.lower()))
    return [each for each in claimed if not any(_carries(one, each, stems) for one in pool)]


def _both_ends(match: re.Match[str]) -> str:
    sign, behind = match["sign"] or "", match["behind"]
    return f"{sign}{match['low']} {behind} to {sign}{match['high']} {behind}"


def _figure(match: re.Match[str], text: str) -> Figure | None:
    digits = match["digits"]
    if len(digits) > _LONGEST:
        return None  # no amount is that long, and float() is not free
    value, end, written = _number(digits), match.end(), match[0].strip()
    sign = (match["sign"] or "").lower().rstrip(".")
    unit = (match["unit"] or "").lower()
    if unit in _RANKS:
        is_rank = value > 1 or _RANKED.match(text, end)
        counted = _words_behind(text, end)[:1]
        rank = Figure(Kind.RANK, value, written, counted=counted, at=match.start())
        return rank if is_rank else None
    scale = unit if unit in _SCALES else ""
    behind = _BEHIND.match(text, end)
    if behind is not None and behind[0]:
        scale = scale or (behind["scale"] or "").lower()
        end, written = behind.end(), f"{written}{behind[0]}"
    value *= _SCALES.get(scale, 1.0)
    counted = _words_behind(text, end)
    if unit and not scale:
        counted = (unit, *counted)
    share = behind["share"] if behind else None
    currency = _CURRENCIES.get(sign) or _CURRENCIES.get(((behind and behind["word"]) or "").lower())
    if share:
        kind = Kind.POINTS if behind and behind["points"] else Kind.SHARE
        return Figure(kind, value, written, at=match.start())
    if currency:
        return Figure(Kind.MONEY, value, written, currency, at=match.start())
    if not scale and not unit and _is_year(digits, counted):
        return Figure(Kind.YEAR, value, written, at=match.start())
    return Figure(Kind.COUNT, value, written, counted=counted, at=match.start())


def _is_year(digits: str, counted: tuple[str, ...]) -> bool:
    if not digits.isdigit() or int(digits) not in _YEARS:
        return False
    return not any(word in _counted() for word in counted[:1])


def _number(digits: str) -> float:
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        return float(digits.replace(",", "."))
    return float(re.sub(r"[, ]", "", digits))


def _words_behind(text: str, end: int) -> tuple[str, ...]:
    """Return up to four words that follow a number, up to the next pause or number."""
    match = re.compile(r"[\s-]?(?:of (?:its|the|their|our)\s)?((?:[^\W\d_]+[\s-]?){1,4})").match(
        text, end
    )
    return tuple(re.split(r"[\s-]", match[1].strip(" -").lower()))[:_NEAR] if match else ()


def _carries(known: Figure, claimed: Figure, stems: frozenset[str]) -> bool:
    if claimed.kind is Kind.SHARE and known.kind is Kind.SHARE:
        return abs(known.value - claimed.value) <= _tolerance(known, claimed)
    if abs(known.value - claimed.value) > _EQUAL * max(abs(known.value), 1.0):
        return False
    if claimed.kind is Kind.COUNT and known.kind is Kind.COUNT:
        return _counts_alike(known, claimed, stems)
    if claimed.kind is Kind.RANK and known.kind is Kind.RANK:
        return known.unit == claimed.unit or not (known.unit and claimed.unit)
    if claimed.kind is Kind.COUNT and known.kind is Kind.MONEY:
        return not claimed.unit
    return claimed.kind is known.kind and claimed.currency == known.currency


def _tolerance(known: Figure, claimed: Figure) -> float:
    thirds = {round(each.value, 1) for each in (known, claimed)} & {33.3, 66.7}
    return _SHARE_ROUNDING if thirds else _EQUAL * 100


def _counts_alike(known: Figure, claimed: Figure, stems: frozenset[str]) -> bool:
    if known.unit and claimed.unit:
        return known.unit == claimed.unit
    said = [stem(word) for word in _telling(claimed.counted)]
    if not said or not _telling(known.counted):
        return not claimed.unit or claimed.unit == "work" or bool(set(said) & stems)
    return claimed.unit == "work" or bool(set(said) & stems)


def _telling(words: tuple[str, ...]) -> list[str]:
    """Return the words up to the first that belongs to the sentence, not to the number."""
    found = []
    for word in words:
        if is_small(word) or _VERB_END.search(word):
            break
        found.append(word)
    return found


@lru_cache(maxsize=1)
def _counted() -> dict[str, str]:
    return {word: kind for kind, words in word_groups("counted.txt").items() for word in words}


def is_currency(bare: str) -> bool:
    """Tell whether a word names a currency."""
    return bare in _CURRENCIES or bare in _SCALES
