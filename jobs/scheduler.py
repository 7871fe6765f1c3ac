"""The scheduler process: `python -m jobs.scheduler` watches the timetable."""

import logging
import signal
import threading
from types import FrameType

from redis.exceptions import RedisError

from jobs.heartbeat import Heartbeat
from jobs.runtime import process_app
from jobs.safe_scheduler import POLL_SECONDS, SafeScheduler
from webapp import clock
from webapp.container import services
from webapp.enums import ProcessKind

log = logging.getLogger("jobs.scheduler")

RETRY_SECONDS = 1.0
HANGS_AFTER_SECONDS = 60.0
"""A round takes a second; Redis that swallows commands holds one up for half a minute."""


class SchedulerProcess:
    """Polls once a second until asked to stop; waits for Redis as long as it takes."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._loaded = False
        self._round_began = clock.monotonic()

    def run(self) -> None:
        """Load the schedules, then move due entries to their queues."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._request_stop)
        app = process_app()
        with app.app_context():
            scheduler = SafeScheduler(services().queue.connection)
            beating = Heartbeat(ProcessKind.SCHEDULER, "polls every second", is_well=self.is_moving)
            with beating:
                while not self._stop.is_set():
                    self._round(scheduler)
            self._give_lock_back(scheduler)

    def is_moving(self) -> bool:
        """Tell whether the loop goes round; one that hangs must not be taken for alive."""
        return clock.monotonic() - self._round_began < HANGS_AFTER_SECONDS

    def _round(self, scheduler: SafeScheduler) -> None:
        self._round_began = clock.monotonic()
        try:
            if not self._loaded:
                count = services().scheduler.start_scheduler()
                log.info("%s schedules are on the timetable", count)
                self._loaded = True
            services().timetable.ensure_tick()
            if scheduler.acquire_lock():
                scheduler.enqueue_jobs()
            self._stop.wait(POLL_SECONDS)
        except RedisError as error:
            log.warning("Redis is away, waiting: %s", type(error).__name__)
            self._loaded = False  # what Redis has lost is put back as soon as it returns
            self._stop.wait(RETRY_SECONDS)

    def _give_lock_back(self, scheduler: SafeScheduler) -> None:
        try:
            scheduler.remove_lock()
        except RedisError:
            log.info("the lock is left to expire")

    def _request_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.set()


def main() -> None:
    """Run the scheduler process."""
    SchedulerProcess().run()


if __name__ == "__main__":
    main()
