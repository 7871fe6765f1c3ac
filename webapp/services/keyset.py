"""Pages of lists that may be long: each begins where the one before ended, at any depth alike."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from webapp.errors import InvalidInputError
from webapp.extensions import db

_JOINT = "~"
MAX_COUNTED = 1000
"""Lists say how many match up to here: beyond it nobody counts, and it would take ever longer."""


def counted_up_to(ids: Select[Any], most: int) -> int:
    """Return how many rows a query finds, at most so many."""
    some = ids.limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


@dataclass(frozen=True)
class Place:
    """Where a page of a list ended that is sorted by time and id, newest first."""

    at: datetime
    row_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}{_JOINT}{self.row_id.hex}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """Read what `str` wrote; raises InvalidInputError for anything else."""
        moment, _, row_id = text.partition(_JOINT)
        try:
            at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
            return cls(at, uuid.UUID(row_id))
        except ValueError:
            detail = "Take what an answer gave as `next`, or leave it out to begin at the top."
            raise InvalidInputError.of("before", detail) from None

    def below(self, at: Any, row_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- columns
        """Select the rows that come after this place."""
        return tuple_(at, row_id) < tuple_(self.at, self.row_id)
