"""How the app reaches its database: address, pool and time limits."""

import os
from pathlib import Path
from typing import Any

from flask import Flask

from webapp.config import PROJECT_ROOT, Settings
from webapp.errors import SettingsError
from webapp.extensions import db, migrate
from webapp.tenancy import DEFAULT_OPTION, EVERYBODY, NOBODY, SETTING

WEB_POOL = 10
"""Connections of a web process: one for each of its eight threads and two to spare."""
WORKER_POOL = 16
_WEB_STATEMENT_MS = 15_000
_WORKER_STATEMENT_MS = 60_000
_LOCK_MS = 5_000


def init_app(app: Flask, settings: Settings, *, patient: bool) -> None:
    """Bind the database. Raises SettingsError for SQLite on a dyno, whose disk forgets."""
    if settings.is_sqlite:
        _check_disk(settings)
        if not settings.database_url:
            _make_folder(settings.instance_dir)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.sqlalchemy_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings, patient=patient)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(PROJECT_ROOT / "migrations"))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"INSTANCE_DIR: {folder} cannot be made ({error.strerror})") from None


def _check_disk(settings: Settings) -> None:
    if os.environ.get("DYNO") and not settings.allow_sqlite_on_dyno:
        raise SettingsError(
            "DATABASE_URL: is not set, and a dyno's disk is emptied daily. Add PostgreSQL, or "
            "set ALLOW_SQLITE_ON_DYNO=1 to lose all data at each restart."
        )


def _engine_options(settings: Settings, *, patient: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "pool_size": WORKER_POOL if patient else WEB_POOL,
        "max_overflow": settings.monitor_concurrency if patient else 0,
        "pool_timeout": 60 if patient else 10,
    }
    if settings.is_sqlite:
        return options
    statement = _WORKER_STATEMENT_MS if patient else _WEB_STATEMENT_MS
    limits = f"-c statement_timeout={statement} -c lock_timeout={_LOCK_MS}"
    scope = EVERYBODY if patient else NOBODY  # a worker's connections need not be told again
    return {
        **options,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "execution_options": {DEFAULT_OPTION: scope},
        "connect_args": {
            "connect_timeout": 5,
            "options": f"{limits} -c {SETTING}={scope}" if scope else limits,
        },
    }
