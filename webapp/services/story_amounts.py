"""Figures in a text: money, percentages and plain counts, comparable however they are written."""

import re
from dataclasses import dataclass
from enum import StrEnum

_SCALES = {
    **dict.fromkeys(("k", "thousand"), 1e3),
    "lakh": 1e5,
    **dict.fromkeys(("m", "mn", "mln", "mio", "million"), 1e6),
    **dict.fromkeys(("crore", "cr"), 1e7),
    **dict.fromkeys(("b", "bn", "bln", "billion"), 1e9),
    **dict.fromkeys(("t", "tn", "trn", "trillion"), 1e12),
}
_CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("£", "gbp"), "GBP"),
    **dict.fromkeys(("¥", "jpy", "yen"), "JPY"),
    **dict.fromkeys(("₹", "rs", "inr", "rupees"), "INR"),
    **dict.fromkeys(("a$", "aud"), "AUD"),
    **dict.fromkeys(("c$", "cad"), "CAD"),
    **dict.fromkeys(("chf", "francs"), "CHF"),
}
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_AMOUNT = re.compile(
    r"(?<![\w.])(?P<sign>us\$|a\$|c\$|[$€£¥₹]|(?:usd|eur|gbp|jpy|inr|aud|cad|chf|rs)\b\.?)?\s?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    rf"(?:[\s-]?(?P<scale>{_SCALE})\b)?"
    r"(?:\s?(?P<share>%|per\s?cent\b|percent\b|pct\b)"
    r"|\s(?P<word>usd|eur|gbp|euros?|dollars?|yen|rupees|francs)\b)?"
    r"(?P<rest>[\w-]*)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\d+\.\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WITH_COMMA = re.compile(r"\d+,\d{1,2}")
_EQUAL = 0.005
_ROUNDED = 0.06
"""A figure may be the other one rounded as it is written, if that moves it by no more."""


class Kind(StrEnum):
    """What a figure measures."""

    MONEY = "money"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True)
class Amount:
    """A figure: its kind, its currency if it is money, its value, and how it was written."""

    kind: Kind
    value: float
    text: str
    currency: str = ""
    digits: int = 1

    @property
    def is_version(self) -> bool:
        """Tell whether it looks like the number of a version: 7.1 is neither 7 nor 7.11."""
        return self.kind is Kind.COUNT and _VERSION.fullmatch(self.text) is not None

    def is_like(self, other: "Amount") -> bool:
        """Tell whether both can be the same figure, one perhaps rounded."""
        if self.kind is not other.kind or self.currency != other.currency:
            return False
        if self.is_version or other.is_version:
            return self.text == other.text
        return _same(self, other)


def amounts_in(text: str) -> tuple[Amount, ...]:
    """Return the figures of a text in their order; years and parts of names are none."""
    return tuple(amount for match in _AMOUNT.finditer(text) if (amount := _amount(match)))


def _amount(match: re.Match[str]) -> Amount | None:
    sign = (match["sign"] or match["word"] or "").lower().rstrip(".")
    scale = (match["scale"] or "").lower()
    plain = match["digits"]
    if match["rest"] not in ("", "-") and not (match["rest"].startswith("-") and (sign or scale)):
        return None
    value = _number(plain) * _SCALES.get(scale, 1.0)
    text = match[0].strip()
    if match["rest"]:
        text = text.removesuffix(match["rest"])
    digits = len(plain.replace(",", "").replace(".", "").strip("0")) or 1
    if match["share"]:
        return Amount(Kind.SHARE, value, text, digits=digits)
    if sign:
        return Amount(Kind.MONEY, value, text, _CURRENCIES.get(sign, ""), digits)
    if not scale and _YEAR.fullmatch(plain):
        return None
    return Amount(Kind.COUNT, value, text, digits=digits)


def _number(digits: str) -> float:
    if _WITH_COMMA.fullmatch(digits):
        return float(digits.replace(",", "."))
    return float(digits.replace(",", ""))


def _same(one: Amount, other: Amount) -> bool:
    larger = max(one.value, other.value)
    apart = abs(one.value - other.value) / larger if larger else 0.0
    if apart <= _EQUAL:
        return True
    if one.digits == other.digits or apart > _ROUNDED:
        return False
    shorter, longer = sorted((one, other), key=lambda each: each.digits)
    return _rounded(longer.value, shorter.digits) == _rounded(shorter.value, shorter.digits)


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")
