"""`python -m bench.api`: lists of a business with 1,000,000 events beside one with 1,000.

And beside a bare Flask and SQLAlchemy route over the same rows, in the same process. Measured over
the app itself, without a network, on SQLite and on PostgreSQL.
"""

import argparse
import json
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from statistics import median
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import insert, select, text
from sqlalchemy.orm import joinedload

from bench.figures import Figure, record
from tests.doubles.postgres_server import running_postgres
from webapp import clock, tenancy
from webapp.app import create_app
from webapp.config import Settings
from webapp.enums import (
    AIName,
    Category,
    Provenance,
    RiskLevel,
    Role,
    Severity,
    SourceName,
    TokenScope,
    Urgency,
)
from webapp.extensions import db
from webapp.models import Business, Client, Event, User
from webapp.models.base import new_uuid, table_of
from webapp.services.api_tokens import ApiTokens
from webapp.services.event_totals import fold_tallies
from webapp.taxonomy import main_group, severity_of

FEW, MANY = 1_000, 1_000_000
CLIENTS = 100
TIMES = 31
MS = 1000
FILTER = "risk_level=medium&sentiment=negative"
URL = "/api/v1/events"
_EARLIER = "strftime('%Y-%m-%d %H:%M:%f', {0}, :minutes) || '000'"
FRESH = {
    "sqlite": {
        "id": "lower(hex(randomblob(16)))",
        "content_hash": "lower(hex(randomblob(32)))",
        "created_at": _EARLIER.format("created_at"),
    },
    "postgresql": {
        "id": "gen_random_uuid()",
        "content_hash": "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')",
        "created_at": "created_at - :minutes",
    },
}
"""How a copied event differs from the one that it was copied from."""


class Caller:
    """A program with a token of one business."""

    def __init__(self, app: Flask, user: User) -> None:
        token = ApiTokens().issue(
            user_id=user.id,
            business_id=user.business_id,
            name="bench",
            scopes=[TokenScope.READ],
            lifetime=timedelta(days=1),
        )
        self.own = f"business={user.business_id}&user={user.id}"
        self.program = app.test_client()
        self.program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token.token}"

    def seconds(self, address: str) -> float:
        """Return how long one answer takes."""
        started = clock.monotonic()
        answer = self.program.get(address)
        taken = clock.monotonic() - started
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(answer.text)
        return taken

    def json(self, address: str) -> Any:  # noqa: ANN401 -- an answer
        """Return an answer."""
        return self.program.get(address).get_json()

    def deep(self) -> str:
        """Return the address of the part in the middle of the list."""
        total = self.json(f"{URL}?limit=1")["total"]
        found = self.json(f"{URL}?limit=1&skip={total // 2}")
        return f"{URL}?limit=50&after={found['next_after']}" if found["next_after"] else URL


def bare(app: Flask) -> None:
    """Add a route with nothing around it: fifty rows of the ORM as JSON, no total."""

    @app.get("/bare")
    def rows() -> Response:
        business_id = uuid.UUID(request.args["business"])
        tenancy.enter(business_id, int(request.args["user"]))
        own = select(Event).where(Event.business_id == business_id)
        page = own.options(joinedload(Event.client)).order_by(
            Event.created_at.desc(), Event.id.desc()
        )
        found = db.session.scalars(page.limit(50))
        names = [column.key for column in Event.__mapper__.column_attrs]
        listed = [{name: getattr(row, name) for name in names} for row in found]
        return Response(json.dumps({"events": listed}, default=str), mimetype="application/json")


def business_with(events: int) -> User:
    """Store a business with so many events, a minute apart; beyond a thousand they repeat."""
    if db.engine.dialect.name == "postgresql":  # a page's limit is too short for so many at once
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
    business = Business(name="Bench", timezone="UTC")
    db.session.add(business)
    db.session.flush()
    user = User(
        business_id=business.id, email=f"bench{events}@example.com", name="B", role=Role.ADMIN
    )
    db.session.add(user)
    clients = [
        {"id": new_uuid(), "business_id": business.id, "name": f"Company {number}"}
        for number in range(CLIENTS)
    ]
    db.session.execute(insert(Client), clients)
    rows = [*_events(business, [each["id"] for each in clients], min(events, FEW))]
    db.session.execute(insert(Event), rows)
    stored = len(rows)
    while stored < events:
        _copy(business, stored, at_most=events - stored)
        stored = min(2 * stored, events)
    db.session.commit()
    return user


def _copy(business: Business, stored: int, *, at_most: int) -> None:
    """Store the newest events once more, with ids of their own, before all that are there."""
    kind = db.engine.dialect.name
    fresh = FRESH[kind]
    names = [column.name for column in table_of(Event).columns]
    values = ", ".join(fresh.get(name, name) for name in names)
    db.session.execute(
        text(
            f"INSERT INTO events ({', '.join(names)}) SELECT {values} FROM events "  # noqa: S608 -- names of ours
            "WHERE business_id = :business ORDER BY created_at DESC LIMIT :most"
        ),
        {
            "business": business.id.hex if kind == "sqlite" else business.id,
            "most": at_most,
            "minutes": f"-{stored} minutes" if kind == "sqlite" else timedelta(minutes=stored),
        },
    )


def _events(business: Business, clients: list[Any], count: int) -> Iterator[dict[str, Any]]:
    now: datetime = clock.now()
    categories, risks = [*Category], [*RiskLevel]
    for number in range(count):
        category = categories[number % len(categories)]
        sentiment = (number % 21 - 10) / 10
        at = now - timedelta(minutes=number)
        yield {
            "id": new_uuid(),
            "business_id": business.id,
            "client_id": clients[number % CLIENTS],
            "content_hash": f"{number:064x}",
            "title": f"Company {number % CLIENTS} makes the news for the {number}th time",
            "summary": "The chief financial officer leaves in January.",
            "url": f"https://news.example.com/{number}",
            "source_api": SourceName.SERPER,
            "category": category,
            "group": main_group(category, sentiment),
            "severity": severity_of(category) or Severity.LOW,
            "relevance_score": number % 101 / 100,
            "sentiment_score": sentiment,
            "risk_level": risks[number // 7 % len(risks)],
            "urgency": Urgency.HIGH if number % 11 == 0 else Urgency.LOW,
            "provenance": Provenance.LIVE,
            "classified_by": AIName.RULES,
            "created_at": at,
            "updated_at": at,
        }


def measure(database: str, *, many: int) -> dict[str, Figure]:
    """Measure on one database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env(
            secret_key="only-for-a-benchmark-on-this-machine",
            instance_dir=folder,
            database_url=database or f"sqlite:///{folder}/bench.sqlite3",
            redis_url="redis://127.0.0.1:1/0",
            api_requests_per_minute=0,
        )
        app = create_app(settings)
        bare(app)
        with app.app_context():
            db.create_all()
            small, large = business_with(FEW), business_with(many)
            fold_tallies()
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            kind = db.engine.dialect.name
            callers = Caller(app, small), Caller(app, large)
            db.session.remove()
            _check(callers[1], many)
            found = _figures(kind, *callers)
            db.session.remove()
            db.engine.dispose()
    return found


def _check(caller: Caller, many: int) -> None:
    """Refuse to measure what is wrong."""
    if caller.json(f"{URL}?limit=1")["total"] != many:
        raise RuntimeError("the total is not exact")


def _figures(kind: str, small: Caller, large: Caller) -> dict[str, Figure]:
    deep_small, deep_large = small.deep(), large.deep()
    event_small, event_large = (
        each.json(f"{URL}?limit=1&skip=10")["events"][0]["id"] for each in (small, large)
    )
    pairs = {
        "list": (URL, URL),
        "filtered": (f"{URL}?{FILTER}", f"{URL}?{FILTER}"),
        "relevant": (f"{URL}?sort=relevance", f"{URL}?sort=relevance"),
        "least_relevance": (f"{URL}?min_relevance=0.9", f"{URL}?min_relevance=0.9"),
        "deep": (deep_small, deep_large),
        "detail": (f"{URL}/{event_small}", f"{URL}/{event_large}"),
    }
    found = {
        f"api_{kind}_{name}_by_size": _beside((large, many), (small, few))
        for name, (few, many) in pairs.items()
    }
    bare_list = f"/bare?{large.own}"
    found[f"api_{kind}_list_by_bare_route"] = _beside((large, URL), (large, bare_list))
    return found


def _beside(one: tuple[Caller, str], other: tuple[Caller, str]) -> Figure:
    """Measure two answers in turns, so that what else the machine does meets both alike."""
    taken = [[caller.seconds(url) for caller, url in (one, other)] for _ in range(TIMES)]
    value, beside = (median(each) * MS for each in zip(*taken, strict=True))
    return Figure(value, "ms", beside, value / beside)


def main() -> None:
    """Measure both databases and record the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    wanted = parser.parse_args()
    if wanted.db in ("sqlite", "both"):
        record(measure("", many=wanted.many))
    if wanted.db in ("postgresql", "both"):
        with running_postgres() as server:
            record(measure(server.create_database(), many=wanted.many))


if __name__ == "__main__":
    main()
