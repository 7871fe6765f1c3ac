"""Counts what a piece of code asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from webapp.extensions import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect every statement that runs inside the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("SET LOCAL"):  # says who asks, and asks for nothing
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def planned() -> Iterator[list[str]]:
    """Collect how SQLite goes about every SELECT inside the block: one text a statement."""
    plans: list[str] = []

    def note(
        connection: Connection, _cursor: object, statement: str, parameters: Any, *_rest: object
    ) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            raw: Any = connection.connection.cursor()
            rows = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append("\n".join(row[3] for row in rows))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def selects(statements: list[str]) -> int:
    """Return how many of the statements read."""
    return sum(each.lstrip().upper().startswith("SELECT") for each in statements)
