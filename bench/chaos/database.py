"""The database of a chaos run: SQLite in a file, or a PostgreSQL of its own."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from tests.doubles.postgres_server import running_postgres

HOLD_SECONDS = 0.5
KINDS = ("sqlite", "postgresql")
OBSERVER = "chaos"


class ChaosDatabase(Protocol):
    """Where it is, and how it is disturbed."""

    url: str

    def disturb(self) -> None:
        """Do to it what happens to databases."""


class SqliteFile:
    """Somebody else holds the write lock for a while."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "beacon.sqlite3"
        self.url = f"sqlite:///{self._file}"

    def disturb(self) -> None:
        """Keep every writer waiting for half a second."""
        threading.Thread(target=self._hold, daemon=True).start()

    def _hold(self) -> None:
        connection = sqlite3.connect(self._file, timeout=5)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(HOLD_SECONDS)
            connection.rollback()
        except sqlite3.OperationalError:
            return  # it was held by others all the while
        finally:
            connection.close()


class PostgresDatabase:
    """Its server ends every connection, as it does when it is restarted."""

    def __init__(self, url: str) -> None:
        self.url = url

    def disturb(self) -> None:
        """Cut every connection but ours."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND application_name <> %s",
                [OBSERVER],
            )


@contextmanager
def running_database(kind: str, folder: Path) -> Iterator[ChaosDatabase]:
    """Give a database of a kind for the length of the block."""
    if kind == "sqlite":
        yield SqliteFile(folder)
        return
    with running_postgres() as server, server.database() as url:
        yield PostgresDatabase(url)
