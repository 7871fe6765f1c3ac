"""Coverage: which client was looked for where, with what result, worst first."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.container import services
from webapp.enums import SourceName
from webapp.errors import InvalidInputError
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, usable_query
from webapp.pages.htmx import render
from webapp.schemas.coverage import CoverageQuery
from webapp.services.access import Actor, Permission
from webapp.services.coverage import ClientCoverage, CoveragePage
from webapp.services.coverage_words import LABELS, STATES, WHY_NOT_CONFIGURED, Cell

bp = Blueprint("coverage", __name__)
_WEEK = 7


@dataclass(frozen=True)
class Day:
    """One day of one client, for the page of a single client."""

    day: date
    cells: list[Cell]


@bp.get("/coverage")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show the grid of clients and sources, or the days of one client."""
    query, left_out = usable_query(CoverageQuery, request.args)
    try:
        page = services().coverage.page(actor, query)
    except InvalidInputError as error:  # the days, taken together
        left_out.update(FormErrors.of(error))
        query = query.model_copy(update={"start_date": None, "end_date": None})
        page = services().coverage.page(actor, query)
    columns = _columns(page, query)
    shown = render(
        "coverage/index.html",
        "coverage/_grid.html",
        query=query,
        page=page,
        left_out=left_out,
        days=_days(page.clients[0]) if query.client_id and page.clients else [],
        columns=columns,
        headings=[LABELS[each] for each in columns],
        periods=_periods(actor, query, page),
        states=STATES,
        labels=LABELS,
        why=WHY_NOT_CONFIGURED,
        is_admin=actor.can(Permission.ADMINISTER),
    )
    return shown, left_out.status


def _columns(page: CoveragePage, query: CoverageQuery) -> list[SourceName]:
    """Return the sources to show: every real one, and the mock where it was used."""
    if query.source:
        return [query.source]
    used = {cell.source for client in page.clients for cell in client.sources if cell.checks}
    optional = {SourceName.MOCK, SourceName.GOOGLE_SEARCH}  # the latter takes no new customers
    return [each for each in LABELS if each not in optional or each in used]


def _days(client: ClientCoverage) -> list[Day]:
    """Return the days of one client, latest first."""
    by_day: dict[date, list[Cell]] = {}
    for cell in client.sources:
        by_day.setdefault(cell.day, []).append(cell)
    return [Day(day, by_day[day]) for day in sorted(by_day, reverse=True)]


def _periods(actor: Actor, query: CoverageQuery, page: CoveragePage) -> list[tuple[str, str, bool]]:
    """Return address, text and whether it is shown, of the periods to choose from."""
    today = clock.now().astimezone(ZoneInfo(actor.zone)).date()
    yesterday = today - timedelta(days=1)
    choices = {
        "Today": (today, today),
        "Yesterday": (yesterday, yesterday),
        "7 days": (today - timedelta(days=_WEEK - 1), today),
    }
    rest: dict[str, Any] = query.model_dump(
        exclude={"start_date", "end_date", "skip", "limit"}, exclude_none=True, mode="json"
    )
    return [
        (
            url_for("coverage.index", **rest, start_date=first, end_date=last),
            text,
            (first, last) == (page.days[0], page.days[-1]),
        )
        for text, (first, last) in choices.items()
    ]
