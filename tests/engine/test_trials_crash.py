"""A worker that dies over a trial, wherever it is, leaves nothing that is done twice."""

import gc
from datetime import timedelta
from uuid import UUID

import pytest

from tests.doubles.providers import ScriptedAI, result
from tests.doubles.world import World
from tests.engine.test_crash_points import ProcessDiedError, dying_after, wipe_work
from tests.engine.trials import FUNDING, LAWSUIT, OTHER, actor, begin, trial, work
from webapp import clock
from webapp.enums import Category, Channel, TrialStatus
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    EmailLog,
    Event,
    EventRevision,
    Notification,
    NotificationDecision,
    ReprocessTrial,
    Story,
    User,
)
from webapp.queueing import JobName
from webapp.services.transactions import atomic

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ONCE = {
    "events": 2,
    "event_revisions": 1,
    "stories": 2,
    "notifications": 4,
    "notification_decisions": 4 * len(Channel),
    "email_logs": 4,
}


def counts() -> dict[str, int]:
    db.session.rollback()
    tables = (Event, EventRevision, Story, Notification, NotificationDecision, EmailLog)
    return {table.__tablename__: db.session.query(table).count() for table in tables}


def prepare(world: World, schedule: AutomationSchedule) -> None:
    """Leave one event that nobody was told of, and one row that made none."""
    wipe_work(schedule)
    with atomic() as session:
        session.query(Story).delete()
        session.query(ReprocessTrial).delete()
    world.others[:] = [ScriptedAI(model="finer", category=Category.PARTNERSHIP, relevance=0.9)]
    for title, relevance in ((FUNDING, 0.6), (LAWSUIT, 0.1)):
        world.model.relevance = world.rules.relevance = relevance
        world.rules.category = world.model.category
        world.source.results = [result(title)]
        world.run(schedule)
        clock.set_clock(clock.now() + timedelta(hours=8))


def crash(world: World, trial_id: UUID, after: int) -> None:
    with dying_after(after):
        try:
            world.services.trials.runner.work(trial_id)
        except ProcessDiedError:
            pass
        finally:
            db.session.remove()
            gc.collect()


def go_on(world: World, trial_id: UUID) -> None:
    """Do what tick and worker do once the lease of the dead has passed."""
    clock.set_clock(clock.now() + timedelta(minutes=3))
    world.queue.jobs.clear()
    if world.services.trials.dispatch():
        assert world.queue.ids_of(JobName.WORK_ON_TRIAL) == [str(trial_id)]
        work(world, trial_id)


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.long)])
def test_a_trial_is_judged_and_adopted_once_wherever_the_worker_dies(
    world: World, schedule: AutomationSchedule, ana: User, step: int
) -> None:
    who = actor(ana)
    prepare(world, schedule)
    trial_id = begin(world, ana, **OTHER)
    with dying_after(-1) as judging:
        work(world, trial_id)
    world.services.trials.adopt(who, trial_id)
    with dying_after(-1) as adopting:
        work(world, trial_id)
    assert counts() == ONCE
    assert (judging(), adopting()) > (20, 20)
    for during, points in (("judging", judging()), ("adopting", adopting())):
        for point in range(1, points + 1, step):
            prepare(world, schedule)
            trial_id = begin(world, ana, **OTHER)
            if during == "judging":
                crash(world, trial_id, point)
                go_on(world, trial_id)
            else:
                work(world, trial_id)
            assert trial(trial_id).status is TrialStatus.READY, (during, point)
            world.services.trials.adopt(who, trial_id)
            if during == "adopting":
                crash(world, trial_id, point)
                go_on(world, trial_id)
            else:
                work(world, trial_id)
            assert trial(trial_id).status is TrialStatus.ADOPTED, (during, point)
            assert counts() == ONCE, (during, point)
