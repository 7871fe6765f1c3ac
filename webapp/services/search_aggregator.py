"""Searching every configured source at once, and telling same results apart from new ones."""

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from flask import current_app

from webapp import clock
from webapp.config import Settings
from webapp.enums import MockFallback, Provenance, SimulationReason, SourceName, SourceStatus
from webapp.errors import ProviderError, ProviderTimeoutError
from webapp.providers.base import SearchProvider, SearchResult, SearchTarget
from webapp.services.canonical import are_titles_near_equal, same_page
from webapp.services.company_rules import is_from_excluded
from webapp.services.parallel import IoPool
from webapp.services.provider_names import label_of
from webapp.services.quota_turns import EVERYBODY, TurnPlan
from webapp.services.raw_rows import FoundItem, found_item
from webapp.services.search_answers import (
    SearchOutcome,
    SourceAnswer,
    failed_answer,
    never_began,
    not_its_turn,
)
from webapp.services.search_cache import Recall, SearchCache
from webapp.services.source_gate import SourceGate, Tally
from webapp.services.transactions import DATABASE_AWAY

__all__ = ["SearchAggregatorService", "SearchOutcome", "SourceAnswer"]

log = logging.getLogger(__name__)

OTHER_THREADS = 2
"""Of each client, beside one for each source: the CRM, and a call past its time limit."""
TELLS_ALL = frozenset((SourceName.RSS, SourceName.EDGAR))
"""Sources whose one answer holds all they have: what is old in it is kept with its outcome."""
UNEXPECTED = "The source's answer could not be handled; it was left out."

Results = tuple[SearchResult, ...]


@dataclass(frozen=True)
class _Question:
    """One source under way."""

    source: SourceName
    answer: Future[Results]
    tally: Tally = field(default_factory=Tally)


class SearchAggregatorService:
    """Asks the sources, past the cache, the gate and the quotas' turns."""

    def __init__(
        self,
        *,
        providers: Sequence[SearchProvider],
        mock: SearchProvider,
        gate: SourceGate,
        cache: SearchCache,
        settings: Settings,
    ) -> None:
        self._providers = tuple(providers)
        self._mock = mock
        self._gate = gate
        self._cache = cache
        self._timeout = settings.source_timeout_seconds
        self._mock_fallback = settings.mock_fallback
        self._pool = IoPool(settings.monitor_concurrency * (len(self._providers) + OTHER_THREADS))

    @property
    def pool(self) -> IoPool:
        """The threads that wait on outside services, shared with the CRM."""
        return self._pool

    def configured_sources(self, target: SearchTarget) -> list[SearchProvider]:
        """Return the real sources that can be asked about a client."""
        return [each for each in self._providers if each.is_configured_for(target)]

    def recall(self, client_id: uuid.UUID) -> Recall:
        """Return what the sources answered about a client lately, in one query."""
        return self._cache.recall(client_id)

    def search_all_sources(
        self,
        target: SearchTarget,
        *,
        since: datetime | None,
        force_mock: bool = False,
        recall: Recall | None = None,
        bypass_cache: bool = False,
        turns: TurnPlan = EVERYBODY,
    ) -> SearchOutcome:
        """Ask every configured source at once; one that is slow or broken costs only itself.

        What a source answered to the same query within the cache's time is not asked again,
        unless `bypass_cache`. Without a real source, or when told so, the mock answers and every
        item is marked simulated. When no real one answers and one failed, answers of the last
        day stand in, and only without those the mock, marked as fallback, unless that is
        switched off. Where the client only waits for its turns nothing stands in.
        """
        if force_mock:
            return self._simulate(target, since, SimulationReason.FORCED)
        sources = self.configured_sources(target)
        if not sources:
            return self._simulate(target, since, SimulationReason.UNCONFIGURED)
        known = None if bypass_cache else recall
        answers = self._ask(sources, partial(self._settled, target, known, turns), target, since)
        cached = [each.source for each in answers if each.status is SourceStatus.CACHED]
        live = SearchOutcome(answers, self._items(target, answers, Provenance.LIVE, None))
        if cached:
            live = self._with_waiting(live, target, cached)
        if not live.failed or live.is_answered:
            return live
        if recall is not None and recall.answers:
            return self._with_waiting(live, target, None)
        if self._mock_fallback is MockFallback.OFF:
            return live
        stand_in = self._simulate(target, since, SimulationReason.FALLBACK)
        return replace(stand_in, answers=answers + stand_in.answers)

    def count_calls(self, outcome: SearchOutcome) -> None:
        """Add up the calls of a search that needed no reservation, until they are written."""
        self._gate.count(outcome.calls)

    def write_calls(self) -> None:
        """Write the calls that were added up into the quota ledger, in a transaction."""
        self._gate.write_counts()

    def deduplicate_results(self, items: Iterable[FoundItem]) -> list[FoundItem]:
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
        items = self._items(target, (answer,), Provenance.SIMULATED, reason)
        return SearchOutcome((answer,), items, reason)

    def _settled(
        self, target: SearchTarget, recall: Recall | None, turns: TurnPlan, source: SourceName
    ) -> SourceAnswer | None:
        """Return the answer of a source that is not asked, None when it is."""
        if recall is not None:
            past = recall.fresh(source, self._cache.fingerprint(source, target))
            if past is not None:
                return SourceAnswer(source, SourceStatus.CACHED, found_before=past.found)
        if not turns.allows(source, uuid.UUID(target.client_id)):
            return failed_answer(source, not_its_turn(source))
        refusal = self._gate.refusal(source)
        return None if refusal is None else failed_answer(source, refusal)

    def _ask(
        self,
        sources: Sequence[SearchProvider],
        settled: Callable[[SourceName], SourceAnswer | None],
        target: SearchTarget,
        since: datetime | None,
    ) -> tuple[SourceAnswer, ...]:
        self._gate.learn()
        deadline = clock.monotonic() + self._timeout
        under_way = [
            settled(source.name) or self._start(source, target, since) for source in sources
        ]
        return tuple(
            replace(
                each if isinstance(each, SourceAnswer) else self._collect(each, deadline),
                fingerprint=self._cache.fingerprint(each.source, target),
            )
            for each in under_way
        )

    def _start(
        self, source: SearchProvider, target: SearchTarget, since: datetime | None
    ) -> _Question:
        tally = Tally()
        call = partial(self._search, source, target, since, tally=tally)
        if self._gate.needs_database(source.name):
            app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- Flask's documented way to pass an app to a thread
            call = partial(_within, app.app_context, call)
        return _Question(source.name, self._pool.submit(call), tally)

    def _search(
        self,
        source: SearchProvider,
        target: SearchTarget,
        since: datetime | None,
        *,
        tally: Tally,
    ) -> Results:
        started = clock.monotonic()
        window = None if source.name in TELLS_ALL else since
        call = partial(source.search, target, since=window)
        try:
            return tuple(self._gate.call(source.name, call, seconds=self._timeout, tally=tally))
        finally:
            tally.seconds = clock.monotonic() - started

    def _collect(self, question: _Question, deadline: float) -> SourceAnswer:
        """Wait for one source until the deadline; whatever goes wrong in it becomes its status."""
        results: Results = ()
        error: ProviderError | None = None
        try:
            results = question.answer.result(timeout=max(0.0, deadline - clock.monotonic()))
        except FutureTimeoutError:
            if question.answer.cancel():
                return never_began(question.source)
            question.tally.seconds = self._timeout
            error = ProviderTimeoutError(
                f"{label_of(question.source)} took longer than its time limit."
            )
        except ProviderError as failure:
            error = failure
        except DATABASE_AWAY:
            raise  # it says nothing of whom was asked
        except Exception:
            log.exception("source %s failed in an unforeseen way", question.source)
            error = ProviderError(UNEXPECTED)
        self._gate.note(question.source, error)
        tally = question.tally
        if error is not None:
            timed_out = isinstance(error, ProviderTimeoutError)
            # What was refused before it left took no time of the source
            seconds = tally.seconds if tally.calls or timed_out else 0.0
            return failed_answer(question.source, error, seconds=seconds, calls=tally.calls)
        status = SourceStatus.FOUND if results else SourceStatus.EMPTY
        return SourceAnswer(
            question.source, status, results, seconds=tally.seconds, calls=tally.calls
        )

    def _with_waiting(
        self, live: SearchOutcome, target: SearchTarget, sources: Sequence[SourceName] | None
    ) -> SearchOutcome:
        """Add what was stored earlier and nobody has looked at yet, marked as cached."""
        waiting = self._cache.waiting_items(uuid.UUID(target.client_id), sources)
        if not waiting:
            return live
        return replace(live, items=tuple(self.deduplicate_results([*live.items, *waiting])))

    def _items(
        self,
        target: SearchTarget,
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
        # A text that an excluded site has, too, is taken from whoever else has it
        found.sort(key=lambda item: is_from_excluded(target, item.result.url))
        return tuple(self.deduplicate_results(found))


def _within(
    context: Callable[[], AbstractContextManager[object]], call: Callable[[], Results]
) -> Results:
    with context():
        return call()


def _is_same(first: FoundItem, second: FoundItem) -> bool:
    if first.content_hash == second.content_hash or are_titles_near_equal(
        first.result.title, second.result.title
    ):
        return True
    return first.canonical_url == second.canonical_url and same_page(
        first.result.url, second.result.url, titles_alike=False
    )
