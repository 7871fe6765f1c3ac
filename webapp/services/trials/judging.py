"""Judging one client's rows of a trial: asked, compared, kept; nothing else is written."""

import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import update

from webapp.config import Settings
from webapp.enums import AiPurpose, TrialKind, TrialStop
from webapp.extensions import db
from webapp.models import ReprocessTrialItem
from webapp.providers.base import ClassifyRequest, SearchTarget, Usage
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_calls import Caller
from webapp.services.ai_limits import reached_in_words
from webapp.services.calibrated import calibrated
from webapp.services.classify_requests import classify_request
from webapp.services.judged import JudgedBatch, JudgedItem
from webapp.services.raw_rows import RawItem
from webapp.services.search_aggregator import SearchAggregatorService
from webapp.services.search_targets import read_client, target_of
from webapp.services.sifting import Sifted, sift
from webapp.services.transactions import atomic, snapshot
from webapp.services.trials.classifier import BATCH
from webapp.services.trials.findings import NO_VERDICT, Comparing, Finding
from webapp.services.trials.job import TrialJob
from webapp.services.trials.ledger import TrialLedger
from webapp.services.trials.rows import ClientRows, read_rows
from webapp.services.trials.selection import Batch
from webapp.services.trials.telling import to_json

log = logging.getLogger(__name__)

MAX_FAILURES = 3
"""Calls in a row that may fail before a trial stops."""
_MAX_REASON = 300


@dataclass(frozen=True)
class Stop:
    """Why a trial goes no further, and a sentence about it."""

    reason: TrialStop
    message: str


@dataclass
class _Asked:
    """What came of asking about a client's rows."""

    verdicts: dict[str, JudgedItem] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    stop: Stop | None = None
    is_cancelled: bool = False


class TrialJudging:
    """Judges a trial's rows client by client."""

    def __init__(
        self,
        *,
        search: SearchAggregatorService,
        accounts: AiAccounts,
        ledger: TrialLedger,
        settings: Settings,
    ) -> None:
        self._search = search
        self._accounts = accounts
        self._ledger = ledger
        self._most_events = settings.max_events_per_client

    def judge_client(self, job: TrialJob, client_id: uuid.UUID) -> Stop | None:
        """Judge what waits of a client and keep what was found, all in one commit.

        Returns why the trial has to stop, if it has to; what was judged until then is kept.
        Raises LeaseLostError.
        """
        with snapshot():
            client, exclusions = read_client(client_id)
            target = target_of(client, gdelt_enabled=False, exclusions=exclusions)
            rows = read_rows(job.lease.trial_id, client_id)
            sifted = sift(target, [row.raw for row in rows.others], is_first_run=False)
        asked = self._ask(job, client_id, target, items=[*_of_events(rows), *_of(sifted)])
        if asked.is_cancelled:
            return None
        judged = calibrated(JudgedBatch(asked.verdicts), job.shifts, client.tier)
        telling = job.telling(has_live_sources=bool(self._search.configured_sources(target)))
        with snapshot():
            comparing = Comparing(client_id, telling, self._most_events)
            findings = comparing.compare(rows, sifted, judged.items)
        findings += _unjudged(rows, sifted, findings, asked)
        with atomic():
            self._ledger.add(job.lease, {"rows_done": len(findings)})
            _keep(findings, job)
        return asked.stop

    def give_up_client(self, job: TrialJob, client_id: uuid.UUID, note: str) -> None:
        """Leave what waits of a client without a verdict, with why."""
        with snapshot():
            rows = read_rows(job.lease.trial_id, client_id)
        ids = [*rows.item_of.values(), *rows.left_out]
        findings = [Finding(item_id, TrialKind.FAILED, reason=note) for item_id in ids]
        with atomic():
            self._ledger.add(job.lease, {"rows_done": len(findings)})
            _keep(findings, job)

    def _ask(
        self, job: TrialJob, client_id: uuid.UUID, target: SearchTarget, *, items: list[RawItem]
    ) -> _Asked:
        """Ask about some rows, a batch a call, until all are judged or the trial has to stop."""
        asked = _Asked()
        for start in range(0, len(items), BATCH):
            part = items[start : start + BATCH]
            if self._ledger.is_cancelled(job.lease):
                asked.is_cancelled = True
                return asked
            asked.stop = self._ask_once(job, client_id, classify_request(target, part), asked)
            if asked.stop is not None:
                return asked
        return asked

    def _ask_once(
        self, job: TrialJob, client_id: uuid.UUID, request: ClassifyRequest, asked: _Asked
    ) -> Stop | None:
        ai = job.classifier.ai
        stop = job.refusal(_likely(job, request))
        if stop is not None:
            return Stop(*stop)
        allowances = []
        if ai.is_configured:
            most = ai.most(request, job.limits)
            (allowance,) = self._accounts.reserve(job.business_id, job.limits, [most])
            if allowance.refused_by is not None:
                words = reached_in_words(allowance.refused_by, job.limits)
                return Stop(TrialStop.BUDGET, words)
            allowances = [allowance]
        batch = ai.classify_items(request, closed=ai.closed())
        ai.note_health(job.business_id, batch.calls, batch.failures)
        calls = [replace(call, purpose=AiPurpose.TRIAL) for call in batch.calls]
        used = sum((call.usage for call in calls), start=Usage(calls=0))
        with atomic():
            self._ledger.add(job.lease, _sums(used))
            caller = Caller(job.business_id, client_id)
            self._accounts.book(calls, caller, limits=job.limits, allowances=allowances)
        job.spent_usd += used.counted_usd
        return self._take(job, request, batch, asked)

    def _take(
        self, job: TrialJob, request: ClassifyRequest, batch: JudgedBatch, asked: _Asked
    ) -> Stop | None:
        """Keep a batch's verdicts; stop where the classifier fails again and again."""
        # What gives orders to a machine is judged by the rules, whoever is tried
        own = (item for item in batch.items.values() if item.provider is job.classifier.provider)
        first = next(own, None)
        changed = self._identify(job, first) if first is not None else None
        if changed is not None:
            return changed
        asked.verdicts |= batch.items
        message = str(batch.failures[-1][1]) if batch.failures else NO_VERDICT
        for item in request.items:
            if item.ref not in batch.items:
                asked.failed[item.ref] = message
        job.failures = 0 if batch.items else job.failures + 1
        if job.failures >= MAX_FAILURES:
            return Stop(TrialStop.CLASSIFIER_FAILED, message)
        return None

    def _identify(self, job: TrialJob, item: JudgedItem) -> Stop | None:
        """Note who answered; a trial is one classifier's from its first row to its last."""
        if job.prompt_version is None:
            job.prompt_version = item.prompt_version
            with atomic():
                self._ledger.hold(
                    job.lease,
                    judged_by=item.model[:80],
                    prompt_version=item.prompt_version[:40],
                )
        if item.prompt_version == job.prompt_version:
            return None
        text = f"It began with version {job.prompt_version} and met {item.prompt_version}."
        return Stop(TrialStop.CLASSIFIER_CHANGED, f"{text} Start a new trial.")


def _of_events(rows: ClientRows) -> Iterator[RawItem]:
    return (row.raw for row in rows.events)


def _of(sifted: Sifted) -> Iterator[RawItem]:
    return (each.item for each in sifted.candidates)


def _likely(job: TrialJob, request: ClassifyRequest) -> float:
    characters = sum(len(item.title) + len(item.snippet) for item in request.items)
    return job.classifier.likely([Batch(len(request.items), characters)]).counted_usd


def _sums(used: Usage) -> dict[str, float]:
    return {
        "cost_usd": used.counted_usd,
        "ai_calls": used.calls,
        "ai_tokens": used.input_tokens + used.output_tokens,
    }


def _unjudged(
    rows: ClientRows, sifted: Sifted, findings: Sequence[Finding], asked: _Asked
) -> list[Finding]:
    """Return a finding for each row without a verdict; those a stop left out go on waiting."""
    found = {each.item_id for each in findings}
    failed = dict(asked.failed)
    for candidate in sifted.candidates:
        message = asked.failed.get(str(candidate.item.id))
        if message is not None:
            failed |= dict.fromkeys(map(str, candidate.raw_ids), message)
    rest = [
        (item_id, failed.get(str(raw_id)))
        for raw_id, item_id in rows.item_of.items()
        if item_id not in found
    ]
    return [
        Finding(item_id, TrialKind.FAILED, reason=message or NO_VERDICT)
        for item_id, message in rest
        if message is not None or asked.stop is None
    ]


def _keep(findings: Sequence[Finding], job: TrialJob) -> None:
    """Write what was found to the trial's items, in the caller's transaction."""
    values = [_columns(each, place, job) for place, each in enumerate(findings)]
    if values:
        db.session.execute(update(ReprocessTrialItem), values)


def _columns(found: Finding, place: int, job: TrialJob) -> dict[str, Any]:
    told = [to_json(each, job.names) for each in found.told]
    return {
        "id": found.item_id,
        "kind": found.kind,
        "place": place,
        "event_id": found.event_id,
        "is_category_moved": found.difference.category,
        "is_relevance_moved": found.difference.relevance,
        "is_risk_moved": found.difference.risk,
        "before": dict(found.before) if found.before else None,
        "after": dict(found.after) if found.after else None,
        "story": dict(found.story) if found.story else None,
        "told": told,
        "told_count": len({each["user_id"] for each in told}),
        "reason": found.reason[:_MAX_REASON] if found.reason else None,
    }
