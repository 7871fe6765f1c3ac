"""The RQ worker that each worker process is: forks a warm child a job, stops in good order."""

import logging
import os
import signal
import uuid

from rq.job import Job
from rq.worker import Worker

from jobs.processes import die_with_parent
from jobs.runtime import after_fork, heed_stop_signals, process_app
from webapp.container import services
from webapp.extensions import db
from webapp.queueing import JobName, JsonJob, JsonQueue, QueueName

log = logging.getLogger(__name__)

WORKER_TTL_SECONDS = 30
JOB_MONITORING_SECONDS = 5
MAINTENANCE_SECONDS = 30


class BeaconWorker(Worker):
    """Passes a request to stop on to the job, which then ends at the next client."""

    job_class = JsonJob
    queue_class = JsonQueue

    def setup_work_horse_signals(self) -> None:
        """Prepare the forked child: its own connections, and heed for an orderly stop."""
        die_with_parent(os.getppid())
        after_fork()
        heed_stop_signals()

    def handle_work_horse_killed(self, job: Job, retpid: int, *_end: object) -> None:
        """Give what the dead child held to the next one at once, not after its leases.

        No connection is kept: a child that is forked later would inherit it.
        """
        with process_app().app_context():
            try:
                if job.func_name == JobName.RUN_SHARD:
                    services().tick.deaths.note([uuid.UUID(each) for each in job.args], pid=retpid)
            except Exception:
                log.exception("a death could not be noted; the tick finds what it left")
            finally:
                db.session.remove()
                db.engine.dispose()

    def handle_warm_shutdown_request(self) -> None:
        """Tell the job under way, too."""
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]  # as RQ has it
        if self.horse_pid:
            os.kill(self.horse_pid, signal.SIGTERM)


def work(queues: list[QueueName]) -> None:
    """Serve queues until asked to stop or until Redis goes away."""
    with process_app().app_context():
        connection = services().queue.connection
    worker = BeaconWorker(
        [JsonQueue(name.value, connection=connection) for name in queues],
        connection=connection,
        job_class=JsonJob,
        queue_class=JsonQueue,
        worker_ttl=WORKER_TTL_SECONDS,
        job_monitoring_interval=JOB_MONITORING_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
    )
    worker.log_result_lifespan = False
    worker.work(logging_level="WARNING")
