"""Raw rows as users see them: the list, and one row with its untouched JSON."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from webapp.extensions import db
from webapp.models import EventRawData, RawDataSighting
from webapp.schemas.raw_data import RawDataListQuery, RawState
from webapp.services import raw_data_queries as queries
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.list_order import newest, part_of

ORDER = newest(EventRawData)


@dataclass(frozen=True)
class RawDataDetail:
    """A row with what further sources brought of the same, oldest first."""

    row: EventRawData
    sightings: Sequence[RawDataSighting]


class RawDataReading:
    """Shows a business its raw rows."""

    def list(self, actor: Actor, query: RawDataListQuery) -> tuple[list[EventRawData], int]:
        """Return a page of rows, newest first, and how many match: two queries."""
        actor.require(Permission.VIEW)
        matching = scoped(EventRawData, actor.business_id).where(*queries.matching(actor, query))
        total = db.session.scalar(matching.with_only_columns(func.count(EventRawData.id)))
        light = matching.options(defer(EventRawData.raw_content))
        return [*db.session.scalars(part_of(light, ORDER, query))], total or 0

    def counts(self, actor: Actor, query: RawDataListQuery) -> dict[RawState, int]:
        """Count the rows in each state that fit the query's other filters."""
        actor.require(Permission.VIEW)
        return queries.counts(actor, query)

    def event_titles(self, actor: Actor, rows: Sequence[EventRawData]) -> dict[uuid.UUID, str]:
        """Return the titles of the events that some rows went into, without hidden ones."""
        actor.require(Permission.VIEW)
        ids = [row.processed_into_event_id for row in rows if row.processed_into_event_id]
        return queries.shown_events(actor, ids)

    def get(self, actor: Actor, raw_id: uuid.UUID) -> RawDataDetail:
        """Return one row of the caller's business; NotFoundError for any other."""
        actor.require(Permission.VIEW)
        row = get_owned(EventRawData, raw_id, actor.business_id)
        sightings = select(RawDataSighting).where(RawDataSighting.raw_data_id == row.id)
        ordered = sightings.order_by(RawDataSighting.created_at, RawDataSighting.id)
        return RawDataDetail(row, db.session.scalars(ordered).all())
