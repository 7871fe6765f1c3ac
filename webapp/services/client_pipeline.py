"""One client's nine steps: search, raw rows, CRM, classify, events, decisions, insights, tell.

What was reached is committed before going on, always together with a check that the shard is
still ours. A worker that dies leaves a client that the next attempt continues: raw rows are
known by their hash, events by theirs, insights and mails by their event.
"""

import logging
import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from webapp import clock
from webapp.enums import ClientTier, Provenance, SimulationReason
from webapp.providers.base import CRMLookup, SearchTarget
from webapp.services import sifting
from webapp.services.ai_accounts import AiAccounts, Allowance
from webapp.services.ai_calls import Caller, CallRecord
from webapp.services.ai_processor import AIProcessorService
from webapp.services.calibrated import calibrated
from webapp.services.classify_requests import classify_request
from webapp.services.client_records import ClientRecords
from webapp.services.crm import CrmAnswer, CRMService
from webapp.services.crm_book import Watched, crm_book
from webapp.services.event_creation import EventCreation
from webapp.services.insight_writing import InsightWriting, Written, calls_of
from webapp.services.judged import JudgedBatch
from webapp.services.paid_judging import PaidJudging
from webapp.services.raw_data import EventRawDataService
from webapp.services.run_context import RunContext
from webapp.services.search_aggregator import SearchAggregatorService, SearchOutcome
from webapp.services.search_cache import Recall
from webapp.services.search_targets import read_client, target_of
from webapp.services.second_look import SecondLook
from webapp.services.sifting import Sifted, sift
from webapp.services.transactions import atomic, snapshot

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ClientFacts:
    """What the steps need of the client, as plain values."""

    client_id: uuid.UUID
    target: SearchTarget
    lookup: CRMLookup
    is_first_run: bool
    recall: Recall
    tier: ClientTier | None
    began: float


class ClientPipeline:
    """Takes one client of a run through its steps."""

    def __init__(
        self,
        *,
        search: SearchAggregatorService,
        raw_data: EventRawDataService,
        crm: CRMService,
        ai: AIProcessorService,
        accounts: AiAccounts,
        creation: EventCreation,
        insights: InsightWriting,
        records: ClientRecords,
        second_look: SecondLook,
    ) -> None:
        self._second_look = second_look
        self._search = search
        self._raw_data = raw_data
        self._crm = crm
        self._ai = ai
        self._accounts = accounts
        self._judging = PaidJudging(ai=ai, accounts=accounts)
        self._creation = creation
        self._insights = insights
        self._records = records

    def load(self) -> None:
        """Load models and word lists now, so that jobs forked later start warm and share them."""
        self._ai.load()
        sifting.load()

    def process(self, context: RunContext, client_id: uuid.UUID) -> None:
        """Do everything for one client that was begun, and mark it done.

        Raises LeaseLostError when the shard was taken over, and whatever is our own mistake;
        outside services never raise out of here.
        """
        if context.is_second_look:
            self._second_look.process(context, client_id)
            return
        facts = self._facts(context, client_id)
        asked_crm = self._ask_crm(context, facts)
        outcome = self._collect(context, facts)
        if asked_crm is None:
            self._records.finish(context, client_id, outcome, seconds=_since(facts))
            return
        batch, sifted = self._judge(context, facts)
        crm = self._crm.settle(facts.lookup, asked_crm.result())
        self._create_events(context, facts, outcome, sifted=sifted, batch=batch, crm=crm)
        written = self._write_insights(context, facts, crm)
        self._finish(context, facts, outcome=outcome, batch=batch, crm=crm, written=written)

    def settle(self) -> None:
        """Write down what is gathered over many clients: the calls to sources without a quota."""
        self._search.write_calls()

    def _facts(self, context: RunContext, client_id: uuid.UUID) -> ClientFacts:
        with snapshot():
            client, exclusions = read_client(client_id)
            gdelt = context.gdelt_enabled
            return ClientFacts(
                client_id=client_id,
                target=target_of(client, gdelt_enabled=gdelt, exclusions=exclusions),
                lookup=self._crm.lookup_of(client),
                is_first_run=client.last_checked_at is None,
                recall=self._search.recall(client_id),
                tier=client.tier,
                began=clock.monotonic(),
            )

    def _ask_crm(self, context: RunContext, facts: ClientFacts) -> Future[CrmAnswer] | None:
        """Start the CRM call beside search and classification, which need nothing of it."""
        if context.collect_only:
            return None
        question = self._crm.question(facts.lookup, force_mock=context.force_mock)
        return self._search.pool.submit(question)

    def _collect(self, context: RunContext, facts: ClientFacts) -> SearchOutcome:
        if context.is_reprocess:
            return SearchOutcome((), ())
        outcome = self._search.search_all_sources(
            facts.target,
            # What is older makes no event, and would take the place of what does
            since=clock.now() - sifting.MAX_AGE,
            force_mock=context.force_mock,
            recall=facts.recall,
            bypass_cache=context.bypass_cache,
            turns=context.turns,
        )
        self._search.count_calls(outcome)
        with atomic():
            new = self._raw_data.bulk_save_raw_data(
                outcome.items,
                business_id=context.business_id,
                client_id=facts.client_id,
                job_run_id=context.run_id,
                collect_only=context.collect_only,
            )
            self._records.note_search(context, facts.client_id, outcome, new_rows=len(new))
        return outcome

    def _judge(self, context: RunContext, facts: ClientFacts) -> tuple[JudgedBatch, Sifted]:
        with snapshot():
            items = self._raw_data.get_unprocessed_data(context.business_id, facts.client_id)
            sifted = sift(facts.target, items, is_first_run=facts.is_first_run)
        batch = self._judging.classify(
            classify_request(facts.target, (each.item for each in sifted.candidates)),
            business_id=context.business_id,
            limits=context.limits,
            # Invented articles are not worth a paid call
            is_free=context.force_mock or _is_simulated(sifted),
        )
        return calibrated(batch, context.shifts, facts.tier), sifted

    def _create_events(
        self,
        context: RunContext,
        facts: ClientFacts,
        outcome: SearchOutcome,
        *,
        sifted: Sifted,
        batch: JudgedBatch,
        crm: CrmAnswer,
    ) -> None:
        has_live = bool(self._search.configured_sources(facts.target))
        watched = Watched(facts.client_id, facts.target.name, facts.tier)
        # A reprocess judges what was found; it is asked for nothing else
        book = None if context.is_reprocess else crm_book(watched, crm, has_live_sources=has_live)
        self._ai.note_health(context.business_id, batch.calls, batch.failures)
        with atomic():
            created = self._creation.create(
                context,
                facts.client_id,
                sifted,
                batch.items,
                has_live_sources=has_live,
                crm=book,
            )
            self._records.note_events(context, facts.client_id, created, batch.calls)
            self._book(context, facts, batch.calls, [batch.allowance])
        if outcome.simulation_reason is SimulationReason.FALLBACK:
            log.info("client %s was answered by the mock, no source answered", facts.client_id)

    def _write_insights(
        self, context: RunContext, facts: ClientFacts, crm: CrmAnswer
    ) -> list[Written]:
        wanted = self._insights.wanted(facts.client_id)
        return self._insights.write(
            wanted,
            crm,
            business_id=context.business_id,
            limits=context.limits,
            is_free=context.force_mock,
        )

    def _book(
        self,
        context: RunContext,
        facts: ClientFacts,
        calls: Sequence[CallRecord],
        allowances: Sequence[Allowance],
    ) -> None:
        caller = Caller(context.business_id, facts.client_id, context.run_id)
        self._accounts.book(calls, caller, limits=context.limits, allowances=allowances)

    def _finish(
        self,
        context: RunContext,
        facts: ClientFacts,
        *,
        outcome: SearchOutcome,
        batch: JudgedBatch,
        crm: CrmAnswer,
        written: list[Written],
    ) -> None:
        calls = calls_of(written)
        failures = tuple(failure for each in written for failure in each.failures)
        self._ai.note_health(context.business_id, calls, failures)
        notices = [*batch.notices, *(each.notice for each in written)]
        if crm.error is not None:
            notices.append(f"CRM: {crm.error}")
        with atomic():
            self._crm.save_snapshot(crm, business_id=context.business_id, client_id=facts.client_id)
            saved = self._insights.save(written, business_id=context.business_id)
            self._records.finish(
                context,
                facts.client_id,
                outcome,
                notices=tuple(dict.fromkeys(each for each in notices if each)),
                degraded=batch.by_fallback or crm.error is not None or bool(failures),
                insights=saved,
                calls=calls,
                seconds=_since(facts),
            )
            self._book(context, facts, calls, [each.allowance for each in written])


def _since(facts: ClientFacts) -> float:
    return clock.monotonic() - facts.began


def _is_simulated(sifted: Sifted) -> bool:
    return bool(sifted.candidates) and all(
        each.item.provenance is Provenance.SIMULATED for each in sifted.candidates
    )
