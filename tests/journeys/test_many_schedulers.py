"""Eight processes that all fire whatever is due: each slot becomes one run, and none is lost."""

import multiprocessing
import os
import traceback
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import JobType, RunStatus, ScheduleType
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, JobRunShard, User
from webapp.models.base import new_uuid
from webapp.services.slot_claims import due_schedules
from webapp.services.transactions import atomic

pytestmark = pytest.mark.slow
PROCESSES = 8
SLOTS = 1000 if os.environ.get("BEACON_TEST_SIZE") == "full" else 120


def make_due(ana: User, slot: datetime) -> None:
    shared = {
        "business_id": ana.business_id,
        "created_by_user_id": ana.id,
        "job_type": JobType.CLIENT_MONITORING,
        "schedule_type": ScheduleType.HOURLY,
        "minute_of_hour": slot.minute,
        "next_run_at": slot,
    }
    rows = [{"id": new_uuid(), "name": f"Due {number}", **shared} for number in range(SLOTS)]
    with atomic() as session:
        session.execute(insert(AutomationSchedule), rows)


def fire_all(app: Flask, settings: Settings, number: int) -> None:
    """Fire until nothing is due: most in batches, as every tick does, two one by one."""
    try:
        with app.app_context():
            db.engine.dispose(close=False)  # the parent's connections are not ours
            firing = World(settings).services.tick.firing
            while found := due_schedules(SLOTS):
                if number > 1:
                    firing.fire_due(part=number % 2, of=2)
                    continue
                for schedule_id in found:
                    firing.fire(schedule_id)
    except BaseException:  # noqa: BLE001 -- told on the way out, whatever it was
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # nothing of the test process's own is to be wound up here


def test_each_of_many_slots_becomes_one_run(database: Flask, ana: User, settings: Settings) -> None:
    slot = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=1)
    make_due(ana, slot)
    db.session.remove()
    fork = multiprocessing.get_context("fork")
    processes = [
        fork.Process(target=fire_all, args=(database, settings, number))
        for number in range(PROCESSES)
    ]
    for each in processes:
        each.start()
    for each in processes:
        each.join(timeout=100)
    assert [each.exitcode for each in processes] == [0] * PROCESSES
    runs = [
        (run.schedule_id, run.slot_at, run.status)
        for run in db.session.query(JobRun).execution_options(populate_existing=True)
    ]
    assert len(runs) == len(set(runs)) == SLOTS
    assert {status for _, _, status in runs} == {RunStatus.RUNNING}
    assert {at for _, at, _ in runs} == {slot}
    assert db.session.query(JobRunShard).count() == SLOTS, "each run was begun once"
