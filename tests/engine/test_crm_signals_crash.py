"""A process that dies while changes of a CRM are told tells none twice and loses none."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from tests import factories
from tests.doubles.providers import ScriptedCRM, result
from tests.doubles.world import World
from tests.engine.crash_walk import assert_told_once_wherever_it_dies, counts
from tests.engine.test_crash_points import begin, wipe_work
from webapp import clock
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    CrmStanding,
    EmailLog,
    Event,
    Insight,
    Notification,
    Story,
    User,
)
from webapp.providers.base import CRMContact
from webapp.services.transactions import atomic

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.usefixtures("database")]

NEWS = "Halcyon Health raises $65M in Series C funding"
IDA, BO = CRMContact("Ida Storm", is_champion=True), CRMContact("Bo Lind")
ONCE = {Story: 3, Event: 3, Insight: 3, Notification: 6, EmailLog: 6, CrmStanding: 1}


@pytest.fixture
def world(settings: Settings) -> World:
    return World(settings, crms=[ScriptedCRM()])


def prepare(world: World, schedule: AutomationSchedule) -> None:
    """Let the CRM be known as calm, and lay ready a risk, a leaving and a report."""
    wipe_work(schedule)
    with atomic() as session:
        for table in (CrmStanding, Story):
            session.query(table).delete()
    world.source.results = []
    world.crms[0].facts = {"contacts": (IDA, BO), "has_all_contacts": True}
    world.run(schedule)
    clock.set_clock(clock.now() + timedelta(hours=7))
    world.source.results = [result(NEWS)]
    world.crms[0].facts = {"contacts": (BO,), "has_all_contacts": True, "health": "Red"}


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.long)])
def test_a_change_in_the_crm_is_told_once_wherever_the_process_dies(
    world: World, schedule: AutomationSchedule, step: int
) -> None:
    assert_told_once_wherever_it_dies(world, schedule, prepare=prepare, once=ONCE, step=step)


def test_two_runs_at_the_same_time_tell_a_change_once(
    world: World, schedule: AutomationSchedule, ana: User, database: Flask
) -> None:
    prepare(world, schedule)
    runs = [begin(world, schedule), begin(world, factories.schedule(ana, name="Another"))]

    together = threading.Barrier(2)

    def work(run_id: uuid.UUID) -> None:
        with database.app_context():
            together.wait()
            world.services.engine.execute_client_monitoring_job(run_id)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(work, run_id) for run_id in runs]:
            each.result()
    db.session.rollback()
    assert counts(ONCE) == ONCE
