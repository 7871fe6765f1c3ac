"""Numbers written as words, turned into digits."""

import re

from webapp.providers.ai.evidence.word_lists import word_groups

_KINDS = word_groups("kinds.txt")
_UNITS = {word: number for number, word in enumerate(_KINDS["units"])}
_TENS = {word: number * 10 for number, word in enumerate(_KINDS["tens"], start=2)}
_ORDINALS = {word: number for number, word in enumerate(_KINDS["ordinals"], start=1)}
_FRACTIONS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_HUNDRED, _DOZEN = 100, 12
NUMBER_WORDS = frozenset((*_UNITS, *_TENS, *_ORDINALS, *_FRACTIONS, "hundred", "dozen"))
_SMALL = "|".join((*_UNITS, *_TENS))
_SPELLED = re.compile(
    rf"\b(?:(?:(?:{_SMALL}|a)(?:[\s-](?:{_SMALL}))*[\s-](?:hundred|dozen)"
    rf"(?:(?:\sand)?\s(?:{_SMALL})(?:[\s-](?:{_SMALL}))*)?)"
    rf"|(?:{_SMALL})(?:[\s-](?:{_SMALL}))*)\b",
    re.IGNORECASE,
)
_SCALED_ARTICLE = re.compile(r"\ba(?=\s(?:thousand|million|billion|trillion)\b)", re.IGNORECASE)
_FRACTION = re.compile(
    r"\b(?P<count>a|an|one|two|three|four)[\s-](?P<part>half|third|quarter|fifth|tenth)s?"
    r"(?=\s(?:of|more|less|fewer|higher|lower|cut|drop|fall|rise|off)\b|s?$|[.,;])"
    r"|\bhalf(?=\s(?:of|its|the|their|his|her|all)\b)",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"\b(?:{'|'.join(_ORDINALS)})\b(?!\s(?:person|hand|aid|lady|class|thing)\b)",
    re.IGNORECASE,
)
_QUARTER = re.compile(r"\bQ([1-4])\b|\b([1-4])Q(?=\b|\d)", re.IGNORECASE)
_RANK = re.compile(r"(?:\b(?:No\.?|number)\s?|#)(\d{1,3})\b", re.IGNORECASE)
_HALF = re.compile(r"\bH([12])\b")
_FISCAL_YEAR = re.compile(r"\b(?:FY\s?'?|fiscal\s|')(\d{2})\b(?!\s?(?:%|per))", re.IGNORECASE)
_ALONE = frozenset(("one", "zero"))
"""Words that are a number only beside others: "one of them" counts nothing."""


def with_digits(plain: str) -> str:
    """Return a folded text with its spelled-out numbers in digits: "a third of" is 33.3 %."""
    text = _FRACTION.sub(_fraction, plain)
    text = _SCALED_ARTICLE.sub("1", text)
    text = _SPELLED.sub(_digits, text)
    text = _QUARTER.sub(lambda found: f"{_ordinal(int(found[1] or found[2]))} quarter ", text)
    text = _HALF.sub(lambda found: f"{_ordinal(int(found[1]))} half", text)
    text = _RANK.sub(lambda found: _ordinal(int(found[1])), text)
    text = _FISCAL_YEAR.sub(lambda found: f"20{found[1]}", text)
    return _FIRST.sub(lambda found: _ordinal(_ORDINALS[found[0].lower()]), text)


def _ordinal(number: int) -> str:
    return f"{number}th"


def _fraction(match: re.Match[str]) -> str:
    if not match["part"]:
        return "50 percent"
    count = _UNITS.get(match["count"].lower(), 1)
    return f"{count * _FRACTIONS[match['part'].lower()]:.4g} percent"


def _digits(match: re.Match[str]) -> str:
    words = re.split(r"[\s-]+", match[0].lower())
    if len(words) == 1 and words[0] in _ALONE:
        return match[0]
    total = 0
    for word in words:
        if word == "hundred":
            total = max(total, 1) * _HUNDRED
        elif word == "dozen":
            total = max(total, 1) * _DOZEN
        elif word == "a":
            total = 1
        else:
            total += _UNITS.get(word, _TENS.get(word, 0))
    return str(total)
