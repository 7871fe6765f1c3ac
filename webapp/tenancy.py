"""For which business the code at work may see rows: the second and third wall stand on this.

A request sees nothing until it is known who asks; then it sees their business. Work without a
request (a worker's job, the tick, a command) is the deployment's own and sees all. The ORM asks
here for each statement; PostgreSQL is told at the start of each transaction, and its policies
(`models/row_security.py`) hold whatever statement comes.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, g, has_request_context
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from webapp.extensions import db

EVERYBODY = "*"
NOBODY = ""
SETTING = "app.business_id"
"""PostgreSQL's setting of a transaction that the policies read: an id, `*`, or nothing."""
DEFAULT_OPTION = "beacon_default_scope"
"""Execution option of an engine: the scope that its connections have from the start."""
_KEY = "scope"
_ASKER = "asker"


def scope() -> str:
    """Return the id of the business whose rows may be seen, EVERYBODY or NOBODY."""
    if not has_request_context():
        return EVERYBODY
    found: str = g.get(_KEY, NOBODY)
    return found


def enter(business_id: uuid.UUID, user_id: int) -> None:
    """Let the rest of this request see one business only, and know who asks.

    Without a request nothing changes.
    """
    if has_request_context():
        setattr(g, _ASKER, user_id)
        _set(str(business_id))


def asker() -> int | None:
    """Return the id of the user whose request this is; None before that is known."""
    found: int | None = g.get(_ASKER) if has_request_context() else None
    return found


@contextmanager
def across_businesses() -> Iterator[None]:
    """See all businesses for a moment: to find out who asks, by a secret or an address."""
    if not has_request_context():
        yield
        return
    before = scope()
    _set(EVERYBODY)
    try:
        yield
    except BaseException:
        db.session.rollback()  # it may be in no state to be told anything
        setattr(g, _KEY, before)
        raise
    _set(before)


def init_app(app: Flask) -> None:
    """Let each request begin with no scope and leave none to whatever comes after it."""

    @app.before_request
    def begin() -> None:
        _end_transaction()
        g.pop(_KEY, None)
        g.pop(_ASKER, None)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        _end_transaction()  # what is streamed after this still has its scope


def _end_transaction() -> None:
    """End what was only read: the next transaction is told its own scope."""
    if db.session().in_transaction():
        db.session.rollback()


def _set(wanted: str) -> None:
    """Note the scope and tell it to the transaction under way, if there is one."""
    if g.get(_KEY, NOBODY) == wanted:
        return
    setattr(g, _KEY, wanted)
    session = db.session()
    if session.in_transaction() and session.is_active:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            _tell(connection, wanted)


@event.listens_for(Engine, "begin")
def _tell_scope(connection: Connection) -> None:
    """Tell PostgreSQL the scope at the start of each transaction, unless it is the default."""
    if connection.dialect.name != "postgresql":
        return
    wanted = scope()
    if connection.get_execution_options().get(DEFAULT_OPTION, NOBODY) != wanted:
        _tell(connection, wanted)


def _tell(connection: Connection, wanted: str) -> None:
    # SET takes no parameters; what is put in is an id that we printed, a star or nothing
    connection.exec_driver_sql(f"SET LOCAL {SETTING} = '{wanted}'")
