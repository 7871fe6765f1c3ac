"""The only place that commits. What must follow a commit waits for it here."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from webapp.extensions import WRITE_OPTION, db

log = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError)
"""What a statement raises whose connection was cut: nobody's mistake, and soon over."""
PAUSES = (0.2, 1.0, 4.0)
"""Seconds between the tries of what a cut connection ended."""

ResultT = TypeVar("ResultT")
_IN_ATOMIC = "beacon_in_atomic"
_AFTER_COMMIT = "beacon_after_commit"
_AT_BEGIN = "beacon_at_begin"
_BEFORE_COMMIT = "beacon_before_commit"


_before_each_commit: list[Callable[[Session], None]] = []


def before_each_commit(prepare: Callable[[Session], None]) -> Callable[[Session], None]:
    """Let something look at every transaction before it is committed, and add to it."""
    _before_each_commit.append(prepare)
    return prepare


class _WriterTurn:
    """Threads of one process queue here; SQLite's own waiting is by sleeping and unfair."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        # A process forked while a thread holds the lock would wait for ever
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self.lock = threading.Lock()


_sqlite_writer = _WriterTurn()


@contextmanager
def atomic() -> Iterator[Session]:
    """Run the block as one write transaction: all of it is kept, or nothing.

    A nested block joins the outer one. What was only read before is read anew inside, so a
    check and the change that rests on it see the same state. Objects changed before the block
    are refused: they belong inside.
    """
    session = db.session()
    if session.info.get(_IN_ATOMIC):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("change objects inside atomic(), not before it")
    session.rollback()
    callbacks: list[Callable[[], Any]] = []
    session.info.update({_IN_ATOMIC: True, _AFTER_COMMIT: callbacks})
    try:
        with _turn(session):
            try:
                session.connection(execution_options={WRITE_OPTION: True})
                _run(session, _AT_BEGIN)
                yield session
                _run(session, _BEFORE_COMMIT)
                for prepare in _before_each_commit:
                    prepare(session)
                session.commit()
                session.info.update({_AT_BEGIN: None, _BEFORE_COMMIT: None})
            except BaseException:
                session.rollback()
                raise
    finally:
        session.info[_IN_ATOMIC] = False
        session.info.pop(_AFTER_COMMIT, None)
    for callback in callbacks:
        _call(callback)


@contextmanager
def snapshot() -> Iterator[Session]:
    """Run reads and give the connection back at the end; nested in atomic() it only reads."""
    session = db.session()
    try:
        yield session
    finally:
        if not session.info.get(_IN_ATOMIC):
            session.rollback()


@contextmanager
def first_transaction(
    *,
    at_begin: Callable[[], Any] | None = None,
    before_commit: Callable[[], Any] | None = None,
) -> Iterator[None]:
    """Have something done inside the first write transaction of the block that is kept.

    What a check at its begin raises undoes it; what is written before its commit is kept with
    whatever else it wrote, or not at all.
    """
    info = db.session().info
    info.update({_AT_BEGIN: at_begin, _BEFORE_COMMIT: before_commit})
    try:
        yield
    finally:
        info.update({_AT_BEGIN: None, _BEFORE_COMMIT: None})


def take_turns_over(name: str) -> None:
    """Let one transaction at a time go on that names this; SQLite has one writer anyway."""
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _run(session: Session, hook: str) -> None:
    wanted = session.info.get(hook)
    if wanted is not None:
        wanted()


def patiently(act: Callable[[], ResultT]) -> ResultT:
    """Do something that may be done twice; again, a few times, when its connection was cut.

    Not inside atomic(): what was cut there is rolled back as a whole.
    """
    for pause in PAUSES:
        try:
            return act()
        except DATABASE_AWAY as error:
            log.warning("the database went away (%s), trying again", type(error).__name__)
            time.sleep(pause)
    return act()


def after_commit(callback: Callable[[], Any]) -> None:
    """Call back once the transaction under way is committed, never if it is rolled back."""
    callbacks = db.session().info.get(_AFTER_COMMIT)
    if callbacks is None:
        raise RuntimeError("after_commit() needs an atomic() block around it")
    callbacks.append(callback)


def _turn(session: Session) -> Any:  # noqa: ANN401 -- a lock or nothing, both context managers
    return _sqlite_writer.lock if session.get_bind().dialect.name == "sqlite" else nullcontext()


def _call(callback: Callable[[], Any]) -> None:
    """Run one callback; its failure cannot undo the commit, so it is logged, not raised."""
    try:
        callback()
    except Exception:
        log.exception("what was to follow a commit failed; the tick picks it up")
