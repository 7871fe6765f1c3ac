"""Databases for tests: made once a test process, emptied before each test."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from flask import Flask
from sqlalchemy import (
    Connection,
    Select,
    Table,
    TextClause,
    delete,
    exists,
    insert,
    literal_column,
    select,
    text,
    union_all,
)

from tests.doubles.postgres_server import running_postgres
from webapp import clock
from webapp.app import create_app
from webapp.config import Settings, to_sqlalchemy_url
from webapp.extensions import db
from webapp.models import AuditEntry, Erasure
from webapp.models.base import new_uuid

SECRET = "a-secret-key-that-only-tests-ever-use"
NO_REDIS = "redis://127.0.0.1:1/0"
_MANY = 500


@dataclass
class Database:
    """One database and the two apps over it."""

    url: str
    folder: Path
    stop: Callable[[], None]

    def close(self) -> None:
        """Give back every connection, then stop the server."""
        for name in ("bare_app", "whole_app"):
            app = self.__dict__.get(name)  # made only if a test asked for it
            if app is not None:
                with app.app_context():
                    db.session.remove()
                    db.engine.dispose()
        self.stop()

    @cached_property
    def bare_app(self) -> Flask:
        """An app with nothing but the database, its tables made."""
        app = Flask("bare")
        app.config["SQLALCHEMY_DATABASE_URI"] = to_sqlalchemy_url(self.url)
        db.init_app(app)
        with app.app_context():
            db.create_all()
        return app

    @cached_property
    def whole_app(self) -> Flask:
        """The product's own app."""
        settings = Settings.from_env(
            secret_key=SECRET,
            database_url=self.url,
            instance_dir=self.folder,
            redis_url=NO_REDIS,
        )
        app = create_app(settings)
        app.testing = True
        with app.app_context():
            db.create_all()
        return app


def sqlite_database(folder: Path) -> Database:
    """A SQLite file in the folder."""
    return Database(f"sqlite:///{folder / 'test.sqlite3'}", folder, lambda: None)


def postgres_database(folder: Path) -> Database:
    """A database of its own on a real PostgreSQL server; skips or fails where there is none."""
    stack = ExitStack()
    url = stack.enter_context(running_postgres()).create_database()
    return Database(url, folder, stack.close)


def wipe() -> None:
    """Empty every table that has rows, and count ids from one again."""
    db.session.remove()
    with db.engine.begin() as connection:
        names = set(connection.scalars(_filled_tables()))
        if "audit_entries" in names:
            _let_go_of_the_audit_log(connection)
            names -= {"audit_entries", "erasures"}
        for table in reversed(db.metadata.sorted_tables):
            if table.name in names:
                _empty(connection, table)
        if connection.dialect.name == "postgresql":
            connection.execute(_first_ids())


def _let_go_of_the_audit_log(connection: Connection) -> None:
    """Empty it as erasing every business does, which is the only way."""
    for business_id in connection.scalars(select(AuditEntry.business_id).distinct()).all():
        begun = {"id": new_uuid(), "started_at": clock.now(), "erased_business_id": business_id.hex}
        connection.execute(insert(Erasure).values(begun))
    connection.execute(delete(AuditEntry))
    connection.execute(delete(Erasure))


@cache
def _filled_tables() -> TextClause:
    """One question for all tables: most tests fill a few of them."""
    each: list[Select[tuple[str]]] = [
        select(literal_column(f"'{table.name}'")).where(exists().select_from(table))
        for table in db.metadata.sorted_tables
    ]
    return text(str(union_all(*each)))


@cache
def _first_ids() -> TextClause:
    counted = [
        f"setval(pg_get_serial_sequence('{table.name}', '{column.name}'), 1, false)"
        for table in db.metadata.sorted_tables
        if (column := table.autoincrement_column) is not None
    ]
    return text(f"SELECT {', '.join(counted)}")


def _empty(connection: Connection, table: Table) -> None:
    """Delete the rows; TRUNCATE costs ten times that, but leaves nothing to read past."""
    gone = connection.execute(table.delete()).rowcount
    if gone > _MANY and connection.dialect.name == "postgresql":
        connection.execute(text(f'TRUNCATE "{table.name}" CASCADE'))
