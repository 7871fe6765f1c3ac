"""How late runs start: with 10,000 schedules registered, and with 1,000 due at the same moment.

Real scheduler and worker processes over a real Valkey; a delay is from the due time to the start
of the run, as both stand in the database.
"""

import argparse
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, update

from bench.chaos.database import KINDS, running_database
from bench.chaos.machine import NAMES, Machine
from bench.figures import Figure, record
from tests.doubles.redis_server import running_redis
from webapp import clock
from webapp.app import create_app
from webapp.config import Settings
from webapp.container import services
from webapp.enums import JobType, Role, ScheduleType
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, JobRun, User
from webapp.models.base import new_uuid
from webapp.services.transactions import atomic

REGISTERED, CROWD, STRAGGLERS = 10_000, 1_000, 60
PATIENCE_SECONDS = 300


def make_schedules(count: int) -> list[uuid.UUID]:
    """Make a business without clients and so many daily schedules, none of them due soon."""
    db.create_all()
    with atomic() as session:
        business = Business(name="Bench", timezone="UTC")
        session.add(business)
        session.flush()
        user = User(business_id=business.id, email="u@example.com", name="U", role=Role.ADMIN)
        session.add(user)
        session.flush()
        shared = {
            "business_id": business.id,
            "created_by_user_id": user.id,
            "job_type": JobType.CLIENT_MONITORING,
            "schedule_type": ScheduleType.DAILY,
            "hour_of_day": 9,
            "next_run_at": clock.now() + timedelta(days=1),
        }
        ids = [new_uuid() for _ in range(count)]
        session.execute(
            insert(AutomationSchedule),
            [{"id": each, "name": f"Schedule {n}", **shared} for n, each in enumerate(ids)],
        )
    return ids


def plan(due: Sequence[tuple[uuid.UUID, datetime]]) -> None:
    """Set the next due times, in the database and on the timetable."""
    with atomic() as session:
        for schedule_id, at in due:
            session.execute(
                update(AutomationSchedule)
                .where(AutomationSchedule.id == schedule_id)
                .values(next_run_at=at)
            )
    for schedule_id, at in due:
        services().timetable.register(str(schedule_id), at)


def delays_of(due: Sequence[tuple[uuid.UUID, datetime]]) -> list[float]:
    """Wait until each has its run; return how many seconds late each started, in order."""
    wanted = dict(due)

    def started() -> dict[uuid.UUID, datetime]:
        db.session.rollback()
        rows = db.session.execute(
            select(JobRun.schedule_id, JobRun.started_at).where(JobRun.started_at.is_not(None))
        )
        return {row[0]: row[1] for row in rows if row[0] in wanted and row[1] is not None}

    wait_for(lambda: len(started()) == len(wanted))
    return sorted((at - wanted[each]).total_seconds() for each, at in started().items())


def seconds_to_end(due: Sequence[tuple[uuid.UUID, datetime]]) -> float:
    """Wait until all these runs, which have nobody to look after, ended; return when that was."""
    wanted = [each for each, _ in due]
    ended = select(func.count(), func.max(JobRun.finished_at)).where(
        JobRun.schedule_id.in_(wanted), JobRun.finished_at.is_not(None)
    )

    def last() -> datetime | None:
        db.session.rollback()
        count, at = db.session.execute(ended).one()
        return at if count == len(wanted) else None

    wait_for(lambda: last() is not None)
    at = last()
    return (at - due[0][1]).total_seconds() if at else 0.0


def wait_for(condition: Callable[[], bool]) -> None:
    """Ask once a second, so that asking costs nothing that counts."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("the schedules did not start in time")
        time.sleep(1)


def figures_of(name: str, delays: Sequence[float]) -> dict[str, Figure]:
    """Return the middle, the 95th and the 99th of a hundred."""
    return {
        f"schedule_delay_{name}_p{share}": Figure(
            delays[min(len(delays) - 1, len(delays) * share // 100)], "s"
        )
        for share in (50, 95, 99)
    }


def measure() -> dict[str, Figure]:
    """Measure both cases one after the other."""
    ids = make_schedules(REGISTERED)
    wait_for(lambda: len(services().timetable.entries()) == REGISTERED)
    first = clock.now() + timedelta(seconds=5)
    spread = [(each, first + timedelta(seconds=0.5 * n)) for n, each in enumerate(ids[:STRAGGLERS])]
    plan(spread)
    figures = figures_of("10000_registered", delays_of(spread))
    at = clock.now() + timedelta(seconds=10)
    crowd = [(each, at) for each in ids[-CROWD:]]
    plan(crowd)
    figures |= figures_of("1000_at_once", delays_of(crowd))
    return figures | {"schedule_1000_at_once_all_ended": Figure(seconds_to_end(crowd), "s")}


def main() -> None:
    """Start everything, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=KINDS, default="sqlite")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beacon-bench-")))
        database = stack.enter_context(running_database(given.db, folder))
        redis = stack.enter_context(running_redis())
        environment = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "only-for-a-benchmark-on-this-machine",
            "INSTANCE_DIR": str(folder),
            "DATABASE_URL": database.url,
            "REDIS_URL": redis.url,
        }
        os.environ.update(environment)
        app = create_app(Settings.from_env(), patient=True)
        stack.enter_context(app.app_context())
        stack.callback(db.engine.dispose)
        machine = Machine(environment, redis, folder / "log")
        db.create_all()
        for name in NAMES:
            machine.start(name)
        stack.callback(machine.end)
        figures = measure()
    suffix = "" if given.db == "sqlite" else f"_{given.db}"
    record({f"{name}{suffix}": figure for name, figure in figures.items()})


if __name__ == "__main__":
    main()
