"""What has been told of a story, and whether a report tells something materially new."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from webapp.services.same_story import Report
from webapp.services.story_figures import changed_amount, told_amounts
from webapp.services.story_persons import are_same_date, are_same_person, dates_in, persons_in
from webapp.services.story_statuses import (
    breaks_out,
    fresh_statuses,
    says_again,
    statuses_in,
)
from webapp.services.story_words import bare_headline, folded

MOST_KEPT = 30
"""Facts of each kind that a story remembers."""
LONGEST_NOTE = 300

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
AGAIN_AFTER = timedelta(days=3)
"""How long after the last outbreak a further one is another one, and no later report of it."""
_SAME_NEWS = timedelta(hours=3)
"""One outlet's outage is the other one's "another outage" where both write at the same time."""


@dataclass(frozen=True)
class StoryFacts:
    """Amounts, persons and dates that were told so far, as written, and states of the matter.

    `reported` are the moments of the first and last report, `outbreaks` those of reports that
    say that it breaks out or happens again; all as ISO texts.
    """

    amounts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    outbreaks: tuple[str, ...] = ()

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
    statuses = statuses_in(title)
    moment = _moment(report.published_at)
    return StoryFacts(
        amounts=told_amounts(title, folded(report.snippet)),
        persons=persons_in(title, company_names=company_names),
        dates=dates_in(title, published_at=report.published_at),
        statuses=statuses,
        reported=moment,
        outbreaks=moment if says_again(statuses) or breaks_out(title) else (),
    )


def merged(known: StoryFacts, new: StoryFacts) -> StoryFacts:
    """Return everything that both tell, what was told last at the end."""
    return StoryFacts(
        amounts=_kept(known.amounts, new.amounts),
        persons=_kept(known.persons, new.persons),
        dates=_kept(known.dates, new.dates),
        statuses=_kept(known.statuses, new.statuses),
        reported=_ends(known.reported + new.reported),
        outbreaks=tuple(sorted({*known.outbreaks, *new.outbreaks}))[-MOST_KEPT:],
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


def last_stage(told: Sequence[StoryFacts]) -> list[int]:
    """Return the places of the reports that tell how a matter stands in the end.

    `told` is in the order of time. Where the reports tell no change, that is all of them.
    """
    known, stage = StoryFacts(), list(range(len(told)))
    for place, facts in enumerate(told):
        if place and material_change(known, facts) is not None:
            later = range(place + 1, len(told))
            stage = [place, *(at for at in later if material_change(known, told[at]) is not None)]
        known = merged(known, facts)
    return stage


def _changed_status(known: StoryFacts, new: StoryFacts) -> str | None:
    fresh = fresh_statuses(known.statuses, new.statuses)
    if not known.statuses and _is_same_news(known, new):
        fresh = [status for status in fresh if not says_again([status])]
    if fresh and says_again(fresh[-1:]):
        return f"It is {fresh[-1]}."
    if fresh:
        before = f", it was {known.statuses[-1]}" if known.statuses else ""
        return f"The matter is now {fresh[-1]}{before}."
    return "It is happening again." if _broke_out_again(known, new) else None


def _broke_out_again(known: StoryFacts, new: StoryFacts) -> bool:
    """Tell whether a report of an outbreak is too late to be one of the last that is known."""
    if not known.outbreaks or not new.outbreaks:
        return False
    return _at(new.outbreaks[-1]) - _at(known.outbreaks[-1]) > AGAIN_AFTER


def _is_same_news(known: StoryFacts, new: StoryFacts) -> bool:
    if not known.reported or not new.reported:
        return False
    return abs(_at(new.reported[0]) - _at(known.reported[0])) < _SAME_NEWS


def _moment(published_at: datetime | None) -> tuple[str, ...]:
    if published_at is None:
        return ()
    aware = published_at if published_at.tzinfo else published_at.replace(tzinfo=UTC)
    return (aware.astimezone(UTC).isoformat(timespec="seconds"),)


def _ends(moments: Sequence[str]) -> tuple[str, ...]:
    """Return the first and the last of some moments; ISO texts of UTC sort by time."""
    return tuple(dict.fromkeys((min(moments), max(moments)))) if moments else ()


def _at(moment: str) -> datetime:
    try:
        known = datetime.fromisoformat(moment)
    except ValueError:
        return _NEVER
    return known if known.tzinfo else known.replace(tzinfo=UTC)


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
