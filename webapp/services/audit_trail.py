"""Writes the audit log's entries: one for every transaction of a request that changed something.

It hangs below the services, where a change cannot pass it by: what the database was told to write
is noted statement by statement, what the ORM knows of it row by row.
"""

from datetime import date, datetime, time
from typing import Any

from flask import request
from sqlalchemy import Engine, event, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstanceState, Session

from webapp import logs, tenancy
from webapp.enums import AuditDoor
from webapp.extensions import db
from webapp.models import User
from webapp.services.addresses import truncated
from webapp.services.audit_log import Deed, append
from webapp.services.transactions import before_each_commit

UNWATCHED = {"audit_entries", "idempotency_keys", "sign_in_attempts", "user_sessions"}
"""Tables whose rows are no matter of the business but of how a request is served."""
MAX_ROWS = 50
MAX_TEXT = 200
HIDDEN = "(not shown)"
_SECRET = ("hash", "secret", "token", "password")
_TABLES = "beacon_tables_written"
_ROWS = "beacon_rows_written"


@event.listens_for(Engine, "after_cursor_execute")
def _note_table(
    connection: Connection,
    _cursor: object,
    _statement: str,
    _parameters: object,
    context: Any,  # noqa: ANN401 -- a dialect's execution context
    _many: bool,  # noqa: FBT001 -- SQLAlchemy's signature
) -> None:
    """Note the table that a statement of a signed-in request wrote to."""
    if not (context and (context.isinsert or context.isupdate or context.isdelete)):
        return
    if tenancy.asker() is not None and context.compiled is not None:
        table = getattr(context.compiled.statement, "table", None)
        connection.info.setdefault(_TABLES, set()).add(getattr(table, "name", "?"))


@event.listens_for(Engine, "rollback")
def _forget_tables(connection: Connection) -> None:
    # A connection that was lost is asked for nothing more: what it had noted went with it
    if not connection.invalidated:
        connection.info.pop(_TABLES, None)


@event.listens_for(db.session, "after_rollback")
def _forget_rows(session: Session) -> None:
    session.info.pop(_ROWS, None)


@event.listens_for(db.session, "after_flush")
def _note_rows(session: Session, _context: object) -> None:
    """Note what the ORM made, changed and deleted, with what was before and after."""
    if tenancy.asker() is None:
        return
    noted = session.info.setdefault(_ROWS, [])
    for how, rows in (
        ("made", session.new),
        ("changed", session.dirty),
        ("deleted", session.deleted),
    ):
        for row in rows:
            state = inspect(row)
            if len(noted) < MAX_ROWS and _table(state) not in UNWATCHED:
                noted.append(_described(state, how))


def _described(state: InstanceState[Any], how: str) -> dict[str, Any]:
    identity = state.identity or state.mapper.primary_key_from_instance(state.object)
    said = {"table": _table(state), "id": "/".join(map(str, identity)), "how": how}
    values: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        before = history.deleted[0] if history.deleted else None
        if how == "changed" and history.has_changes():
            after = history.added[0] if history.added else None
            values[attribute.key] = [_shown(attribute.key, before), _shown(attribute.key, after)]
        elif how == "made" and history.added and history.added[0] is not None:
            values[attribute.key] = [None, _shown(attribute.key, history.added[0])]
    return {**said, "values": values}


def _table(state: InstanceState[Any]) -> str:
    return str(state.mapper.class_.__tablename__)


def _shown(name: str, value: Any) -> Any:  # noqa: ANN401 -- a column's value, and JSON for it
    """Return a value as the log keeps it: cut, and no secret."""
    if any(each in name for each in _SECRET):
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value.isoformat() if isinstance(value, datetime | date | time) else str(value)
    return text[:MAX_TEXT]


@before_each_commit
def _write(session: Session) -> None:
    """Add the entry of a transaction that changed something for somebody who is signed in."""
    user_id = tenancy.asker()
    if user_id is None:
        return
    session.flush()
    tables = session.connection().info.pop(_TABLES, set()) - UNWATCHED
    rows = session.info.pop(_ROWS, [])
    if not tables:
        return
    user = session.execute(
        select(User.business_id, User.name).where(User.id == user_id)
    ).one_or_none()
    if user is None:
        return
    unseen = sorted(tables - {each["table"] for each in rows})
    path = request.path.startswith("/api/")
    append(
        session,
        Deed(
            business_id=user.business_id,
            user_id=user_id,
            user_name=user.name,
            door=AuditDoor.API if path else AuditDoor.PAGE,
            action=(request.endpoint or "?").removeprefix("api_"),
            target={name: str(value) for name, value in (request.view_args or {}).items()},
            changes=[*rows, *({"table": name, "how": "changed"} for name in unseen)],
            address=truncated(request.remote_addr),
            request_id=logs.request_id.get(),
        ),
    )
