"""How soon people hear: from an event's making to the app and to the mail server.

Real scheduler and worker processes over a real Valkey, one news story a client, and an SMTP
server on this machine that answers at once. The time of a mail ends when the server has it.
"""

import argparse
import logging
import os
import tempfile
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from bench.chaos.__main__ import environment
from bench.chaos.database import KINDS, running_database
from bench.chaos.machine import NAMES, Machine
from bench.chaos.outside import NewsDesk
from bench.figures import Figure, record
from tests.doubles.local_server import serve
from tests.doubles.redis_server import running_redis
from tests.doubles.smtp_server import SmtpDouble, serve_smtp
from webapp import clock
from webapp.app import create_app
from webapp.config import Settings
from webapp.container import services
from webapp.enums import JobType, Role, ScheduleType
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, Client, Event, Notification, User
from webapp.services.transactions import atomic

ROUNDS = {10: 5, 1_000: 1}
"""How many events are told to so many people, one after the other."""
PATIENCE_SECONDS = 600
LOOK_SECONDS = 0.02


def people_of(name: str, count: int) -> tuple[uuid.UUID, int]:
    """Make a business whose people want to hear of everything; return it and its admin."""
    with atomic() as session:
        business = Business(name=name, timezone="UTC")
        session.add(business)
        session.flush()
        people = [
            User(
                business_id=business.id,
                email=f"{name.lower()}-{number}@example.com",
                name=f"Person {number}",
                role=Role.CSM if number else Role.ADMIN,
            )
            for number in range(count)
        ]
        session.add_all(people)
        session.flush()
        return business.id, people[0].id


def order(business_id: uuid.UUID, creator_id: int, name: str) -> uuid.UUID:
    """Have one new client looked at now; return its id."""
    slot = clock.now().replace(second=0, microsecond=0)
    with atomic() as session:
        client = Client(business_id=business_id, name=name)
        session.add(client)
        session.flush()
        schedule = AutomationSchedule(
            business_id=business_id,
            created_by_user_id=creator_id,
            name=name,
            job_type=JobType.CLIENT_MONITORING,
            schedule_type=ScheduleType.HOURLY,
            minute_of_hour=slot.minute,
            timezone="UTC",
            client_ids=[str(client.id)],
            config={},
            next_run_at=slot,
        )
        session.add(schedule)
        session.flush()
    services().scheduler.register_schedule(schedule)
    return client.id


def wait_for(what: str, begun: float) -> None:
    """Look again in a moment; give up after ten minutes."""
    if time.monotonic() - begun > PATIENCE_SECONDS:
        raise SystemExit(f"{what} did not come in time")
    time.sleep(LOOK_SECONDS)


def tell(
    client_id: uuid.UUID, people: int, *, arrived: list[datetime]
) -> tuple[float, list[float]]:
    """Wait until all have heard of the client's event; return the seconds, app and mails."""
    wanted = (
        select(Event.created_at, func.count(Notification.id))
        .join(Notification, Notification.event_id == Event.id)
        .where(Event.client_id == client_id)
        .group_by(Event.created_at)
    )
    begun = time.monotonic()
    while (row := db.session.execute(wanted).first()) is None or row[1] < people:
        db.session.rollback()
        wait_for("the event", begun)
    made, in_app = row[0], (clock.now() - row[0]).total_seconds()
    db.session.rollback()
    while len(arrived) < people:
        wait_for("a mail", begun)
    return in_app, [(at - made).total_seconds() for at in arrived]


def share(seconds: Sequence[float], percent: int) -> Figure:
    """Return the value that so many of a hundred stay below."""
    ordered = sorted(seconds)
    return Figure(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], "s")


def measure(server: SmtpDouble) -> dict[str, Figure]:
    """Measure each size."""
    arrived: list[datetime] = []
    server.before_reply = lambda _kept: arrived.append(clock.now())
    figures: dict[str, Figure] = {}
    for people, rounds in ROUNDS.items():
        business_id, creator_id = people_of(f"Crowd{people}", people)
        in_app: list[float] = []
        mailed: list[float] = []
        for number in range(rounds):
            arrived.clear()
            client_id = order(business_id, creator_id, f"Company {people} {chr(65 + number)}")
            app, mails = tell(client_id, people, arrived=arrived)
            in_app.append(app)
            mailed += mails
        for percent in (50, 95):
            figures[f"telling_{people}_app_p{percent}"] = share(in_app, percent)
            figures[f"telling_{people}_mail_p{percent}"] = share(mailed, percent)
    return figures


def main() -> None:
    """Start everything, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=KINDS, default="sqlite")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beacon-bench-")))
        database = stack.enter_context(running_database(given.db, folder))
        redis = stack.enter_context(running_redis())
        news = stack.enter_context(serve(NewsDesk().respond))
        server = stack.enter_context(serve_smtp())
        settings = environment(folder, database, redis_url=redis.url, news=news, smtp=server)
        os.environ.update(settings)
        app = create_app(Settings.from_env(), patient=True)
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # the SMTP server's own chatter
        stack.enter_context(app.app_context())
        stack.callback(db.engine.dispose)
        db.create_all()
        machine = Machine(settings, redis, folder / "log")
        for name in NAMES:
            machine.start(name)
        stack.callback(machine.end)
        figures = measure(server)
    suffix = "" if given.db == "sqlite" else f"_{given.db}"
    record({f"{name}{suffix}": figure for name, figure in figures.items()})


if __name__ == "__main__":
    main()
