"""Searching every configured source at once, and telling same results apart from new ones."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from webapp import clock
from webapp.config import Settings
from webapp.enums import MockFallback, Provenance, SimulationReason, SourceName, SourceStatus
from webapp.errors import ProviderError, ProviderQuotaError, ProviderTimeoutError
from webapp.providers.base import SearchProvider, SearchResult, SearchTarget
from webapp.services.canonical import are_titles_near_equal
from webapp.services.parallel import IoPool
from webapp.services.provider_health import ProviderHealthService
from webapp.services.raw_data import EventRawDataService
from webapp.services.raw_rows import FoundItem, found_item
from webapp.services.retrying import call_with_retries

log = logging.getLogger(__name__)

THREADS_PER_CLIENT = 4
UNEXPECTED = "The source's answer could not be handled; it was left out."


@dataclass(frozen=True)
class SourceAnswer:
    """How one source answered: its status and what it found."""

    source: SourceName
    status: SourceStatus
    results: tuple[SearchResult, ...] = ()
    message: str | None = None
    account_wide: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class SearchOutcome:
    """All answers for one client, and the different items among them."""

    answers: tuple[SourceAnswer, ...]
    items: tuple[FoundItem, ...]
    simulation_reason: SimulationReason | None = None

    @property
    def live_answers(self) -> tuple[SourceAnswer, ...]:
        """The answers of real sources."""
        return tuple(each for each in self.answers if each.source is not SourceName.MOCK)

    @property
    def failed(self) -> tuple[SourceAnswer, ...]:
        """The real sources that did not answer."""
        bad = (SourceStatus.FAILED, SourceStatus.OVER_QUOTA)
        return tuple(each for each in self.live_answers if each.status in bad)

    @property
    def found(self) -> int:
        """How many results came before duplicates were taken out."""
        return sum(len(each.results) for each in self.answers)


class SearchAggregatorService:
    """Asks the sources. Touches the database only to note how a provider fares."""

    def __init__(
        self,
        *,
        providers: Sequence[SearchProvider],
        mock: SearchProvider,
        raw_data: EventRawDataService,
        health: ProviderHealthService,
        settings: Settings,
    ) -> None:
        self._providers = tuple(providers)
        self._mock = mock
        self._raw_data = raw_data
        self._health = health
        self._timeout = settings.source_timeout_seconds
        self._mock_fallback = settings.mock_fallback
        self._pool = IoPool(settings.monitor_concurrency * THREADS_PER_CLIENT)

    @property
    def pool(self) -> IoPool:
        """The threads that wait on outside services, shared with the CRM."""
        return self._pool

    def configured_sources(self, target: SearchTarget) -> list[SearchProvider]:
        """Return the real sources that can be asked about a client."""
        return [each for each in self._providers if each.is_configured_for(target)]

    def search_all_sources(
        self,
        target: SearchTarget,
        *,
        since: datetime | None,
        force_mock: bool = False,
        has_fresh_answers: bool = False,
    ) -> SearchOutcome:
        """Ask every configured source at once; one that is slow or broken costs only itself.

        Without a real source, or when told so, the mock answers and every item is marked
        simulated. When all real ones fail, answers stored not long ago stand in, and only
        without those the mock, marked as fallback, unless that is switched off.
        """
        if force_mock:
            return self._simulate(target, since, SimulationReason.FORCED)
        sources = self.configured_sources(target)
        if not sources:
            return self._simulate(target, since, SimulationReason.UNCONFIGURED)
        answers = self._ask(sources, target, since)
        live = SearchOutcome(answers, self._items(answers, Provenance.LIVE, None))
        if len(live.failed) < len(answers) or has_fresh_answers:
            return live
        if self._mock_fallback is MockFallback.OFF:
            return live
        stand_in = self._simulate(target, since, SimulationReason.FALLBACK)
        return replace(stand_in, answers=answers + stand_in.answers)

    def deduplicate_results(self, items: Sequence[FoundItem]) -> list[FoundItem]:
        """Keep the first of those with the same address, content or near-equal title.

        The others stay as its sightings, so that no source is forgotten.
        """
        kept: list[FoundItem] = []
        for item in items:
            place = next((at for at, first in enumerate(kept) if _is_same(first, item)), None)
            if place is None:
                kept.append(item)
                continue
            first = kept[place]
            more = (*first.sightings, item.result, *item.sightings)
            kept[place] = replace(first, sightings=more)
        return kept

    def _simulate(
        self, target: SearchTarget, since: datetime | None, reason: SimulationReason
    ) -> SearchOutcome:
        started = clock.monotonic()
        results = tuple(self._mock.search(target, since=since))
        status = SourceStatus.FOUND if results else SourceStatus.EMPTY
        answer = SourceAnswer(SourceName.MOCK, status, results, seconds=clock.monotonic() - started)
        items = self._items((answer,), Provenance.SIMULATED, reason)
        return SearchOutcome((answer,), items, reason)

    def _ask(
        self, sources: Sequence[SearchProvider], target: SearchTarget, since: datetime | None
    ) -> tuple[SourceAnswer, ...]:
        deadline = clock.monotonic() + self._timeout
        waiting = [
            (source, self._pool.submit(partial(self._search, source, target, since)))
            for source in sources
        ]
        answers = [_collect(source.name, future, deadline) for source, future in waiting]
        for source, (answer, error) in zip(sources, answers, strict=True):
            if error is not None:
                self._health.note_failure(source.name, error)
            elif answer.status in (SourceStatus.FOUND, SourceStatus.EMPTY):
                self._health.note_success(source.name)
        return tuple(answer for answer, _ in answers)

    def _search(
        self, source: SearchProvider, target: SearchTarget, since: datetime | None
    ) -> tuple[tuple[SearchResult, ...], float]:
        started = clock.monotonic()
        results = call_with_retries(
            lambda: source.search(target, since=since), total_seconds=self._timeout
        )
        return tuple(results), clock.monotonic() - started

    def _items(
        self,
        answers: Sequence[SourceAnswer],
        provenance: Provenance,
        reason: SimulationReason | None,
    ) -> tuple[FoundItem, ...]:
        found = [
            found_item(result, provenance, reason)
            for answer in answers
            for result in answer.results
            if result.title.strip()
        ]
        return tuple(self.deduplicate_results(found))


def _collect(
    name: SourceName,
    future: Future[tuple[tuple[SearchResult, ...], float]],
    deadline: float,
) -> tuple[SourceAnswer, ProviderError | None]:
    """Wait for one source until the deadline; whatever goes wrong in it becomes its status."""
    started = clock.monotonic()
    try:
        results, seconds = future.result(timeout=max(0.0, deadline - started))
    except FutureTimeoutError:
        future.cancel()
        late = ProviderTimeoutError(f"{name} took longer than its time limit.")
        return _failed(name, late, clock.monotonic() - started), late
    except ProviderError as error:
        return _failed(name, error, clock.monotonic() - started), error
    except Exception:
        log.exception("source %s failed in an unforeseen way", name)
        unforeseen = ProviderError(UNEXPECTED)
        return _failed(name, unforeseen, clock.monotonic() - started), unforeseen
    status = SourceStatus.FOUND if results else SourceStatus.EMPTY
    return SourceAnswer(name, status, results, seconds=seconds), None


def _failed(name: SourceName, error: ProviderError, seconds: float) -> SourceAnswer:
    over_quota = isinstance(error, ProviderQuotaError)
    return SourceAnswer(
        name,
        SourceStatus.OVER_QUOTA if over_quota else SourceStatus.FAILED,
        message=str(error)[:300],
        account_wide=error.account_wide,
        seconds=seconds,
    )


def _is_same(first: FoundItem, second: FoundItem) -> bool:
    return (
        first.canonical_url == second.canonical_url
        or first.content_hash == second.content_hash
        or are_titles_near_equal(first.result.title, second.result.title)
    )
