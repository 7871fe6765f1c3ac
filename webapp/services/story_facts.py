"""What has been told of a story, and whether a report tells something materially new."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from webapp.services.same_story import Report
from webapp.services.story_figures import changed_amount, told_amounts
from webapp.services.story_persons import are_same_date, are_same_person, dates_in, persons_in
from webapp.services.story_words import bare_headline, folded

MOST_KEPT = 30
"""Facts of each kind that a story remembers."""
LONGEST_NOTE = 300

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
    "won": r"w(?:ins?|on) (?:\w+ ){0,3}(?:lawsuit|suit|case|appeal|trial|ruling)",
    "lost": r"los(?:es?|t) (?:\w+ ){0,3}(?:lawsuit|suit|case|appeal|trial|ruling)",
    "out of bankruptcy": r"(?:emerge[sd]?|exit(?:s|ed)?) (?:from )?(?:bankruptcy|chapter 11)",
    "reversed": r"reverse[sd]?|rescinds?|rescinded|reinstate[sd]?|u-turn|to stay on",
    "happening again": r"(?:down|out|offline|outage|breach(?:ed)?|hacked|hit|strikes?) again|"
    r"(?:another|second) (?:data )?(?:outage|breach|recall|strike|hack|lawsuit|cyberattack)",
}
_RUNG = {"in talks": 1, "agreed": 2, "approved": 3, "completed": 4}
"""States of one ladder: a lower one after a higher one is an old report, nothing new."""
_PATTERNS = {
    status: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for status, words in _STATUSES.items()
}


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
    """Return what a report tells: figures in title and snippet, the rest in the title alone.

    Whom a snippet quotes and which days it mentions is often beside the matter.
    """
    title = bare_headline(folded(report.title))
    return StoryFacts(
        amounts=told_amounts(title, folded(report.snippet)),
        persons=persons_in(title, company_names=company_names),
        dates=dates_in(title, published_at=report.published_at),
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
        changed_amount(known.amounts, new.amounts),
        _changed(known.persons, new.persons, are_same_person, what="person named"),
        _changed(known.dates, new.dates, are_same_date, what="date"),
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


def _changed(
    known: Sequence[str], new: Sequence[str], are_same: Callable[[str, str], bool], *, what: str
) -> str | None:
    if not known or not new or any(are_same(each, told) for each in new for told in known):
        return None
    return f"The {what} is now {new[-1]}, it was {known[-1]}."


def _kept(known: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    earlier = [each for each in known if each not in new]
    return tuple(dict.fromkeys((*earlier, *new)))[-MOST_KEPT:]


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        return ()
    return tuple(each for each in values if isinstance(each, str))
