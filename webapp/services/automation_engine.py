"""The main job: a run's clients, shard by shard, through the pipeline to the run's end."""

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial

from flask import Flask, current_app

from webapp import clock
from webapp.config import Settings
from webapp.enums import JobType, RunReason, RunStatus, RunTrigger, ShardStatus
from webapp.errors import LeaseLostError
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun
from webapp.services.ai_budget_stop import AiBudgetStop
from webapp.services.client_pipeline import ClientPipeline
from webapp.services.digests import DigestService
from webapp.services.run_completion import Ending, RunCompletion
from webapp.services.run_context import RunContext, RunContextLoader
from webapp.services.run_ledger import RunLedger
from webapp.services.shard_leases import (
    MAX_SHARD_ATTEMPTS,
    Lease,
    ShardClient,
    ShardLeases,
)
from webapp.services.transactions import DATABASE_AWAY, atomic, patiently, snapshot

log = logging.getLogger(__name__)

ShouldStop = Callable[[], bool]
CHECK_SECONDS = 1.0
"""How often a shard looks for a cancel or an orderly stop while its clients are in flight."""
GIVE_BACK_WITHIN_SECONDS = 30.0
GAVE_UP = "This client ended its worker again and again; it was left out so that others go on."
OWN_MISTAKE = "Something went wrong on our side ({kind}). The log has the details."


def _never() -> bool:
    return False


@dataclass
class _Flight:
    """The clients of one shard: those waiting and those being worked on."""

    waiting: deque[uuid.UUID]
    width: int
    under_way: dict[Future[None], uuid.UUID] = field(default_factory=dict)


class AutomationEngineService:
    """Runs monitoring jobs. What it promises is in the ledger; see `run_ledger`."""

    def __init__(
        self,
        *,
        ledger: RunLedger,
        shards: ShardLeases,
        pipeline: ClientPipeline,
        contexts: RunContextLoader,
        completion: RunCompletion,
        stop: AiBudgetStop,
        digests: DigestService,
        settings: Settings,
    ) -> None:
        self._ledger = ledger
        self._shards = shards
        self._pipeline = pipeline
        self._contexts = contexts
        self._completion = completion
        self._stop = stop
        self._digests = digests
        self._concurrency = settings.monitor_concurrency
        self._renew_every = settings.lease_seconds / 4

    def load(self) -> None:
        """Load what every client needs, before a process forks."""
        self._pipeline.load()

    def execute_client_monitoring_job(self, run_id: uuid.UUID) -> JobRun:
        """Do a whole queued run here and now, one shard after the other; return it ended."""
        self.start_run(run_id)
        for shard_id in self._ledger.open_shards(run_id):
            self.run_shard(shard_id)
        return db.session.get_one(JobRun, run_id, populate_existing=True)

    def start_run(self, run_id: uuid.UUID) -> None:
        """Begin a queued run: cut it into shards, each a job of its own.

        Where its business stops once the AI budget is spent, the run ends as skipped instead.
        """
        if self._skipped_for_budget(run_id):
            return
        run = self._ledger.start(run_id)
        if run is not None:
            log.info("run %s started with %s clients", run_id, run.clients_total)

    def _skipped_for_budget(self, run_id: uuid.UUID) -> bool:
        with snapshot() as session:
            queued = session.get(JobRun, run_id)
            words = self._stop.reason(queued) if queued is not None else None
        if words is None:
            return False
        with atomic() as session:
            run = session.get_one(JobRun, run_id, with_for_update=True, populate_existing=True)
            if run.status is RunStatus.QUEUED:
                ending = Ending(RunStatus.SKIPPED, RunReason.BUDGET_SPENT, words)
                self._completion.end(run, ending)
        return True

    def run_shard(self, shard_id: uuid.UUID, *, should_stop: ShouldStop = _never) -> None:
        """Work on a shard that nobody holds; returns at once when somebody does.

        When `should_stop` turns true no further client is begun, those in flight end, and the
        shard goes back to the queue.
        """
        lease = patiently(partial(self._shards.lease_shard, shard_id))
        if lease is None:
            return
        try:
            self._work(lease, should_stop)
        except LeaseLostError:
            log.warning("shard %s was taken over; nothing more is written here", shard_id)
            return
        except DATABASE_AWAY:
            log.warning("the database went away; shard %s goes back", shard_id)
            self._give_back(lease, should_stop)
            return
        patiently(partial(self._complete_job_run, lease.run_id))

    def _give_back(self, lease: Lease, should_stop: ShouldStop) -> None:
        """Return a shard as soon as the database is back; else it is free once its lease is over.

        This costs the shard an attempt, so that an error that only looks like this one ends.
        """
        deadline = clock.monotonic() + GIVE_BACK_WITHIN_SECONDS
        while clock.monotonic() < deadline and not should_stop():
            try:
                self._shards.return_shard(lease, costs_attempt=True)
            except DATABASE_AWAY:
                time.sleep(CHECK_SECONDS)
            except LeaseLostError:
                return
            else:
                return

    def _work(self, lease: Lease, should_stop: ShouldStop) -> None:
        if lease.attempt > MAX_SHARD_ATTEMPTS:
            self._give_up(lease)
            return
        context = self._contexts.load(lease)
        if context.job_type is JobType.NOTIFICATION_DIGEST:
            sent = self._digests.send_for_business(context.business_id)
            self._ledger.note_digests(lease.run_id, sent.mails)
            ending = ShardStatus.FAILED if sent.failed else ShardStatus.DONE
            self._shards.finish_shard(lease, ending)
            return
        clients = self._quarantine(lease, self._shards.open_clients(lease))
        fresh = [each.client_id for each in clients if each.attempts == 0]
        suspects = [each.client_id for each in clients if each.attempts > 0]
        # Whoever was in flight when a worker died goes alone, so that only the culprit fails
        for group, width in ((suspects, 1), (fresh, self._concurrency)):
            if not self._fly(context, _Flight(deque(group), width), should_stop):
                return
        self._shards.finish_shard(lease, ShardStatus.DONE)

    def _fly(self, context: RunContext, flight: _Flight, should_stop: ShouldStop) -> bool:
        """Work on clients, some at a time; False when the shard was ended or given back."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- Flask's documented way to pass an app to a thread
        lease = context.lease
        last_renewed = clock.monotonic()
        stopping = cancelled = False
        with ThreadPoolExecutor(flight.width, thread_name_prefix="client") as pool:
            while flight.waiting or flight.under_way:
                stopping = stopping or should_stop()
                for client_id in () if stopping else self._begin(lease, flight):
                    task = partial(self._process_single_client, app, context, client_id)
                    flight.under_way[pool.submit(task)] = client_id
                if not flight.under_way:
                    break
                _gather(flight)
                if clock.monotonic() - last_renewed > min(CHECK_SECONDS, self._renew_every):
                    patiently(partial(self._shards.renew, lease))
                    self._pipeline.settle()
                    last_renewed = clock.monotonic()
                    cancelled = cancelled or self._ledger.is_cancelled(lease.run_id)
                    stopping = stopping or cancelled
        self._pipeline.settle()
        if cancelled or self._ledger.is_cancelled(lease.run_id):
            self._shards.finish_shard(lease, ShardStatus.CANCELLED)
            return False
        if stopping:
            self._shards.return_shard(lease)
            return False
        return True

    def _begin(self, lease: Lease, flight: _Flight) -> list[uuid.UUID]:
        """Begin as many clients as there is room for, in one transaction."""
        room = min(flight.width - len(flight.under_way), len(flight.waiting))
        begun = [flight.waiting.popleft() for _ in range(room)]
        if begun:
            patiently(partial(self._shards.begin_clients, lease, begun))
        return begun

    def _process_single_client(self, app: Flask, context: RunContext, client_id: uuid.UUID) -> None:
        """Take one client through the pipeline.

        Only a lost lease gets out of here, and a database that does not come back.
        """
        with app.app_context():
            try:
                patiently(partial(self._pipeline.process, context, client_id))
            except LeaseLostError:
                raise
            except Exception as error:
                log.exception("client %s failed", client_id)
                message = OWN_MISTAKE.format(kind=type(error).__name__)
                self._shards.fail_client(context.lease, client_id, message)

    def _quarantine(self, lease: Lease, clients: list[ShardClient]) -> list[ShardClient]:
        """Give up clients that were being worked on whenever the process died."""
        for each in clients:
            if each.is_deadly:
                self._shards.fail_client(lease, each.client_id, GAVE_UP)
        return [each for each in clients if not each.is_deadly]

    def _give_up(self, lease: Lease) -> None:
        for each in self._shards.open_clients(lease):
            self._shards.fail_client(lease, each.client_id, GAVE_UP)
        self._shards.finish_shard(lease, ShardStatus.FAILED)

    def _create_job_run(self, schedule: AutomationSchedule, *, trigger: RunTrigger) -> JobRun:
        """Add a queued run of a schedule."""
        with atomic():
            return self._ledger.create_run(schedule, trigger=trigger)

    def _complete_job_run(self, run_id: uuid.UUID) -> None:
        """End a run whose last shard is done, with its figures; its schedule hears of it."""
        self._completion.complete_if_done(run_id)

    def end_overdue(self, run_id: uuid.UUID) -> None:
        """End a run that took longer than it may; its workers lose their shards."""
        with atomic() as session:
            run = session.get(JobRun, run_id, with_for_update=True, populate_existing=True)
            if run is None or not run.status.is_active:
                return
            self._ledger.close_shards(run_id)
            self._completion.end(
                run,
                Ending(
                    RunStatus.FAILED,
                    RunReason.TIMEOUT,
                    "The run took longer than its time limit.",
                    counts_as_failure=True,
                ),
            )

    def rescue(self) -> int:
        """Complete runs whose last worker died just before it could; return how many."""
        with snapshot():
            finished = self._ledger.runs_without_open_shards()
        return sum(self._completion.complete_if_done(run_id) for run_id in finished)


def _gather(flight: _Flight) -> None:
    """Wait for a client to end, a second at most; a lost lease comes out of its future."""
    done, _ = wait(flight.under_way, timeout=CHECK_SECONDS, return_when=FIRST_COMPLETED)
    for future in done:
        flight.under_way.pop(future)
        future.result()
