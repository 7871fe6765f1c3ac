"""Counts what a piece of code asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from webapp.extensions import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect every statement that runs inside the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def selects(statements: list[str]) -> int:
    """Return how many of the statements read."""
    return sum(each.lstrip().upper().startswith("SELECT") for each in statements)
