"""Days of coverage are those of the reader, and many clients cost no more than few."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from tests import factories
from tests.services.coverage_world import NOON, coverage_service, note
from tests.statements import counted
from webapp import clock
from webapp.config import Settings
from webapp.enums import SourceName, SourceStatus
from webapp.errors import InvalidInputError
from webapp.models import Client, SourceCheck, User
from webapp.models.base import new_uuid
from webapp.schemas.coverage import CoverageQuery
from webapp.services.access import Actor
from webapp.services.actors import actor_of
from webapp.services.coverage import CoverageService
from webapp.services.transactions import atomic

TODAY = NOON.date()


@pytest.fixture(autouse=True)
def _noon() -> None:
    clock.set_clock(NOON)


@pytest.fixture
def service(database: Flask, settings: Settings) -> CoverageService:  # noqa: ARG001 -- needs its tables
    return coverage_service(settings)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business)


@pytest.fixture
def asking(ben: User) -> Actor:
    return actor_of(ben)


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("UTC", datetime(2026, 11, 17, 23, 30, tzinfo=UTC), date(2026, 11, 17)),
        ("Europe/Berlin", datetime(2026, 11, 17, 23, 30, tzinfo=UTC), date(2026, 11, 18)),
        ("America/New_York", datetime(2026, 11, 18, 4, 30, tzinfo=UTC), date(2026, 11, 17)),
    ],
)
def test_days_are_those_of_the_reader(
    *, service: CoverageService, halcyon: Client, ben: User, zone: str, at: datetime, day: date
) -> None:
    note(halcyon, "serper", "found", 1, created_at=at)
    reader = Actor(ben.id, ben.business_id, ben.role, zone=zone)
    query = CoverageQuery(start_date=date(2026, 11, 16), end_date=TODAY)
    found = service.page(reader, query).clients[0].sources
    assert [each.day for each in found if each.found] == [day]


def test_a_day_that_daylight_saving_lengthens_is_one_day(
    service: CoverageService, halcyon: Client, ben: User
) -> None:
    for hours in (0.5, 24.5):
        at = datetime(2026, 10, 24, 22, 0, tzinfo=UTC) + timedelta(hours=hours)
        note(halcyon, "serper", "found", 1, created_at=at)
    reader = Actor(ben.id, ben.business_id, ben.role, zone="Europe/Berlin")
    query = CoverageQuery(start_date=date(2026, 10, 24), end_date=date(2026, 10, 26))
    found = [each for each in service.page(reader, query).clients[0].sources if each.found]
    assert [(each.day, each.found) for each in found] == [(date(2026, 10, 25), 2)]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-18", "2026-11-17", "start_date"),
        ("2026-10-01", "2026-11-17", "start_date"),
        ("0001-01-01", "0001-01-02", "start_date"),
        (None, "9999-12-31", "end_date"),
    ],
)
def test_impossible_days_are_refused(
    service: CoverageService, asking: Actor, first: str | None, last: str, field: str
) -> None:
    query = CoverageQuery.model_validate({"start_date": first, "end_date": last})
    with pytest.raises(InvalidInputError) as caught:
        service.page(asking, query)
    assert [each.field for each in caught.value.errors] == [field]


def test_more_clients_need_no_more_statements(
    service: CoverageService, asking: Actor, ben: User
) -> None:
    business_id, count, now = ben.business_id, 300, NOON - timedelta(hours=1)
    ids = [new_uuid() for _ in range(count)]
    stored: dict[str, object] = {"business_id": business_id, "status": "active"}
    lists = ("aliases", "products", "keywords", "must_have_terms", "must_not_terms", "feed_urls")
    with atomic() as session:
        session.execute(
            insert(Client),
            [
                {"id": each, "name": f"Client {n}", **stored, **{name: [] for name in lists}}
                for n, each in enumerate(ids)
            ],
        )
        session.execute(
            insert(SourceCheck),
            [
                {
                    "id": new_uuid(),
                    "business_id": business_id,
                    "client_id": each,
                    "source": source,
                    "status": SourceStatus.FOUND if n % 3 else SourceStatus.FAILED,
                    "found": n % 3,
                    "created_at": now,
                }
                for n, each in enumerate(ids)
                for source in (SourceName.SERPER, SourceName.NEWS_API, SourceName.GDELT)
            ],
        )
    with counted() as seen:
        page = service.page(asking, CoverageQuery(limit=100))
    assert (page.total, len(page.clients)) == (count, 100)
    assert len(seen) <= 7
