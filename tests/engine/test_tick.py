"""The tick finds what was forgotten, and one thing that fails never stops the rest."""

from datetime import timedelta

import pytest

from tests import factories
from tests.doubles.world import World
from webapp import clock
from webapp.enums import EmailStatus, RunReason, RunStatus, RunTrigger, ShardStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, JobRunShard, Notification, User
from webapp.queueing import JobName
from webapp.services.transactions import atomic


def test_one_broken_schedule_never_stops_the_others(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    hour_ago = clock.now() - timedelta(minutes=50)
    broken = factories.schedule(ana, next_run_at=hour_ago, timezone="Mars/Base")
    with atomic() as session:
        session.get_one(AutomationSchedule, schedule.id).next_run_at = hour_ago
    world.services.tick.tick()
    fired = [run.schedule_id for run in db.session.query(JobRun)]
    assert fired == [schedule.id]
    db.session.refresh(broken)
    assert not broken.is_active
    assert "Mars/Base" in (broken.last_error_message or "")
    assert [each.title for each in db.session.query(Notification)] == [
        f"“{broken.name}” was switched off"
    ]


def test_everything_that_is_due_is_fired_and_started_here(world: World, ana: User) -> None:
    due = clock.now() - timedelta(minutes=1)
    made = {factories.schedule(ana, next_run_at=due, name=str(n)).id for n in range(7)}
    assert world.services.tick.firing.fire_due(part=0, of=2) == 7
    runs = db.session.query(JobRun).all()
    assert {run.schedule_id for run in runs} == made
    assert {run.status for run in runs} == {RunStatus.RUNNING}
    assert world.queue.ids_of(JobName.START_RUN) == []
    assert len(world.queue.ids_of(JobName.RUN_SHARD)) == 7


def test_a_queued_run_whose_job_was_lost_is_put_on_the_queue_again(
    world: World, schedule: AutomationSchedule
) -> None:
    with atomic():
        run = world.services.ledger.create_run(schedule, trigger=RunTrigger.MANUAL)
    world.queue.jobs.clear()
    clock.set_clock(clock.now() + timedelta(minutes=1))
    world.services.tick.dispatch_runs()
    assert world.queue.ids_of(JobName.START_RUN) == [str(run.id)]


def test_a_run_that_only_waits_its_turn_is_not_queued_twice(
    world: World, schedule: AutomationSchedule
) -> None:
    with atomic():
        world.services.ledger.create_run(schedule, trigger=RunTrigger.MANUAL)
    for _ in range(3):
        clock.set_clock(clock.now() + timedelta(minutes=1))
        assert world.services.tick.dispatch_runs() == 0
    assert len(world.queue.ids_of(JobName.START_RUN)) == 1


def test_a_shard_is_queued_again_only_when_its_job_is_gone(
    world: World, schedule: AutomationSchedule
) -> None:
    with atomic():
        run = world.services.ledger.create_run(schedule, trigger=RunTrigger.MANUAL)
    world.services.engine.start_run(run.id)
    clock.set_clock(clock.now() + timedelta(minutes=1))
    assert world.services.tick.dispatch_shards() == 0
    world.queue.jobs.clear()
    clock.set_clock(clock.now() + timedelta(minutes=1))
    assert [world.services.tick.dispatch_shards() for _ in range(2)] == [1, 0]


def test_a_run_that_takes_too_long_is_ended(world: World, schedule: AutomationSchedule) -> None:
    with atomic():
        run = world.services.ledger.create_run(schedule, trigger=RunTrigger.MANUAL)
    world.services.engine.start_run(run.id)
    clock.set_clock(clock.now() + timedelta(hours=2))
    world.services.tick.tick()
    ended = db.session.get_one(JobRun, run.id, populate_existing=True)
    assert (ended.status, ended.reason) == (RunStatus.FAILED, RunReason.TIMEOUT)
    assert db.session.query(JobRunShard).one().status is ShardStatus.CANCELLED


@pytest.mark.parametrize(("waiting", "added"), [(0, 1), (51, 0)])
def test_mails_that_wait_already_are_not_queued_without_end(
    world: World, ana: User, waiting: int, added: int
) -> None:
    factories.email_log(ana, status=EmailStatus.PENDING, sent_at=None, next_attempt_at=clock.now())
    world.queue.waiting = waiting
    assert world.services.tick.dispatch_emails() == added
