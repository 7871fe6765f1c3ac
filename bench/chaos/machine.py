"""The processes of one deployment on private ports, and what may be done to them."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.doubles.processes import children_of, die_with_parent
from tests.doubles.redis_server import RedisServer
from webapp.config import PROJECT_ROOT

NAMES = ("worker", "scheduler")
STOPPED_WITHIN_SECONDS = 28


@dataclass
class Machine:
    """A worker and a scheduler over a Redis; whatever ends is started again at once."""

    environment: dict[str, str]
    redis: RedisServer
    log: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    leaving: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str) -> None:
        """Start `worker` or `scheduler`, as the Procfile does."""
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", f"jobs.{name}"],
                cwd=PROJECT_ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 -- one prctl call, from the main thread
            )

    def restart_ended(self) -> None:
        """Start again whatever has ended, as a platform does."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.start(name)
        self.leaving = [each for each in self.leaving if each.poll() is None]

    def kill(self, name: str) -> None:
        """End a process at once, with everything that it forked."""
        process = self.processes[name]
        process.kill()
        process.wait(10)
        self.start(name)

    def deploy(self, name: str) -> None:
        """Ask a process to end, and start its successor beside it, as a deploy does."""
        self.processes[name].send_signal(signal.SIGTERM)
        self.leaving.append(self.processes[name])
        self.start(name)

    def horses(self) -> list[int]:
        """Return the processes that work on a job at this moment: children of RQ's workers."""
        worker = self.processes["worker"].pid
        return [horse for rq_worker in children_of(worker) for horse in children_of(rq_worker)]

    def signal_horses(self, number: signal.Signals) -> int:
        """Send a signal to every process that works on a job; return how many there were."""
        horses = self.horses()
        for pid in horses:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return len(horses)

    def end(self) -> list[str]:
        """Ask all to end in good order; return the names of those that did not in time."""
        everyone = [*self.processes.items(), *(("worker", each) for each in self.leaving)]
        for _, process in everyone:
            process.send_signal(signal.SIGTERM)
        late = []
        for name, process in everyone:
            try:
                process.wait(STOPPED_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                late.append(name)
        return late
