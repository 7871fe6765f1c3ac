"""What a worker does for a trial: judge what waits, or write what was adopted, client by client."""

import logging
import uuid
from collections.abc import Callable

from sqlalchemy.exc import InterfaceError, OperationalError

from webapp import clock
from webapp.enums import TrialStatus, TrialStop
from webapp.errors import AppError, LeaseLostError
from webapp.extensions import db
from webapp.models import ReprocessTrial
from webapp.services.transactions import atomic, snapshot
from webapp.services.trials.adopting import TrialAdopting
from webapp.services.trials.job import TrialJob, TrialJobs
from webapp.services.trials.judging import Stop, TrialJudging
from webapp.services.trials.ledger import MAX_ATTEMPTS, TrialLease, TrialLedger

log = logging.getLogger(__name__)

SLICE_SECONDS = 120.0
"""After this a trial lets others on the queue go first."""
GAVE_UP = "This client ended its worker again and again; it was left out so that others go on."
OWN_MISTAKE = "Something went wrong on our side ({kind}). The log has the details."
ShouldStop = Callable[[], bool]


def _never() -> bool:
    return False


class TrialRunner:
    """Works on trials; whatever happens, the tick finds what is left."""

    def __init__(
        self,
        *,
        ledger: TrialLedger,
        jobs: TrialJobs,
        judging: TrialJudging,
        adopting: TrialAdopting,
    ) -> None:
        self._ledger = ledger
        self._jobs = jobs
        self._judging = judging
        self._adopting = adopting

    def work(self, trial_id: uuid.UUID, *, should_stop: ShouldStop = _never) -> None:
        """Work on a trial that nobody holds until it is done, or its slice of time is over."""
        lease = self._ledger.take(trial_id)
        if lease is None:
            return
        try:
            self._work(lease, should_stop)
        except LeaseLostError:
            log.warning("trial %s was taken over; nothing more is written here", trial_id)

    def _work(self, lease: TrialLease, should_stop: ShouldStop) -> None:
        try:
            job = self._jobs.load(lease)
        except AppError as error:
            self._ledger.end(lease, TrialStatus.FAILED, message=error.detail)
            return
        until = clock.monotonic() + SLICE_SECONDS
        step = self._adopt_one if lease.status is TrialStatus.ADOPTING else self._judge_one
        while step(job):
            if should_stop() or clock.monotonic() >= until:
                self._ledger.give_back(lease)
                return

    def _judge_one(self, job: TrialJob) -> bool:
        """Judge one client; False once the judging has ended."""
        lease = job.lease
        if self._ledger.is_cancelled(lease):
            self._ledger.end(lease, TrialStatus.CANCELLED)
            return False
        client_id = self._ledger.waiting_client(lease)
        if client_id is None:
            self._ledger.end(lease, TrialStatus.READY)
            return False
        if self._is_deadly(job):
            self._judging.give_up_client(job, client_id, GAVE_UP)
            return True
        stop = self._judge(job, client_id)
        if stop is not None:
            self._stop(lease, stop)
        return stop is None

    def _judge(self, job: TrialJob, client_id: uuid.UUID) -> Stop | None:
        try:
            return self._judging.judge_client(job, client_id)
        except (LeaseLostError, OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("client %s of trial %s failed", client_id, job.lease.trial_id)
            note = OWN_MISTAKE.format(kind=type(error).__name__)
            self._judging.give_up_client(job, client_id, note)
            return None

    def _stop(self, lease: TrialLease, stop: Stop) -> None:
        """End a trial that goes no further; what was judged can be adopted all the same."""
        with snapshot():
            done = db.session.get_one(ReprocessTrial, lease.trial_id).rows_done
        status = TrialStatus.READY if done else TrialStatus.FAILED
        if stop.reason is TrialStop.CLASSIFIER_CHANGED:
            status = TrialStatus.FAILED  # a half of each is nobody's verdict
        self._ledger.end(lease, status, stop=stop.reason, message=stop.message)

    def _adopt_one(self, job: TrialJob) -> bool:
        """Write one client's differences; False once all are written."""
        lease = job.lease
        client_id = self._ledger.unadopted_client(lease)
        if client_id is None:
            self._ledger.end(lease, TrialStatus.ADOPTED)
            return False
        if self._is_deadly(job):
            self._adopting.give_up_client(job, client_id, GAVE_UP)
            return True
        try:
            self._adopting.adopt_client(job, client_id)
        except (LeaseLostError, OperationalError, InterfaceError):
            raise  # the database may be back for the next worker
        except Exception as error:
            log.exception("client %s of trial %s failed", client_id, lease.trial_id)
            note = OWN_MISTAKE.format(kind=type(error).__name__)
            self._adopting.give_up_client(job, client_id, note)
        return True

    def _is_deadly(self, job: TrialJob) -> bool:
        """Tell whether the client at hand ended one worker after the other; it is left out then."""
        if job.lease.attempt <= MAX_ATTEMPTS or job.has_given_up:
            return False
        job.has_given_up = True
        with atomic():
            self._ledger.hold(job.lease, attempt=1)
        return True
