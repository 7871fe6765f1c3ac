"""Upgrading a database that is in use: what was stored is still there afterwards."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from sqlalchemy import Connection, MetaData, Table, insert, select
from sqlalchemy.types import JSON

from webapp.app import create_app
from webapp.config import Settings
from webapp.extensions import db

SECRET = "a-secret-key-that-only-tests-ever-use"
BUSINESS, CLIENT, RUN, RAW = ("0" * 31 + end for end in "1234")
OWNED = {"business_id": BUSINESS, "client_id": CLIENT, "job_run_id": RUN}
ROWS: dict[str, dict[str, Any]] = {
    "businesses": {"id": BUSINESS},
    "clients": {"id": CLIENT, **OWNED},
    "job_runs": {"id": RUN, **OWNED},
    "job_run_clients": OWNED,
    "event_raw_data": {"id": RAW, **OWNED},
}
"""One row a table, each of which refers to some before it."""
_FILLERS = {str: "x", int: 0, float: 0.0, bool: False, datetime: datetime(2026, 11, 18, tzinfo=UTC)}


def filled(table: Table, given: dict[str, Any]) -> dict[str, Any]:
    """Return a row with what is given and something in each column that must not be empty."""
    needed = [each for each in table.columns if not each.nullable and each.server_default is None]
    fillers = {
        each.name: [] if isinstance(each.type, JSON) else _FILLERS[each.type.python_type]
        for each in needed
    }
    return {**fillers, **{name: value for name, value in given.items() if name in table.columns}}


def tables(connection: Connection) -> dict[str, Table]:
    known = MetaData()
    known.reflect(connection, only=list(ROWS))
    return {name: known.tables[name] for name in ROWS}


@pytest.mark.slow
def test_an_upgrade_keeps_every_row_and_what_it_refers_to(tmp_path: Path) -> None:
    app = create_app(Settings.from_env(secret_key=SECRET, instance_dir=tmp_path))
    with app.app_context():
        flask_migrate.upgrade(revision="0001")
        with db.engine.begin() as connection:
            for name, table in tables(connection).items():
                connection.execute(insert(table).values(filled(table, ROWS[name])))
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            for name, table in tables(connection).items():
                row = connection.execute(select(table)).mappings().one()
                kept = {key: row[key] for key in ROWS[name] if key in row}
                assert (name, kept) == (name, {key: ROWS[name][key] for key in kept})
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        db.engine.dispose()
