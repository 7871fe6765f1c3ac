"""`make bench`: the monitoring job over many clients against services that take their time.

The worker runs in a process of its own with the real SDKs and a real database; its processor
time and memory are its own. Beside it runs the same work one step after the other.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path

from bench.figures import Figure, record
from bench.outside import CLASSIFY, CRM, INSIGHT, SEARCH
from tests.doubles.postgres_server import running_postgres
from tests.doubles.redis_server import running_redis

CRITICAL_PATH = SEARCH + CLASSIFY + INSIGHT
ONE_AFTER_THE_OTHER = 3 * SEARCH + CRM + CLASSIFY + INSIGHT


class Database(StrEnum):
    """What the worker writes to."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


NewDatabase = Callable[[], AbstractContextManager[str]]
"""Gives the address of an empty database, "" for the worker's own SQLite file."""


@contextmanager
def own_file() -> Iterator[str]:
    """Leave the database to the worker: a SQLite file in its instance folder."""
    yield ""


@contextmanager
def outside_server() -> Iterator[str]:
    """Run the outside services for the length of the block; yields their address."""
    command = [sys.executable, "-m", "bench.outside"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None  # noqa: S101 -- opened as a pipe just above
        assert process.stdout is not None  # noqa: S101 -- opened as a pipe just above
        yield process.stdout.readline().strip()
        process.stdin.close()


def settings_for(
    url: str, folder: str, *, redis_url: str, database_url: str, width: int, clients: int
) -> dict[str, str]:
    """Return the environment of a worker that knows only the local services."""
    host = url.removeprefix("http://")
    return {
        "SECRET_KEY": "only-for-a-benchmark-on-this-machine",
        "INSTANCE_DIR": folder,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "MONITOR_CONCURRENCY": str(width),
        "SHARD_SIZE": str(clients),
        "SERPER_API_KEY": "fake-ok",
        "SERPER_BASE_URL": f"{url}/serper",
        "GOOGLE_SEARCH_API_KEY": "fake-ok",
        "GOOGLE_SEARCH_ENGINE_ID": "local",
        "GOOGLE_SEARCH_DAILY_QUOTA": "0",
        "GOOGLE_SEARCH_BASE_URL": f"{url}/google",
        "SALESFORCE_CLIENT_ID": "local",
        "SALESFORCE_CLIENT_SECRET": "local",
        "SALESFORCE_LOGIN_URL": f"{url}/salesforce",
        "OPENAI_API_KEY": "fake-ok",
        "OPENAI_BASE_URL": f"{url}/openai/v1",
        "OUTBOUND_ALLOW_HOSTS": host,
        "BENCH_FEEDS": f"{url}/feeds",
        "BENCH_CLIENTS": str(clients),
        "PATH": os.environ["PATH"],
    }


def run_worker(
    url: str, new_database: NewDatabase, *, width: int, clients: int
) -> Mapping[str, float]:
    """Run so many clients in a fresh process; returns what it measured of itself."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_redis() as redis,
        new_database() as database_url,
    ):
        done = subprocess.run(
            [sys.executable, "-m", "bench.worker"],
            env=settings_for(
                url,
                folder,
                redis_url=redis.url,
                database_url=database_url,
                width=width,
                clients=clients,
            ),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    measured: Mapping[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def figures_of(
    measured: Mapping[str, float],
    database: Database,
    *,
    width: int,
    clients: int,
    sequential_rate: float,
) -> dict[str, Figure]:
    """Turn one worker's measurement into figures.

    The bound is what the services' own time allows: as many rounds of clients as are needed,
    each as long as the critical path.
    """
    bound = clients / (math.ceil(clients / width) * CRITICAL_PATH) * 60
    rate = clients / measured["seconds"] * 60
    name = f"{_named(database)}_{width}_in_flight"
    return {
        f"{name}_clients_a_minute": Figure(rate, "1/min", sequential_rate, rate / sequential_rate),
        f"{name}_share_of_bound": Figure(rate, "1/min", bound, rate / bound),
        f"{name}_cpu_a_client": Figure(measured["cpu_seconds"] / clients * 1000, "ms"),
        f"{name}_memory": Figure(measured["peak_mb"], "MB"),
    }


def measure(
    database: Database, new_database: NewDatabase, *, clients: int, widths: list[int]
) -> dict[str, Figure]:
    """Run the sequential loop and each width, all against one outside server."""
    with outside_server() as url:
        few = run_worker(url, new_database, width=1, clients=4)
        sequential = 4 / few["seconds"] * 60
        figures = {
            f"{_named(database)}_sequential_clients_a_minute": Figure(
                sequential, "1/min", 60 / CRITICAL_PATH, sequential * CRITICAL_PATH / 60
            )
        }
        for width in widths:
            measured = run_worker(url, new_database, width=width, clients=clients)
            figures |= figures_of(
                measured, database, width=width, clients=clients, sequential_rate=sequential
            )
    return figures


def _named(database: Database) -> str:
    return "pipeline" if database is Database.SQLITE else f"pipeline_{database}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--widths", type=int, nargs="+", default=[32, 64])
    parser.add_argument("--db", type=Database, choices=list(Database), default=Database.SQLITE)
    parser.add_argument("--output", type=Path, default=Path("build/bench.json"))
    given = parser.parse_args()
    with ExitStack() as servers:
        new_database: NewDatabase = own_file
        if given.db is Database.POSTGRESQL:
            new_database = servers.enter_context(running_postgres()).database
        figures = measure(given.db, new_database, clients=given.clients, widths=given.widths)
    print(f"load of the machine in the last minute: {os.getloadavg()[0]:.1f}")
    record(figures, output=given.output)


if __name__ == "__main__":
    main()
