"""Firing schedules, starting runs and working on their shards."""

import logging
import uuid
from functools import partial

from jobs.runtime import job, should_stop
from webapp.container import services, work_for
from webapp.models import JobRun
from webapp.queueing import JobName
from webapp.services.transactions import patiently

log = logging.getLogger(__name__)


@job
def fire_schedule(schedule_id: str) -> None:
    services().tick.firing.fire(uuid.UUID(schedule_id))


@job
def fire_due(part: str, of: str) -> None:
    services().tick.firing.fire_due(part=int(part), of=int(of))


@job
def start_run(run_id: str) -> None:
    work_for(services().own_keys.business_of(JobRun, uuid.UUID(run_id)))
    patiently(partial(services().engine.start_run, uuid.UUID(run_id)))


@job
def run_shard(*shard_ids: str) -> None:
    """Work on one shard after the other; what an orderly stop leaves goes back to the queue."""
    for place, each in enumerate(shard_ids):
        if should_stop():
            services().queue.enqueue(JobName.RUN_SHARD, *shard_ids[place:])
            return
        try:
            work_for(services().own_keys.business_of_shard(uuid.UUID(each)))
            services().engine.run_shard(uuid.UUID(each), should_stop=should_stop)
        except Exception:
            log.exception("shard %s failed; the tick puts it on the queue again", each)
