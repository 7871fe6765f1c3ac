"""What has been told of a story, and whether a report tells something materially new."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from webapp.services.same_story import Report
from webapp.services.story_amounts import Amount, Kind, amounts_in
from webapp.services.story_persons import date_key, dates_in, person_key, persons_in, without_dates
from webapp.services.story_words import bare_headline, folded, stem, stems_of, tokens_of

MOST_KEPT = 30
"""Facts of each kind that a story remembers."""
LONGEST_NOTE = 300

_LEAST_COUNT = 10
_LEAST_MONEY = 10_000
_COUNTED = re.compile(r"\s(?P<what>[a-z]{3,})\b")
_STATUSES = {
    "in talks": r"in (?:\w+ )?talks|exploring|considering|weighs|weighing|nears|nearing|mulls",
    "agreed": r"agree[sd]? to|agreement to|strikes? (?:a )?deal|signs? (?:a )?deal|to acquire",
    "approved": r"approve[sd]?|approval|clears|cleared|green.?lights?",
    "completed": r"complete[sd]?|completion|finali[sz]e[sd]?|closes? (?:its |the )?\w* ?"
    r"(?:deal|acquisition|merger|purchase|sale|round)",
    "called off": r"call(?:s|ed) off|cancel(?:s|led|ed)?|scrap(?:s|ped)?|abandon(?:s|ed)?|"
    r"terminate[sd]?|walks? away|withdraws?|withdrew",
    "blocked": r"block(?:s|ed)?|reject(?:s|ed)?|halted by",
    "delayed": r"delay(?:s|ed)?|postpone[sd]?|push(?:es|ed) back|slips? to",
    "settled": r"settle[sd]?|settlement",
    "dismissed": r"dismiss(?:es|ed)|thrown out|throws out",
    "found guilty": r"found (?:guilty|liable)|convicted",
    "denied": r"den(?:y|ies|ied)",
    "resolved": r"resolved|restored|back online|contained",
}
_RUNG = {"in talks": 1, "agreed": 2, "approved": 3, "completed": 4}
"""States of one ladder: a lower one after a higher one is an old report, nothing new."""
_PATTERNS = {
    status: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for status, words in _STATUSES.items()
}


@dataclass(frozen=True)
class _Told:
    """An amount as it was told, such as "800 workers"."""

    text: str
    amount: Amount

    @property
    def what(self) -> str:
        """What is counted."""
        return self.text.split()[-1]


@dataclass(frozen=True)
class StoryFacts:
    """Amounts, persons and dates that were told so far, as written, and states of the matter."""

    amounts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` reads."""
        return {name: list(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read stored facts; what is missing or no list of texts is empty."""
        return cls(**{name: _texts(values.get(name)) for name in cls.__dataclass_fields__})


def facts_of(report: Report, *, company_names: Sequence[str] = ()) -> StoryFacts:
    """Return what a report tells in its title and snippet."""
    title = bare_headline(folded(report.title))
    text = f"{title}. {folded(report.snippet)}"
    return StoryFacts(
        amounts=_told_amounts(text),
        persons=persons_in(text, company_names=company_names),
        dates=dates_in(text, published_at=report.published_at),
        statuses=tuple(status for status, found in _PATTERNS.items() if found.search(title)),
    )


def merged(known: StoryFacts, new: StoryFacts) -> StoryFacts:
    """Return everything that both tell, what was told last at the end."""
    return StoryFacts(
        amounts=_kept(known.amounts, new.amounts),
        persons=_kept(known.persons, new.persons),
        dates=_kept(known.dates, new.dates),
        statuses=_kept(known.statuses, new.statuses),
    )


def material_change(known: StoryFacts, new: StoryFacts) -> str | None:
    """Say in a sentence or two what differs from what was told, or None when nothing does.

    A figure, person or date counts when the report has one of a kind that was told before, and
    none of its own is known: further detail beside what is known is no change.
    """
    notes = (
        _changed_status(known, new),
        _changed_amount(known, new),
        _changed(known.persons, new.persons, person_key, what="person named"),
        _changed(known.dates, new.dates, date_key, what="date"),
    )
    note = " ".join(each for each in notes if each is not None)
    return note[:LONGEST_NOTE] or None


def _changed_status(known: StoryFacts, new: StoryFacts) -> str | None:
    fresh = [status for status in new.statuses if status not in known.statuses]
    reached = max((_RUNG.get(status, 0) for status in known.statuses), default=0)
    lowest = max(reached, 1)
    fresh = [status for status in fresh if _RUNG.get(status, len(_RUNG) + 1) > lowest]
    if not known.statuses:
        fresh = [status for status in fresh if status != "agreed"]
    if not fresh:
        return None
    before = f", it was {known.statuses[-1]}" if known.statuses else ""
    return f"The matter is now {fresh[-1]}{before}."


def _changed_amount(known: StoryFacts, new: StoryFacts) -> str | None:
    told, fresh = _amounts(known.amounts), _amounts(new.amounts)
    for amount in fresh:
        alike = [each for each in told if _is_kin(each, amount)]
        own = [each.amount for each in fresh if _is_kin(each, amount)]
        if alike and not any(one.is_like(other.amount) for one in own for other in alike):
            return f"The amount is now {amount.text}, it was {alike[-1].text}."
    return None


def _changed(
    known: Sequence[str], new: Sequence[str], key: Callable[[str], str], *, what: str
) -> str | None:
    told = {key(each) for each in known}
    if not known or not new or any(key(each) in told for each in new):
        return None
    return f"The {what} is now {new[-1]}, it was {known[-1]}."


def _told_amounts(text: str) -> tuple[str, ...]:
    """Return the figures that matter, counts with what they count; prices of shares do not."""
    plain = without_dates(text)
    amounts = list(amounts_in(plain))
    speaks_of_shares = bool(amounts) and "=share" in stems_of(tokens_of(plain))
    found: dict[str, None] = {}
    for amount in amounts:
        _, _, plain = plain.partition(amount.text)
        counted = _COUNTED.match(plain)
        if amount.kind is Kind.COUNT:
            if amount.value >= _LEAST_COUNT and counted:
                found[f"{amount.text} {counted['what']}"] = None
        elif amount.value >= _LEAST_MONEY or (amount.kind is Kind.SHARE and not speaks_of_shares):
            found[amount.text] = None
    return tuple(found)


def _amounts(texts: Sequence[str]) -> list[_Told]:
    return [_Told(text, amount) for text in texts for amount in amounts_in(text)[:1]]


def _is_kin(one: _Told, other: _Told) -> bool:
    first, second = one.amount, other.amount
    if first.kind is not second.kind or first.currency != second.currency:
        return False
    return first.kind is not Kind.COUNT or stem(one.what) == stem(other.what)


def _kept(known: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    earlier = [each for each in known if each not in new]
    return tuple(dict.fromkeys((*earlier, *new)))[-MOST_KEPT:]


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        return ()
    return tuple(each for each in values if isinstance(each, str))
