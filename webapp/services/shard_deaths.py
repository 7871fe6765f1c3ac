"""A process that died at its work: what it held goes back at once, and whom it was about is noted.

Only its parent, which lives on, can tell this from a machine that went down. What dies with its
parent is found by the tick once its leases have passed, and that is no client's fault.
"""

import uuid
from collections.abc import Sequence
from functools import partial

from sqlalchemy import select, update

from webapp import clock
from webapp.enums import ClientRunStatus, ShardStatus
from webapp.extensions import db
from webapp.models import JobRunClient, JobRunShard
from webapp.models.base import rows_changed
from webapp.queueing import JobName, JobQueue
from webapp.services.shard_leases import mark_of
from webapp.services.transactions import after_commit, atomic


class ShardDeaths:
    """Takes the shards of a dead process away from it."""

    def __init__(self, *, queue: JobQueue) -> None:
        self._queue = queue

    def note(self, shard_ids: Sequence[uuid.UUID], *, pid: int) -> list[uuid.UUID]:
        """Put those of the shards that a dead process of this machine held on the queue again.

        A client that was being worked on alone is charged with the death; of several in flight
        nobody knows which it was, so each of them is tried alone next.
        """
        with atomic() as session:
            held = list(
                session.scalars(
                    select(JobRunShard.id)
                    .where(
                        JobRunShard.id.in_(shard_ids),
                        JobRunShard.status == ShardStatus.RUNNING,
                        JobRunShard.lease_token.startswith(mark_of(pid)),
                    )
                    .with_for_update()
                )
            )
            for shard_id in held:
                _charge(shard_id)
            rows_changed(
                update(JobRunShard)
                .where(JobRunShard.id.in_(held))
                .values(
                    status=ShardStatus.QUEUED,
                    lease_token=None,
                    lease_expires_at=None,
                    enqueued_at=clock.now(),
                )
            )
            ids = [str(each) for each in held]
            after_commit(partial(self._queue.enqueue_each, JobName.RUN_SHARD, ids))
        return held


def _charge(shard_id: uuid.UUID) -> None:
    of_shard = JobRunClient.shard_id == shard_id, JobRunClient.status == ClientRunStatus.RUNNING
    in_flight = db.session.scalars(select(JobRunClient.client_id).where(*of_shard)).all()
    if len(in_flight) == 1:
        rows_changed(update(JobRunClient).where(*of_shard).values(deaths=JobRunClient.deaths + 1))
