"""The worker process: `python -m jobs.worker` keeps a few RQ workers alive."""

import gc
import logging
import os
import signal
import time
from types import FrameType

from jobs.heartbeat import Heartbeat
from jobs.processes import die_with_parent, limit_malloc_arenas
from jobs.rq_worker import work
from jobs.runtime import after_fork, process_app
from webapp.container import services
from webapp.enums import ProcessKind
from webapp.queueing import QueueName

log = logging.getLogger("jobs.worker")

STOP_GRACE_SECONDS = 22.0
"""Platforms kill 30 s after SIGTERM; a job gets most of that to reach a stopping point."""
RESTART_PAUSE_SECONDS = 1.0
QUICK = [QueueName.CONTROL, QueueName.DELIVERY, QueueName.CHATS, QueueName.WEBHOOKS]
EVERYTHING = [*QUICK, QueueName.MONITORING]


class Supervisor:
    """Forks the workers, starts dead ones again, passes a stop on."""

    def __init__(self, count: int) -> None:
        # The first of several serves no monitoring: a long run must not hold up mail
        self._plans = [QUICK if place == 0 and count > 1 else EVERYTHING for place in range(count)]
        self._children: dict[int, list[QueueName]] = {}
        self._stopping = False

    def run(self) -> None:
        """Keep the workers going until a signal asks to stop, then end within the grace."""
        signal.signal(signal.SIGTERM, self._request_stop)
        signal.signal(signal.SIGINT, self._request_stop)
        for queues in self._plans:
            self._start(queues)
        with Heartbeat(ProcessKind.WORKER, f"{len(self._plans)} processes"):
            while not self._stopping:
                self._restart_dead()
                time.sleep(0.2)
            self._end_children()

    def _start(self, queues: list[QueueName]) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._children[pid] = queues
            return
        code = 1
        try:
            die_with_parent(parent)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            after_fork()
            work(queues)
            code = 0
        except Exception:
            log.exception("a worker ended; it is started again")
        finally:
            os._exit(code)

    def _restart_dead(self) -> None:
        for pid, queues in list(self._children.items()):
            if _has_ended(pid):
                del self._children[pid]
                time.sleep(RESTART_PAUSE_SECONDS)
                if not self._stopping:
                    self._start(queues)

    def _end_children(self) -> None:
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_GRACE_SECONDS
        while self._children and time.monotonic() < deadline:
            for pid in list(self._children):
                if _has_ended(pid):
                    del self._children[pid]
            time.sleep(0.05)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._children:
            os.kill(pid, number)

    def _request_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def main() -> None:
    """Run the worker process."""
    limit_malloc_arenas()
    app = process_app()
    with app.app_context():
        count = services().settings.worker_processes
        services().engine.load()
    gc.collect()
    gc.freeze()  # what is loaded now stays shared by the forked workers and is never searched again
    Supervisor(count).run()


if __name__ == "__main__":
    main()
