"""How a client was covered, in a sentence or two: to a person who asks why nothing came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from webapp.enums import SourceName
from webapp.schemas.coverage import ClientCoverageState, CoverageStatus
from webapp.services.coverage_words import STATES, Cell, news_items, times, totals

_ANSWERED = (CoverageStatus.FOUND, CoverageStatus.EMPTY)
_REFUSED = (CoverageStatus.FAILED, CoverageStatus.OVER_QUOTA)
_MOST_CAUSES = 2


@dataclass(frozen=True)
class Covered:
    """What a summary is made of. Of one source alone, `of_one` is that source.

    `answered_on` is the last day on which any real source answered, `checked_on` the last day
    of any check; None where that is not known. `is_scheduled` tells whether an active schedule
    covers the client.
    """

    state: ClientCoverageState
    cells: Sequence[Cell]
    events: int
    days: Sequence[date]
    today: date
    answered_on: date | None = None
    checked_on: date | None = None
    is_scheduled: bool = True
    of_one: SourceName | None = None


def summary(covered: Covered) -> str:
    """Say when a client was checked, where, and with what result; or why it was not."""
    match covered.state:
        case ClientCoverageState.UNCHECKED:
            return _unchecked(covered)
        case ClientCoverageState.FAILED:
            return _failed(covered)
        case ClientCoverageState.SIMULATED:
            return _simulated(covered)
        case _:
            return _checked(covered)


def _checked(covered: Covered) -> str:
    asked = _real(covered)
    answered = [each for each in asked if each.status in _ANSWERED]
    found = sum(each.found for each in answered)
    if not answered:
        return _plain(covered)
    rounds = max(each.checks for each in answered)
    places = "1 source" if len(answered) == 1 else f"{len(answered)} sources"
    where = f"Checked {times(rounds)} {_span(covered)} at {places}"
    what = f": {_fate(found, rounds, covered.events)}" if found else "; nothing found."
    troubled = [each for each in asked if each.failures]
    if not troubled:
        return where + what
    return f"{where}{what} {_trouble(troubled)}, so news may be missing."


def _fate(found: int, rounds: int, events: int) -> str:
    items = news_items(found) + (", repeats included" if rounds > 1 and found > 1 else "")
    if not events:
        return f"{items}. None was new, relevant and about this client."
    return f"{items}. {'1 event' if events == 1 else f'{events} events'} came of it."


def _failed(covered: Covered) -> str:
    asked = [each for each in _real(covered) if each.status in _REFUSED]
    if not asked:
        return _plain(covered)
    causes = ", and ".join(_cause(each) for each in asked[:_MOST_CAUSES])
    since = _span(covered)
    if covered.answered_on is not None and covered.of_one is None:
        since = f"since {_day(covered.answered_on, covered.today)}"
    rounds = max(each.checks for each in asked)
    return f"Not checked {since}, because {causes}. Tried {times(rounds)} {_span(covered)}."


def _unchecked(covered: Covered) -> str:
    lacking = [each for each in covered.cells if each.status is CoverageStatus.NOT_CONFIGURED]
    if covered.of_one and len(lacking) == len(covered.cells):
        return f"Not asked {_span(covered)}. {lacking[0].message or 'It is not set up.'}"
    why = "no run looked at it"
    if not covered.is_scheduled:
        why = "no active schedule looks at it by itself"
    before = ""
    if covered.checked_on is not None:
        before = f" Last checked {_on(covered.checked_on, covered.today)}."
    return f"Not checked {_span(covered)}, because {why}.{before}"


def _simulated(covered: Covered) -> str:
    counts = {each.source: each for each in totals(covered.cells)}
    if SourceName.MOCK not in counts:
        return _plain(covered)
    rounds = counts[SourceName.MOCK].checks
    is_set_up = any(each.status is CoverageStatus.NOT_CHECKED for each in counts.values())
    why = "its runs are set to simulated data" if is_set_up else "none is set up"
    return (
        f"Checked {times(rounds)} {_span(covered)} with invented data only; no real source was "
        f"asked, because {why}."
    )


def _plain(covered: Covered) -> str:
    """Say the state alone: its checks are no longer, or not yet, there."""
    return f"{STATES[covered.state]} {_span(covered)}."


def _real(covered: Covered) -> list[Cell]:
    """Return what each real source did that was asked."""
    wanted = (*_ANSWERED, *_REFUSED)
    asked = [each for each in totals(covered.cells) if each.status in wanted]
    return [each for each in asked if each.source is not SourceName.MOCK]


def _trouble(cells: Sequence[Cell]) -> str:
    """Say which sources did not always answer, and why."""
    told = [
        f"{each.label} did not answer{f' {times(each.failures)}' if each.checks > 1 else ''}"
        f"{f' ({_bare(each.message)})' if each.message else ''}"
        for each in cells
    ]
    return " and ".join(told[:_MOST_CAUSES])


def _cause(cell: Cell) -> str:
    why = f" ({_bare(cell.message)})" if cell.message else ""
    if cell.status is CoverageStatus.OVER_QUOTA:
        return f"the quota of {cell.label} was used up{why}"
    return f"{cell.label} did not answer{why}"


def _bare(message: str) -> str:
    return message.rstrip(" .")


def _span(covered: Covered) -> str:
    """Say over which days: `today`, `on 3 November`, `in 7 days`, `in the 7 days until ...`."""
    first, last = covered.days[0], covered.days[-1]
    if first == last:
        return _on(last, covered.today)
    if last == covered.today:
        return f"in {len(covered.days)} days"
    return f"in the {len(covered.days)} days until {_day(last, covered.today)}"


def _on(day: date, today: date) -> str:
    if day == today:
        return "today"
    return "yesterday" if day == today - timedelta(days=1) else f"on {_day(day, today)}"


def _day(day: date, today: date) -> str:
    return f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")
