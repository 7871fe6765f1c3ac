"""The Flask extensions, created once and bound to the app in `create_app`."""

import sqlite3
from typing import Any

from flask_compress import Compress
from flask_htmx import HTMX
from flask_login import LoginManager
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase

SQLITE_BUSY_SECONDS = 30
WRITE_OPTION = "beacon_write"
"""Execution option of a connection whose transaction will write (see `transactions.atomic`)."""


class Base(DeclarativeBase):
    """The declarative base: constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Nothing expires at a commit: an answer is built from what was just saved, without a new read.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True, compare_type=True)
login_manager = LoginManager()
mail = Mail()
htmx = HTMX()
csrf = CSRFProtect()
compress = Compress()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 -- any driver's
    """Set up each new SQLite connection: WAL, patience, foreign keys, our own BEGIN."""
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    dbapi_connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_SECONDS * 1000}",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Begin SQLite transactions ourselves; a writer takes the write lock at once.

    Upgrading a read transaction fails with "database is locked" whenever somebody wrote in
    between, and no time limit helps; taking the lock first waits for its turn instead.
    """
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(WRITE_OPTION, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
