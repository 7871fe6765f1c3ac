"""Lists that are read on from a row: any part costs what the first one did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, literal, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from webapp.schemas.base import PageQuery


@dataclass(frozen=True)
class Key:
    """One part of an order: a column that is never null, and its value in a row of the list.

    `of` is a path of attributes, or a function of the row. What is `lowered` is compared as the
    database's own lower() has it.
    """

    column: ColumnElement[Any] | InstrumentedAttribute[Any]
    of: str | Callable[[Any], Any]
    descending: bool = False
    lowered: bool = False

    def value_in(self, row: Any) -> Any:  # noqa: ANN401 -- a row of any list
        """Return what stands in a row."""
        return attrgetter(self.of)(row) if isinstance(self.of, str) else self.of(row)

    @property
    def place(self) -> SQLColumnExpression[Any]:
        """What is sorted by."""
        return func.lower(self.column) if self.lowered else self.column

    @property
    def sorted(self) -> SQLColumnExpression[Any]:
        """What stands in ORDER BY."""
        return self.place.desc() if self.descending else self.place.asc()

    def bound(self, value: Any) -> ColumnElement[Any]:  # noqa: ANN401 -- a column's value
        """Return a row's value as it is compared with the column."""
        given: ColumnElement[Any] = literal(value, self.column.type)
        return func.lower(given) if self.lowered else given

    def beyond(self, value: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- a column's value
        """Tell which rows come after a value."""
        bound = self.bound(value)
        return self.place < bound if self.descending else self.place > bound


Order = tuple[Key, ...]
SelectT = TypeVar("SelectT", bound=Select[*tuple[Any, ...]])


def newest(model: Any, path: str = "") -> Order:  # noqa: ANN401 -- a model with id and created_at
    """Return the order by time of making, latest first; `path` leads from the row to the model."""
    return tuple(
        Key(getattr(model, name), f"{path}{name}", descending=True) for name in ("created_at", "id")
    )


def part_of(found: SelectT, order: Order, query: PageQuery, *, extra: int = 0) -> SelectT:
    """Return the part of a list that is asked for: after a row, or after so many rows.

    So many `extra` rows come with it, for who wants to know whether there are more.
    """
    page = found.order_by(*(key.sorted for key in order)).limit(query.limit + extra)
    if query.position is None:
        return page.offset(query.skip)
    return page.where(_beyond(order, query.position))


def position_of(order: Order, row: Any) -> list[Any]:  # noqa: ANN401 -- a row of any list
    """Return where a row stands: the values by which the next part begins after it."""
    return [key.value_in(row) for key in order]


def _beyond(order: Order, position: Sequence[Any]) -> ColumnElement[bool]:
    if len({key.descending for key in order}) == 1:  # one comparison of rows, which an index knows
        places = tuple_(*(key.place for key in order))
        bounds = tuple_(*(key.bound(each) for key, each in zip(order, position, strict=True)))
        return places < bounds if order[0].descending else places > bounds
    pairs = [*zip(order, position, strict=True)]
    return or_(
        *(
            and_(*(key.place == key.bound(value) for key, value in pairs[:at]), first.beyond(each))
            for at, (first, each) in enumerate(pairs)
        )
    )
