"""CoverageService: when a client was last checked, where, with what result, and what was not."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from webapp import clock
from webapp.enums import SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import Business, Client, SourceCheck
from webapp.schemas.coverage import (
    ClientCoverageState,
    CoveragePeriod,
    CoverageQuery,
    CoverageStatus,
)
from webapp.services import coverage_queries as queries
from webapp.services import coverage_words as words
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.coverage_days import Period, period
from webapp.services.coverage_ranking import RankedClient, ranked
from webapp.services.coverage_summaries import Covered, summary
from webapp.services.coverage_words import Cell
from webapp.services.search_aggregator import SearchAggregatorService
from webapp.services.search_targets import target_of

_STATUS = {
    SourceStatus.FAILED: CoverageStatus.FAILED,
    SourceStatus.OVER_QUOTA: CoverageStatus.OVER_QUOTA,
    SourceStatus.NOT_CONFIGURED: CoverageStatus.NOT_CONFIGURED,
}


@dataclass(frozen=True)
class ClientCoverage:
    """One client: its state and sentence, and one cell for each source and day."""

    client: Client
    state: ClientCoverageState
    summary: str
    events: int
    sources: list[Cell]

    @property
    def client_id(self) -> uuid.UUID:
        """The client's id."""
        return self.client.id

    @property
    def client_name(self) -> str:
        """The client's name."""
        return self.client.name

    @property
    def last_checked_at(self) -> datetime | None:
        """The last check ever, by any source."""
        return self.client.last_checked_at

    @property
    def totals(self) -> list[Cell]:
        """Each source over all days."""
        return words.totals(self.sources)


@dataclass(frozen=True)
class OneClientCoverage(ClientCoverage):
    """The same with the latest answer of each source, and what became of the results."""

    last_checks: list[Cell]
    outcomes: dict[str, int]

    @property
    def last_told(self) -> str:
        """What each source did when it was last asked."""
        return words.listed(self.last_checks)


@dataclass(frozen=True)
class CoveragePage:
    """A page of clients, worst covered first; `counts` are all that match, by state."""

    clients: list[ClientCoverage]
    days: tuple[date, ...]
    counts: dict[ClientCoverageState, int]
    total: int


class CoverageService:
    """Reads what each check noted, and adds the sources that could not be asked at all."""

    def __init__(self, *, search: SearchAggregatorService) -> None:
        self._search = search

    def page(self, actor: Actor, query: CoverageQuery) -> CoveragePage:
        """Return how clients were covered in some days, in a constant number of statements.

        A client of another business is NotFoundError; bad days are InvalidInputError.
        """
        actor.require(Permission.VIEW)
        wanted = period(query, actor.zone)
        if query.client_id is not None:
            get_owned(Client, query.client_id, actor.business_id)
        page, counts = ranked(actor, query, wanted)
        clients = self._covered(actor, page, wanted, source=query.source)
        total = sum(counts.values()) if query.state is None else counts.get(query.state, 0)
        return CoveragePage(clients, wanted.days, counts, total)

    def of_client(
        self, actor: Actor, client_id: uuid.UUID, given: CoveragePeriod
    ) -> OneClientCoverage:
        """Return one client's coverage in some days, and each source's latest answer."""
        query = CoverageQuery(
            client_id=client_id, start_date=given.start_date, end_date=given.end_date
        )
        found = self.page(actor, query).clients[0]
        wanted = period(query, actor.zone)
        return OneClientCoverage(
            **vars(found),
            last_checks=self._last_checks(actor, found.client),
            outcomes=queries.outcomes(actor, client_id, wanted),
        )

    def _covered(
        self,
        actor: Actor,
        page: Sequence[RankedClient],
        wanted: Period,
        *,
        source: SourceName | None,
    ) -> list[ClientCoverage]:
        ids = [each.client.id for each in page]
        noted = queries.cells(actor, ids, wanted, source=source)
        events = queries.events(actor, ids, wanted)
        business = db.session.get_one(Business, actor.business_id)
        scheduled = queries.scheduled(actor)
        today = clock.now().astimezone(ZoneInfo(actor.zone)).date()
        made = []
        for each in page:
            there = noted.get(each.client.id, [])
            cells = self._completed(each.client, business, there, wanted.days, source)
            count = events.get(each.client.id, 0)
            facts = Covered(
                each.state,
                cells,
                count,
                wanted.days,
                today,
                answered_on=_day(each.client.last_answered_at, actor.zone),
                checked_on=_day(each.client.last_checked_at, actor.zone),
                is_scheduled=scheduled is None or each.client.id in scheduled,
                of_one=source,
            )
            made.append(ClientCoverage(each.client, each.state, summary(facts), count, cells))
        return made

    def _last_checks(self, actor: Actor, client: Client) -> list[Cell]:
        """Return the latest answer of every source; who was never asked says why."""
        business = db.session.get_one(Business, actor.business_id)
        noted = [_latest(row) for row in queries.latest(actor, client.id)]
        today = period(CoveragePeriod(), actor.zone).days
        known = {each.source for each in noted}
        others = self._completed(client, business, [], today, None)
        return [*noted, *(each for each in others if each.source not in known)]

    def _completed(
        self,
        client: Client,
        business: Business,
        noted: Sequence[Cell],
        days: Sequence[date],
        source: SourceName | None,
    ) -> list[Cell]:
        """Add a cell for each source and day that nothing was noted for: why it was not asked."""
        there = {(each.source, each.day): each for each in noted}
        target = target_of(client, gdelt_enabled=business.gdelt_enabled)
        configured = {each.name for each in self._search.configured_sources(target)}
        mocked = {each.source for each in noted if each.source is SourceName.MOCK}
        wanted = [source] if source else [*_real_sources(), *mocked]
        cells = [
            there.get((name, day)) or _missing(name, day, is_configured=name in configured)
            for name in wanted
            for day in days
        ]
        return [_explained(each) for each in cells]


def _day(moment: datetime | None, zone: str) -> date | None:
    return moment.astimezone(ZoneInfo(zone)).date() if moment else None


def _real_sources() -> tuple[SourceName, ...]:
    return tuple(name for name in words.LABELS if name is not SourceName.MOCK)


def _missing(source: SourceName, day: date, *, is_configured: bool) -> Cell:
    is_mock = source is SourceName.MOCK
    if is_configured or is_mock:
        return Cell(source, CoverageStatus.NOT_CHECKED, day)
    return Cell(source, CoverageStatus.NOT_CONFIGURED, day)


def _explained(cell: Cell) -> Cell:
    """Say of a source that is not set up what it lacks."""
    if cell.status is not CoverageStatus.NOT_CONFIGURED or cell.message:
        return cell
    return replace(cell, message=words.WHY_NOT_CONFIGURED[cell.source])


def _latest(row: SourceCheck) -> Cell:
    good = CoverageStatus.FOUND if row.found else CoverageStatus.EMPTY
    status = _STATUS.get(row.status, good)
    return _explained(
        Cell(
            source=row.source,
            status=status,
            day=row.created_at.date(),
            found=row.found,
            checks=1,
            failures=int(status in (CoverageStatus.FAILED, CoverageStatus.OVER_QUOTA)),
            last_checked_at=row.created_at,
            message=row.message,
        )
    )
