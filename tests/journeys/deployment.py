"""Worker and scheduler as real processes, over a real Valkey and a database file."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from tests.doubles.processes import children_of
from tests.doubles.redis_server import RedisServer, running_redis
from webapp.app import create_app
from webapp.config import PROJECT_ROOT, Settings
from webapp.extensions import db

SECRET = "a-secret-key-that-only-tests-ever-use"


def wait_until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.05)


@dataclass
class Deployment:
    """The processes of one deployment and an app of the test's own over its database."""

    app: Flask
    redis: RedisServer
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start `worker` or `scheduler`."""
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", f"jobs.{name}"], cwd=PROJECT_ROOT, env=self.environment
        )

    def stop(self, name: str) -> float:
        """End a process in good order; return how many seconds it took."""
        started = time.monotonic()
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        return time.monotonic() - started

    def kill(self, name: str) -> None:
        """End a process with everything that it forked, at once."""
        process = self.processes.pop(name)
        process.kill()
        process.wait(10)

    def kill_horses(self) -> list[int]:
        """End every process that works on a job at this moment; return their ids."""
        worker = self.processes["worker"].pid
        horses = [horse for each in children_of(worker) for horse in children_of(each)]
        for pid in horses:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return horses

    def sees(self, question: Callable[[], bool]) -> Callable[[], bool]:
        """Return a condition that asks the database anew each time."""

        def ask() -> bool:
            db.session.rollback()
            return question()

        return ask


@contextmanager
def deployed(folder: Path, **settings: str) -> Iterator[Deployment]:
    """Run a worker and a scheduler over an empty database for the length of the block."""
    with running_redis() as redis:
        environment = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": SECRET,
            "INSTANCE_DIR": str(folder),
            "REDIS_URL": redis.url,
            **settings,
        }
        own = Settings.from_env(secret_key=SECRET, instance_dir=folder, redis_url=redis.url)
        app = create_app(own)
        with app.app_context():
            db.create_all()
            deployment = Deployment(app, redis, environment)
            try:
                deployment.start("worker")
                deployment.start("scheduler")
                yield deployment
            finally:
                for name in list(deployment.processes):
                    deployment.kill(name)
                db.session.remove()
                db.engine.dispose()
