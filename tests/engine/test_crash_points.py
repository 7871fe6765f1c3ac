"""The process may die after any SQL statement: the next attempt ends with the same result."""

import gc
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.engine import Connection

from tests.doubles.providers import result
from tests.doubles.world import World
from webapp import clock
from webapp.enums import Channel, RunStatus, RunTrigger
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    EmailLog,
    Event,
    EventRawData,
    Insight,
    JobRun,
    JobRunClient,
    Notification,
    NotificationDecision,
    SourceCheck,
)
from webapp.services.transactions import atomic

pytestmark = pytest.mark.slow

NEWS = "Halcyon Health raises $65M in Series C funding"
TABLES = (EventRawData, Event, Insight, Notification, NotificationDecision, EmailLog)
ONCE = {
    "event_raw_data": 1,
    "events": 1,
    "insights": 1,
    "notifications": 2,
    "notification_decisions": 2 * len(Channel),
    "email_logs": 2,
}


class ProcessDiedError(BaseException):
    """Stands for SIGKILL: nothing catches it, nothing more is written."""


@contextmanager
def dying_after(statements: int) -> Iterator[Callable[[], int]]:
    """Raise after so many statements that write or read; yields how many there were."""
    seen = 0
    dead = False

    def count(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal seen, dead
        if statement.startswith("BEGIN"):
            return  # dying right after it is dying right before it
        seen += 1
        if dead or seen == statements:
            dead = True
            raise ProcessDiedError

    event.listen(Engine, "after_cursor_execute", count)
    try:
        yield lambda: seen
    finally:
        event.remove(Engine, "after_cursor_execute", count)


def rows() -> dict[str, int]:
    return {
        table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in TABLES
    }


def begin(world: World, schedule: AutomationSchedule) -> uuid.UUID:
    with atomic():
        return world.services.ledger.create_run(schedule, trigger=RunTrigger.MANUAL).id


def finish(world: World, run_id: uuid.UUID) -> JobRun:
    """Do what tick and workers do: wait until leases have passed, then take up what is open."""
    for _ in range(4):
        clock.set_clock(clock.now() + timedelta(minutes=3))
        world.services.tick.dispatch_runs()
        world.services.tick.dispatch_shards()
        world.services.engine.execute_client_monitoring_job(run_id)
        world.services.engine.rescue()
    return db.session.get_one(JobRun, run_id, populate_existing=True)


def crash(world: World, run_id: uuid.UUID, after: int) -> None:
    with dying_after(after):
        try:
            world.services.engine.execute_client_monitoring_job(run_id)
        except ProcessDiedError:
            pass
        finally:
            db.session.remove()
            gc.collect()  # a cursor of the dead would keep its transaction open


def statements_of_a_run(world: World, schedule: AutomationSchedule) -> int:
    with dying_after(-1) as seen:
        world.run(schedule)
    return seen()


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.long)])
def test_each_event_is_told_once_wherever_the_process_dies(
    world: World, schedule: AutomationSchedule, step: int
) -> None:
    world.source.results = [result(NEWS)]
    total = statements_of_a_run(world, schedule)
    assert total > 30
    for point in range(1, total + 1, step):
        wipe_work(schedule)
        run_id = begin(world, schedule)
        crash(world, run_id, point)
        run = finish(world, run_id)
        assert run.status is RunStatus.COMPLETED, f"died after statement {point}"
        assert rows() == ONCE, f"died after statement {point}"
        assert db.session.query(JobRunClient).one().events == 1


def wipe_work(schedule: AutomationSchedule) -> None:
    """Start over with the schedule, its client and its people."""
    schedule_id = schedule.id
    db.session.remove()
    clock.set_clock(None)
    with atomic() as session:
        for table in (EmailLog, Notification, Event, EventRawData, SourceCheck, JobRun):
            session.query(table).delete()
        session.query(AutomationSchedule).filter_by(id=schedule_id).update(
            {"consecutive_failures": 0}
        )
