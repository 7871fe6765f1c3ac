"""Trials in the database: who works on one, how far it is, and how it goes on after a crash.

A worker holds a trial by a lease with a random token, and each of its writes checks the token in
the same transaction. A trial whose worker died is found by the tick and taken up where it was.
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import TrialKind, TrialStatus, TrialStop
from webapp.errors import LeaseLostError
from webapp.extensions import db
from webapp.models import ReprocessTrial, ReprocessTrialItem
from webapp.models.base import rows_changed
from webapp.queueing import QUEUE_OF, JobName, JobQueue
from webapp.services.transactions import after_commit, atomic, snapshot

ACTIVE = tuple(each for each in TrialStatus if each.is_active)
MAX_ATTEMPTS = 6
"""Workers that may die over a trial before it is given up."""
DISPATCH_AGAIN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class TrialLease:
    """The right to work on one trial until somebody else takes it."""

    trial_id: uuid.UUID
    business_id: uuid.UUID
    token: str
    attempt: int
    status: TrialStatus


class TrialLedger:
    """Keeps the promises about trials; the queue is only told afterwards."""

    def __init__(self, *, queue: JobQueue, settings: Settings) -> None:
        self._queue = queue
        self._lease = timedelta(seconds=settings.lease_seconds)

    def enqueue(self, trial: ReprocessTrial) -> None:
        """Ask a worker for a trial once the caller's transaction is committed."""
        trial.enqueued_at = clock.now()
        trial_id = str(trial.id)
        after_commit(lambda: self._queue.enqueue(JobName.WORK_ON_TRIAL, trial_id))

    def take(self, trial_id: uuid.UUID) -> TrialLease | None:
        """Take an active trial that nobody holds; None when it is held or has nothing to do."""
        now, token = clock.now(), secrets.token_hex(16)
        expires = ReprocessTrial.lease_expires_at
        with atomic() as session:
            taken = rows_changed(
                update(ReprocessTrial)
                .where(
                    ReprocessTrial.id == trial_id,
                    ReprocessTrial.status.in_(ACTIVE),
                    or_(expires.is_(None), expires < now),
                )
                .values(
                    lease_token=token,
                    lease_expires_at=now + self._lease,
                    attempt=ReprocessTrial.attempt + 1,
                )
            )
            if taken != 1:
                return None
            trial = session.get_one(ReprocessTrial, trial_id, populate_existing=True)
            if trial.status is TrialStatus.QUEUED:
                trial.status, trial.started_at = TrialStatus.RUNNING, now
            return TrialLease(trial_id, trial.business_id, token, trial.attempt, trial.status)

    def hold(self, lease: TrialLease, **values: Any) -> None:  # noqa: ANN401 -- a column's value
        """Check that the trial is still ours and write its columns, in the caller's transaction.

        Raises LeaseLostError.
        """
        held = rows_changed(
            update(ReprocessTrial)
            .where(ReprocessTrial.id == lease.trial_id, ReprocessTrial.lease_token == lease.token)
            .values({"lease_expires_at": clock.now() + self._lease, **values})
        )
        if held != 1:
            raise LeaseLostError(f"trial {lease.trial_id} was taken over")

    def add(self, lease: TrialLease, sums: Mapping[str, float]) -> None:
        """Add to the figures of a trial that is still ours, in the caller's transaction."""
        columns = {name: getattr(ReprocessTrial, name) + value for name, value in sums.items()}
        self.hold(lease, **columns)

    def give_back(self, lease: TrialLease) -> None:
        """Let another worker go on; an orderly stop costs no attempt."""
        with atomic() as session:
            self.hold(
                lease,
                lease_token=None,
                lease_expires_at=None,
                attempt=ReprocessTrial.attempt - 1,
            )
            self.enqueue(session.get_one(ReprocessTrial, lease.trial_id, populate_existing=True))

    def end(
        self,
        lease: TrialLease,
        status: TrialStatus,
        *,
        stop: TrialStop | None = None,
        message: str | None = None,
    ) -> None:
        """End what was under way: the judging, or the adoption."""
        now = clock.now()
        when = {"adopted_at": now} if status is TrialStatus.ADOPTED else {"finished_at": now}
        with atomic():
            self.hold(
                lease,
                status=status,
                stop_reason=stop,
                error_message=message[:300] if message else None,
                lease_token=None,
                lease_expires_at=None,
                attempt=0,
                **when,
            )

    def waiting_client(self, lease: TrialLease) -> uuid.UUID | None:
        """Return a client with rows that nobody judged yet."""
        return self._client(lease, ReprocessTrialItem.kind == TrialKind.WAITING)

    def unadopted_client(self, lease: TrialLease) -> uuid.UUID | None:
        """Return a client with differences that were not written yet."""
        return self._client(
            lease,
            ReprocessTrialItem.kind.in_((TrialKind.CHANGED, TrialKind.NEW_EVENT)),
            ReprocessTrialItem.adoption.is_(None),
        )

    def _client(self, lease: TrialLease, *conditions: Any) -> uuid.UUID | None:  # noqa: ANN401 -- conditions
        query = select(ReprocessTrialItem.client_id).where(
            ReprocessTrialItem.trial_id == lease.trial_id, *conditions
        )
        with snapshot():
            return db.session.scalar(query.order_by(ReprocessTrialItem.client_id).limit(1))

    def is_cancelled(self, lease: TrialLease) -> bool:
        """Tell whether somebody asked the trial to stop."""
        query = select(ReprocessTrial.cancel_requested_at).where(
            ReprocessTrial.id == lease.trial_id
        )
        with snapshot():
            return db.session.scalar(query) is not None

    def dispatch(self) -> int:
        """Put trials on the queue again whose worker died or whose job was lost."""
        now = clock.now()
        expires = ReprocessTrial.lease_expires_at
        with atomic() as session:
            found = list(
                session.scalars(
                    select(ReprocessTrial.id).where(
                        ReprocessTrial.status.in_(ACTIVE),
                        ReprocessTrial.enqueued_at < now - DISPATCH_AGAIN_AFTER,
                        or_(expires.is_(None), expires < now),
                    )
                )
            )
            rows_changed(
                update(ReprocessTrial).where(ReprocessTrial.id.in_(found)).values(enqueued_at=now)
            )
        waiting = self._queue.ids_waiting(QUEUE_OF[JobName.WORK_ON_TRIAL]) if found else set()
        if waiting is None:
            return 0  # nothing can be enqueued either; a later round looks again
        lost = [str(each) for each in found if str(each) not in waiting]
        for each in lost:
            self._queue.enqueue(JobName.WORK_ON_TRIAL, each)
        return len(lost)
