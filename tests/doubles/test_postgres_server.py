"""The PostgreSQL of the tests gives fresh databases, and says when it cannot."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.doubles.postgres_server import PostgresServer, running_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as running:
        yield running


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [name for (name,) in rows]


def test_a_copy_of_a_template_has_its_tables(server: PostgresServer) -> None:
    with server.database() as template:
        with psycopg.connect(template) as connection:
            connection.execute("CREATE TABLE clients (name text)")
        with server.database(template=template) as copy:
            assert tables(copy) == ["clients"]
        with server.database() as fresh:
            assert tables(fresh) == []


def test_a_database_is_dropped_under_whoever_uses_it(server: PostgresServer) -> None:
    url = server.create_database()
    with psycopg.connect(url) as connection:
        server.drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


@pytest.mark.parametrize("spelling", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_given_server_is_used_however_its_address_is_spelt(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    address = server.admin_url.removeprefix("postgresql").removesuffix("/postgres")
    monkeypatch.setenv("TEST_DATABASE_URL", spelling + address)
    with running_postgres() as given, given.database() as url:
        assert tables(url) == []


def test_no_server_is_a_skip_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("BEACON_REQUIRE_POSTGRES", raising=False)
    with (
        pytest.raises(pytest.skip.Exception, match="no PostgreSQL"),
        running_postgres(find=lambda: None),
    ):
        pass


def test_no_server_is_a_failure_where_one_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setenv("BEACON_REQUIRE_POSTGRES", "1")
    with (
        pytest.raises(pytest.fail.Exception, match="no PostgreSQL"),
        running_postgres(find=lambda: None),
    ):
        pass
