"""Takes the first wall down, so that what stands behind it can be seen to hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

from sqlalchemy import event, true
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, BindParameter

from webapp.extensions import db


@contextmanager
def first_wall_down() -> Iterator[list[str]]:
    """Strike `business_id = <the asker's>` out of every statement of the ORM.

    Gives the statements that were changed.
    """
    struck: list[str] = []

    def strike(state: ORMExecuteState) -> None:
        if state.is_relationship_load or state.is_column_load:
            return  # follows a row that was found, with the limits of its statement
        before = len(struck)
        replace = partial(_bare, struck)
        bare: Any = visitors.replacement_traverse(cast("Any", state.statement), {}, replace)
        if len(struck) > before:
            state.statement = bare

    event.listen(db.session, "do_orm_execute", strike, insert=True)
    try:
        yield struck
    finally:
        event.remove(db.session, "do_orm_execute", strike)


def _bare(struck: list[str], part: Any, **_options: Any) -> Any:  # None keeps the part
    if (
        isinstance(part, BinaryExpression)
        and part.operator is operators.eq
        and isinstance(part.right, BindParameter)
        and getattr(part.left, "name", "") == "business_id"
    ):
        struck.append(str(part))
        return true()
    return None
