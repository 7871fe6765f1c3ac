"""What coverage says of sources in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from webapp.enums import SourceName
from webapp.schemas.coverage import ClientCoverageState, CoverageStatus
from webapp.services.provider_names import source_label

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
STATES = {
    ClientCoverageState.UNCHECKED: "Not checked",
    ClientCoverageState.FAILED: "No source answered",
    ClientCoverageState.PARTLY: "Some did not answer",
    ClientCoverageState.SIMULATED: "Simulated only",
    ClientCoverageState.QUIET: "Nothing found",
    ClientCoverageState.FOUND: "Found something",
}
_DID = {
    CoverageStatus.EMPTY: "nothing found",
    CoverageStatus.FAILED: "no answer",
    CoverageStatus.OVER_QUOTA: "quota used up",
    CoverageStatus.NOT_CONFIGURED: "not set up",
    CoverageStatus.NOT_CHECKED: "not asked",
}
_SENTENCES = {
    CoverageStatus.EMPTY: "{} found nothing",
    CoverageStatus.FAILED: "{} did not answer",
    CoverageStatus.OVER_QUOTA: "{} had no quota left",
    CoverageStatus.NOT_CONFIGURED: "{} is not set up",
    CoverageStatus.NOT_CHECKED: "{} was not asked",
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
        """What the source did: `4 news items`, `nothing found`, `quota used up`."""
        if self.status is CoverageStatus.FOUND:
            return news_items(self.found)
        return _DID[self.status]

    @property
    def words(self) -> str:
        """The same as a sentence: `Serper found 4 news items`."""
        name = source_label(self.source) if self.source is SourceName.MOCK else self.label
        if self.status is CoverageStatus.FOUND:
            return f"{name} found {news_items(self.found)}"
        return _SENTENCES[self.status].format(name)


def news_items(count: int) -> str:
    """Write how many items a source brought."""
    return "1 news item" if count == 1 else f"{count:,} news items"


def times(count: int) -> str:
    """Write how often: `once`, `twice`, `4 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def listed(cells: Sequence[Cell]) -> str:
    """Name what each source did: `Serper found 4 news items, RSS found nothing`."""
    asked = [each for each in cells if each.status in _BEST_FIRST]
    asked.sort(key=lambda each: _BEST_FIRST.index(each.status))
    return ", ".join(each.words for each in asked)


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
