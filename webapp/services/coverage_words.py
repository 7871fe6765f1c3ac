"""What coverage says in plain words: to a person who asks why nothing came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from webapp.enums import SourceName
from webapp.schemas.coverage import ClientCoverageState, CoverageStatus

LABELS = {
    SourceName.SERPER: "Serper",
    SourceName.NEWS_API: "NewsAPI",
    SourceName.RSS: "RSS",
    SourceName.GDELT: "GDELT",
    SourceName.EDGAR: "SEC EDGAR",
    SourceName.GOOGLE_SEARCH: "Google",
    SourceName.MOCK: "Simulated",
}
WHY_NOT_CONFIGURED = {
    SourceName.SERPER: "No key is set (SERPER_API_KEY).",
    SourceName.NEWS_API: "No key is set (NEWS_API_KEY).",
    SourceName.RSS: "This client has no feed. Add one to its profile.",
    SourceName.GDELT: "Switched off. An admin can switch it on under Business.",
    SourceName.EDGAR: "This client has no CIK or ticker, or no EDGAR_CONTACT is set.",
    SourceName.GOOGLE_SEARCH: "No key is set (GOOGLE_SEARCH_API_KEY); Google ends it in 2027.",
    SourceName.MOCK: "No simulated run took place.",
}
_DID = {
    CoverageStatus.EMPTY: "found nothing",
    CoverageStatus.FAILED: "failed",
    CoverageStatus.OVER_QUOTA: "over quota",
    CoverageStatus.NOT_CONFIGURED: "not set up",
    CoverageStatus.NOT_CHECKED: "not asked",
}
_SUMMARIES = {
    ClientCoverageState.UNCHECKED: "Not checked: no run that covers this client took place.",
    ClientCoverageState.FAILED: "No source answered, so news may have been missed: {told}.",
    ClientCoverageState.PARTLY: "{told}. What the failed ones would have found may be missing.",
    ClientCoverageState.SIMULATED: "{told}. All of it is invented; no real source was asked.",
    ClientCoverageState.QUIET: "{told}. Every source that was asked answered; there was no news.",
    ClientCoverageState.FOUND: "{told}, of which nothing was new, relevant and about this client.",
}
_BEST_FIRST = (
    CoverageStatus.FOUND,
    CoverageStatus.EMPTY,
    CoverageStatus.FAILED,
    CoverageStatus.OVER_QUOTA,
)


@dataclass(frozen=True)
class Cell:
    """One source for one client on one day, or its latest answer."""

    source: SourceName
    status: CoverageStatus
    day: date
    found: int = 0
    checks: int = 0
    failures: int = 0
    last_checked_at: datetime | None = None
    message: str | None = None

    @property
    def label(self) -> str:
        """The source's name for people."""
        return LABELS[self.source]

    @property
    def did(self) -> str:
        """What the source did: `found 4`, `found nothing`, `over quota`."""
        if self.status is CoverageStatus.FOUND:
            return f"found {self.found}"
        return _DID[self.status]

    @property
    def words(self) -> str:
        """The same with the source's name: `Serper found 4`."""
        return f"{self.label} {self.did}"


def listed(cells: Sequence[Cell]) -> str:
    """Name what each source did that was asked: `Serper found 4, RSS found nothing`."""
    asked = [each for each in cells if each.status in _BEST_FIRST]
    asked.sort(key=lambda each: _BEST_FIRST.index(each.status))
    return ", ".join(each.words for each in asked)


def summary(state: ClientCoverageState, cells: Sequence[Cell], *, events: int) -> str:
    """Say in a sentence or two how a client was covered, and why there may be no news of it."""
    sentence = _SUMMARIES[state]
    if state is ClientCoverageState.FOUND and events:
        sentence = "{told}; {events} came of it."
    return sentence.format(
        told=listed(totals(cells)), events="1 event" if events == 1 else f"{events} events"
    )


def totals(cells: Sequence[Cell]) -> list[Cell]:
    """Add the days of each source up; one good answer counts more than a failure."""
    by_source: dict[SourceName, list[Cell]] = {}
    for cell in cells:
        by_source.setdefault(cell.source, []).append(cell)
    return [_total(each) for each in by_source.values()]


def _total(cells: Sequence[Cell]) -> Cell:
    order = (*_BEST_FIRST, CoverageStatus.NOT_CHECKED, CoverageStatus.NOT_CONFIGURED)
    best = min(cells, key=lambda each: order.index(each.status))
    times = [each.last_checked_at for each in cells if each.last_checked_at]
    return Cell(
        source=best.source,
        status=best.status,
        day=best.day,
        found=sum(each.found for each in cells),
        checks=sum(each.checks for each in cells),
        failures=sum(each.failures for each in cells),
        last_checked_at=max(times, default=None),
        message=next((each.message for each in reversed(cells) if each.message), None),
    )
