"""Reports of one happening, and runs that meet them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.doubles.providers import result
from tests.doubles.world import World
from webapp import clock
from webapp.extensions import db
from webapp.models import AutomationSchedule, Event, EventRawData, JobRun, RawDataSighting
from webapp.providers.base import SearchResult

FIRST = "Halcyon Health raises $65M in Series C funding"
AGAIN = (
    "Halcyon Health secures $65 million in Series C funding round",
    "Series C funding: Halcyon Health raises $65M",
    "Halcyon Health closes $65M Series C funding",
)
MORE = "Halcyon Health raises $80M in Series C funding after second closing"
OTHER = "Halcyon Health names Ida Berg chief financial officer"


def found(*titles: str, **values: Any) -> list[SearchResult]:
    """Return a report of each title, each by an outlet of its own."""
    return [
        result(
            title,
            **{
                "snippet": f"{title}.",
                "publisher": f"Outlet {place}",
                "url": f"https://outlet{place}.example.com/{'-'.join(title.split())}",
                **values,
            },
        )
        for place, title in enumerate(titles)
    ]


def meet(world: World, schedule: AutomationSchedule, *reports: SearchResult) -> JobRun:
    """Run the schedule over these reports, late enough that no earlier answer serves again."""
    clock.set_clock(clock.now() + timedelta(hours=7))
    world.source.results = list(reports)
    return world.run(schedule)


def sources(event: Event) -> int:
    """Count the rows and sightings of an event."""
    db.session.rollback()
    rows = db.session.query(EventRawData).filter_by(processed_into_event_id=event.id).all()
    ids = [row.id for row in rows]
    seen = db.session.query(RawDataSighting).filter(RawDataSighting.raw_data_id.in_(ids))
    return len(rows) + seen.count()


def events() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.created_at)).unique())


def raw(title: str) -> EventRawData:
    db.session.rollback()
    return db.session.query(EventRawData).filter_by(title=title).one()
