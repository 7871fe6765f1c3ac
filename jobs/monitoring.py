"""Firing schedules, starting runs and working on their shards."""

import uuid

from jobs.runtime import job, should_stop
from webapp.container import services


@job
def fire_schedule(schedule_id: str) -> None:
    services().scheduler.fire_due(uuid.UUID(schedule_id))


@job
def fire_due(part: str, of: str) -> None:
    services().tick.fire_due(part=int(part), of=int(of))


@job
def start_run(run_id: str) -> None:
    services().engine.start_run(uuid.UUID(run_id))


@job
def run_shard(shard_id: str) -> None:
    services().engine.run_shard(uuid.UUID(shard_id), should_stop=should_stop)
