"""`python -m bench.coverage`: the coverage of 10,000 clients beside that of a hundred.

Either page shows fifty clients, so the ratio is what ranking the others costs. Measured on SQLite
and on PostgreSQL.
"""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, product
from statistics import median
from typing import Any

from sqlalchemy import insert, text

from bench.figures import Figure, record
from tests.doubles.postgres_server import running_postgres
from webapp import clock
from webapp.app import create_app
from webapp.config import Settings
from webapp.container import services
from webapp.enums import Role, SourceName, SourceStatus
from webapp.extensions import db
from webapp.models import Business, Client, SourceCheck, User
from webapp.models.base import new_uuid
from webapp.schemas.coverage import CoverageQuery
from webapp.services.access import Actor
from webapp.services.coverage_days import last_days

FEW, MANY = 100, 10_000
DAYS = 7
SOURCES = (SourceName.SERPER, SourceName.NEWS_API, SourceName.RSS)
ANSWERS = (SourceStatus.FOUND, SourceStatus.EMPTY, SourceStatus.FAILED)
PERIODS = (("day", 1, False), ("week", DAYS, False), ("past_week", DAYS, True))
"""A name, how many days, and whether they are over; only days that are over are added up."""
TIMES, BATCH = 7, 5_000
MS = 1000


def business_with(clients: int) -> Actor:
    """Store a business whose clients were all checked by every source on each day."""
    business = Business(name="Bench", timezone="UTC")
    db.session.add(business)
    db.session.flush()
    user = User(
        business_id=business.id,
        email=f"bench{clients}@example.com",
        name="Bench",
        role=Role.ADMIN,
    )
    db.session.add(user)
    now = clock.now()
    rows = [_client(business, number, now) for number in range(clients)]
    db.session.execute(insert(Client), rows)
    checks = _checks(business, [row["id"] for row in rows], now)
    while batch := list(islice(checks, BATCH)):
        db.session.execute(insert(SourceCheck), batch)
    db.session.commit()
    return Actor(user.id, business.id, Role.ADMIN)


def milliseconds(actor: Actor, days: int, *, past: bool = False) -> float:
    """Return how long a page of so many days takes, the median of some tries."""
    asked = last_days(days, actor.zone)
    query = CoverageQuery(start_date=asked.start_date, end_date=asked.end_date)
    if past:
        query.end_date = clock.now().date() - timedelta(days=1)
    taken = []
    for _ in range(TIMES):
        started = clock.monotonic()
        services().coverage.page(actor, query)
        taken.append(clock.monotonic() - started)
        db.session.rollback()
    return median(taken) * MS


def measure(database: str) -> dict[str, Figure]:
    """Measure on one database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env(
            secret_key="only-for-a-benchmark-on-this-machine",
            instance_dir=folder,
            database_url=database,
        )
        app = create_app(settings)
        with app.app_context():
            db.create_all()
            few, many = business_with(FEW), business_with(MANY)
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            kind = db.engine.dialect.name
            found = {}
            for name, days, past in PERIODS:
                beside = milliseconds(few, days, past=past)
                value = milliseconds(many, days, past=past)
                figure = Figure(value, "ms", beside, value / beside)
                found[f"coverage_{kind}_{name}_10000_clients"] = figure
            db.engine.dispose()
    return found


def _client(business: Business, number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": new_uuid(),
        "business_id": business.id,
        "name": f"Company {number:05d}",
        "last_answered_at": now,
        "last_found_at": now if number % len(ANSWERS) == 0 else None,
        "last_failed_at": now if number % len(ANSWERS) == len(ANSWERS) - 1 else None,
    }


def _checks(business: Business, ids: list[Any], now: datetime) -> Iterator[dict[str, Any]]:
    for day, (number, client_id), source in product(range(DAYS), enumerate(ids), SOURCES):
        status = ANSWERS[number % len(ANSWERS)] if source == SOURCES[0] else SourceStatus.EMPTY
        yield {
            "id": new_uuid(),
            "business_id": business.id,
            "client_id": client_id,
            "source": source,
            "status": status,
            "found": int(status is SourceStatus.FOUND),
            "created_at": now - timedelta(days=day),
        }


def main() -> None:
    """Measure and print."""
    record(measure(""))
    with running_postgres() as server, server.database() as url:
        record(measure(url))


if __name__ == "__main__":
    main()
