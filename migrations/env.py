"""Runs the migrations over the app's own engine."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, inspect, text

from webapp.extensions import db
from webapp.models import event_tally, row_security


def _render(kind: str, item: object, _autogen: object) -> str | bool:
    """Write our column types as the plain ones that they are stored as."""
    if kind != "type":
        return False
    name = type(item).__name__
    if name == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    if name == "EnumText":
        return "sa.String(length=40)"
    if name == "JSON":
        return "JSON"
    return False


# SQLite cannot tell of an index over an expression; there is one, and it is right
warnings.filterwarnings("ignore", message="Skipped unsupported reflection")
warnings.filterwarnings("ignore", message="autogenerate skipping metadata-specified expression")


def run() -> None:
    """Run the wanted revisions in one transaction each."""
    options: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    options.update(target_metadata=db.metadata, render_item=_render, transaction_per_migration=True)
    if context.is_offline_mode():
        url = db.engine.url.render_as_string(hide_password=False)
        context.configure(url=url, literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # A page's limit is too short for a large table; the wait for locks stays bounded
            connection.execute(text("SET statement_timeout = 0"))
            connection.commit()
        with _unhurt_by_copies(connection):
            context.configure(connection=connection, **options)
            with context.begin_transaction():
                context.run_migrations()
        # Whatever table a release brought, no business reads another's rows in it
        row_security.enable(connection, db.metadata.sorted_tables)
        # A table that SQLite copied to change it has lost its triggers
        if inspect(connection).has_table("event_tallies"):
            event_tally.install(connection)
        connection.commit()


@contextmanager
def _unhurt_by_copies(connection: Connection) -> Iterator[None]:
    """Let SQLite tables be copied and dropped without touching the rows that refer to them.

    SQLite changes a table by a copy of it. Dropping the old one would delete or empty by cascade
    whatever refers to it, so foreign keys rest meanwhile and are checked at the end.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    plain = connection.connection  # a pragma within a transaction has no effect
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = plain.execute("PRAGMA foreign_key_check").fetchmany(5)
        if broken:
            raise RuntimeError(f"The migration left rows that refer to nothing: {broken}")
    finally:
        plain.execute("PRAGMA foreign_keys=ON")


run()
