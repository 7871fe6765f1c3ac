"""Figures as a story tells them: what they count or measure, and when one replaces another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.services.story_amounts import Amount, Kind, amounts_in
from webapp.services.story_persons import without_dates
from webapp.services.story_words import stem, stems_of, tokens_of

_LEAST_COUNT = 10
_LEAST_MONEY = 10_000
_COUNTED = re.compile(r"\s(?P<what>[a-z]{3,})\b")
_REACHED = re.compile(
    r"\b(?:hits?|reach(?:es|ed)?|tops?|exceeds?|totals?|(?:rises?|grows?|climbs?) to)"
    r"(?: (?:now|about|nearly|over))?\s*$",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.,;:]")
_DIGIT = re.compile(r"\d")
_ALONE = re.compile(r"\s*(?:$|[.,;:])")
_MEASURES = {
    "valuation": r"valuations?|valued(?: at)?|values? \S+ at|worth|market cap(?:italisation)?",
    "revenue": r"revenues?|sales|turnover",
    "profit": r"profits?|earnings|income|loss(?:es)?|eps",
    "margin": r"margins?",
    "debt": r"debts?|loans?|bonds?",
    "fine": r"fines?|fined|penalt(?:y|ies)|damages",
}
_MEASURE = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _MEASURES.items()) + r")\b",
    re.IGNORECASE,
)
_RIGHT_AFTER = 2
"""Words behind a figure among which the name of what it measures is looked for."""
_BEFORE = 40


@dataclass(frozen=True)
class _Told:
    """A figure with what it counts or measures, such as "800 workers" or "8% profit"."""

    text: str
    amount: Amount

    @property
    def what(self) -> str:
        """What is counted or measured; nothing where that was not told."""
        what = self.text.removeprefix(self.amount.text).strip()
        return stem(what) if self.amount.kind is Kind.COUNT else what

    @property
    def shown(self) -> str:
        """The figure as a note says it."""
        return self.text if self.amount.kind is Kind.COUNT else self.amount.text


def told_amounts(title: str, snippet: str) -> tuple[str, ...]:
    """Return the figures that matter, with what they count or measure; share prices do not.

    A count of nothing named, as in "layoffs hit 500", is told in titles only.
    """
    if _DIGIT.search(title) is None and _DIGIT.search(snippet) is None:
        return ()
    speaks_of_shares = "=share" in stems_of(tokens_of(f"{title}. {snippet}"))
    found = [
        each
        for text, is_title in ((title, True), (snippet, False))
        for each in _told_in(without_dates(text), is_title=is_title, shares=speaks_of_shares)
    ]
    return tuple(dict.fromkeys(found))


def changed_amount(known: Sequence[str], new: Sequence[str]) -> str | None:
    """Say which figure replaces one of its kind that was told, or None."""
    told, fresh = _amounts(known), _amounts(new)
    for amount in fresh:
        alike = [each for each in told if _is_kin(each, amount)]
        own = [each.amount for each in fresh if _is_kin(each, amount)]
        if alike and not any(one.is_like(other.amount) for one in own for other in alike):
            return f"The amount is now {amount.shown}, it was {alike[-1].shown}."
    return None


def _told_in(text: str, *, is_title: bool, shares: bool) -> list[str]:
    found, rest = [], text
    for amount in amounts_in(text):
        before, _, rest = rest.partition(amount.text)
        if amount.kind is Kind.COUNT:
            counted = _COUNTED.match(rest)
            if amount.value >= _LEAST_COUNT and counted:
                found.append(f"{amount.text} {counted['what']}")
            elif is_title and amount.value >= _LEAST_COUNT and _stands_alone(before, rest):
                found.append(amount.text)
        elif amount.value >= _LEAST_MONEY or (amount.kind is Kind.SHARE and not shares):
            found.append(f"{amount.text} {_measured(before, rest)}".strip())
    return found


def _stands_alone(before: str, rest: str) -> bool:
    return _REACHED.search(before) is not None and _ALONE.match(rest) is not None


def _measured(before: str, rest: str) -> str:
    """Return what a figure measures: what stands right behind it, else what came last."""
    behind = " ".join(_CLAUSE_END.split(rest, maxsplit=1)[0].split()[:_RIGHT_AFTER])
    match = _MEASURE.search(behind)
    if match is None:
        match = next(reversed(list(_MEASURE.finditer(before[-_BEFORE:]))), None)
    return match.lastgroup or "" if match else ""


def _amounts(texts: Sequence[str]) -> list[_Told]:
    return [_Told(text, amount) for text in texts for amount in amounts_in(text)[:1]]


def _is_kin(one: _Told, other: _Told) -> bool:
    first, second = one.amount, other.amount
    if first.kind is not second.kind or first.currency != second.currency:
        return False
    return one.what == other.what
