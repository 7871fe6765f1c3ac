"""Plays the acts: sets the day, starts the run as a user would, and works the queues empty."""

import time
import uuid

from bench.replay.cast import Cast, seed_act, seed_people
from bench.replay.play import Act
from bench.replay.stage import Stage
from jobs.rq_worker import BeaconWorker
from webapp import clock
from webapp.container import services
from webapp.enums import RunStatus
from webapp.extensions import db
from webapp.models import JobRun
from webapp.queueing import JobName, JsonJob, JsonQueue, QueueName

_LONGEST = 120.0


class PlayFailedError(Exception):
    """A run did not come to its end."""


def play_acts(stage: Stage) -> dict[str, uuid.UUID]:
    """Play every act on its day and return the run of each."""
    runs: dict[str, uuid.UUID] = {}
    try:
        with stage.app.app_context():
            clock.set_clock(stage.replayer.play.acts[0].at)
            cast = seed_people()
            for act in stage.replayer.play.acts:
                runs[act.title] = _play(stage, cast, act)
    finally:
        clock.set_clock(None)
    return runs


def _play(stage: Stage, cast: Cast, act: Act) -> uuid.UUID:
    stage.replayer.act = act
    clock.set_clock(act.at)
    schedule = seed_act(cast, act, server=stage.server.url, schedules=services().schedules)
    # Acts can be minutes apart, and each is to hear its own answers
    run_id = services().schedules.trigger(cast.ana, schedule.id, bypass_cache=True).id
    _work_off(run_id)
    if act.digests_at is not None:
        clock.set_clock(act.digests_at)
        services().queue.enqueue(JobName.SEND_DIGESTS)
        _work_queues()
    return run_id


def _work_off(run_id: uuid.UUID) -> None:
    """Work until the run has ended, with a tick where a promise was left to it."""
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline:
        _work_queues()
        if not _status(run_id).is_active:
            return
        services().queue.enqueue(JobName.TICK)
    raise PlayFailedError(f"the run did not end within {_LONGEST:g} s; beacon.log says more")


def _status(run_id: uuid.UUID) -> RunStatus:
    db.session.rollback()
    return db.session.get_one(JobRun, run_id, populate_existing=True).status


def _work_queues() -> None:
    """Run Beacon's own RQ worker, which forks a child a job, until nothing waits."""
    connection = services().queue.connection
    db.session.remove()
    worker = BeaconWorker(
        [JsonQueue(name.value, connection=connection) for name in QueueName],
        connection=connection,
        job_class=JsonJob,
        queue_class=JsonQueue,
    )
    worker.log_result_lifespan = False
    worker.work(burst=True, logging_level="WARNING")
    if worker._stop_requested:  # noqa: SLF001 -- RQ takes Ctrl-C for itself and says it nowhere else
        raise KeyboardInterrupt
