"""The app that jobs run in, made once a process, and the orderly stop."""

import functools
import signal
import threading
from collections.abc import Callable
from types import FrameType

from flask import Flask

from webapp.app import create_app
from webapp.errors import SettingsError
from webapp.extensions import db

_stop = threading.Event()


@functools.lru_cache(maxsize=1)
def process_app() -> Flask:
    """Return this process's app; made before the first fork, so that jobs start warm."""
    try:
        return create_app(patient=True)
    except SettingsError as error:
        raise SystemExit(f"Beacon cannot start. Mend this setting:\n{error}") from None


def job(function: Callable[..., None]) -> Callable[..., None]:
    """Give a job an app context of its own."""

    @functools.wraps(function)
    def run(*ids: str) -> None:
        with process_app().app_context():
            try:
                function(*ids)
            finally:
                db.session.remove()

    return run


def after_fork() -> None:
    """Start a forked process clean: no connection of the parent's, no stop asked yet."""
    _stop.clear()
    with process_app().app_context():
        # The parent's connections are not ours to close; they are only forgotten here
        db.engine.dispose(close=False)


def should_stop() -> bool:
    """Tell whether this process was asked to end in good order."""
    return _stop.is_set()


def stop_in_good_order(_signal: int, _frame: FrameType | None) -> None:
    """Signal handler: let the job under way come to a good stopping point."""
    _stop.set()


def heed_stop_signals() -> None:
    """Make SIGTERM and SIGINT ask for an orderly stop instead of ending the job."""
    signal.signal(signal.SIGTERM, stop_in_good_order)
    signal.signal(signal.SIGINT, stop_in_good_order)
