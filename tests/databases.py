"""Databases for tests: made once a test process, emptied before each test."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from tests.doubles.postgres_server import running_postgres
from webapp.app import create_app
from webapp.config import Settings, to_sqlalchemy_url
from webapp.extensions import db

SECRET = "a-secret-key-that-only-tests-ever-use"
NO_REDIS = "redis://127.0.0.1:1/0"


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
    """Empty every table."""
    db.session.remove()
    tables = list(reversed(db.metadata.sorted_tables))
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            for table in tables:
                connection.execute(table.delete())
        else:
            names = ", ".join(f'"{table.name}"' for table in tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
