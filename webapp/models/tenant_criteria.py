"""The ORM's wall: in a request each statement is limited to the rows of the business that asks.

It holds where somebody forgot `scoped()`: selects, counts, loads of relations, updates and
deletes of whole sets. What goes past the ORM meets PostgreSQL's policies.
"""

import uuid
from functools import lru_cache

from sqlalchemy import event
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, with_loader_criteria

from webapp.extensions import db
from webapp.models.base import Owned
from webapp.models.business import Business
from webapp.tenancy import EVERYBODY, NOBODY, scope


@event.listens_for(db.session, "do_orm_execute")
def _limit(state: ORMExecuteState) -> None:
    seen = scope()
    if seen == EVERYBODY or state.is_column_load or state.is_relationship_load:
        return  # what loads the rest of a row was limited when the row was found
    if state.is_select or state.is_update or state.is_delete:
        state.statement = state.statement.options(*_criteria(seen))


@lru_cache(maxsize=512)
def _criteria(seen: str) -> tuple[LoaderCriteriaOption, ...]:
    """Return the options for one business, or those that find nothing."""
    if seen == NOBODY:
        return (
            with_loader_criteria(
                Owned, lambda owned: owned.business_id.is_(None), include_aliases=True
            ),
            with_loader_criteria(Business, Business.id.is_(None), include_aliases=True),
        )
    own = uuid.UUID(seen)
    return (
        with_loader_criteria(Owned, lambda owned: owned.business_id == own, include_aliases=True),
        with_loader_criteria(Business, Business.id == own, include_aliases=True),
    )
