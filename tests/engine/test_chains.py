"""A schedule that waits for another one starts once at its end, and says why when it does not."""

import pytest

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp.enums import DependencyCondition, RunReason, RunStatus, RunTrigger, ScheduleType
from webapp.errors import ProviderUnavailableError
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, User
from webapp.queueing import JobName

NEWS = "Halcyon Health raises $65M in Series C funding"


@pytest.fixture
def follower(schedule: AutomationSchedule, ana: User) -> AutomationSchedule:
    return waiting_for(schedule, ana)


def waiting_for(
    parent: AutomationSchedule,
    ana: User,
    condition: DependencyCondition | None = None,
    **values: object,
) -> AutomationSchedule:
    row = {"next_run_at": None, "schedule_type": ScheduleType.MANUAL, **values}
    return factories.schedule(
        ana,
        name="Then this",
        depends_on_schedule_id=parent.id,
        depends_on_condition=condition,
        **row,
    )


def run_of(schedule: AutomationSchedule) -> JobRun:
    return db.session.query(JobRun).filter_by(schedule_id=schedule.id).one()


def log_of(run: JobRun) -> str:
    return "\n".join(line["text"] for line in run.log)


def fail(world: World) -> None:
    world.source.error = ProviderUnavailableError("down")
    world.settings = world.settings.model_copy(update={"mock_fallback": "off"})


def test_the_end_of_a_run_starts_what_waits_for_it(
    world: World, schedule: AutomationSchedule, follower: AutomationSchedule
) -> None:
    first = world.run(schedule)
    second = run_of(follower)
    assert (second.status, second.trigger) == (RunStatus.QUEUED, RunTrigger.CHAIN)
    assert second.chained_from_id == first.id
    assert str(second.id) in world.queue.ids_of(JobName.START_RUN)
    assert "Follows “Every morning” ended completed with 0 new events" in log_of(second)
    assert "“Then this” was started" in log_of(first)


@pytest.mark.parametrize(
    ("condition", "news", "starts"),
    [
        (None, False, True),
        (DependencyCondition.SUCCESS, False, True),
        (DependencyCondition.NEW_EVENTS, True, True),
        (DependencyCondition.NEW_EVENTS, False, False),
        (DependencyCondition.ANY_END, False, True),
    ],
)
def test_what_is_wanted_of_the_end_decides(
    world: World,
    schedule: AutomationSchedule,
    ana: User,
    condition: DependencyCondition | None,
    *,
    news: bool,
    starts: bool,
) -> None:
    follower = waiting_for(schedule, ana, condition)
    world.source.results = [result(NEWS)] if news else []
    world.run(schedule)
    run = run_of(follower)
    assert run.status is (RunStatus.QUEUED if starts else RunStatus.SKIPPED)
    if not starts:
        assert run.reason is RunReason.CONDITION_NOT_MET
        assert "wanted new events" in log_of(run)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (DependencyCondition.SUCCESS, RunStatus.SKIPPED),
        (DependencyCondition.ANY_END, RunStatus.QUEUED),
    ],
)
def test_a_failed_run_starts_only_who_takes_any_end(
    world: World,
    schedule: AutomationSchedule,
    ana: User,
    condition: DependencyCondition,
    status: RunStatus,
) -> None:
    follower = waiting_for(schedule, ana, condition)
    fail(world)
    assert world.run(schedule).status is RunStatus.FAILED
    assert run_of(follower).status is status


def test_a_paused_schedule_is_not_started(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    follower = waiting_for(schedule, ana, is_active=False)
    world.run(schedule)
    assert db.session.query(JobRun).filter_by(schedule_id=follower.id).count() == 0


def test_a_cancelled_run_starts_nothing(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    follower = waiting_for(schedule, ana, DependencyCondition.ANY_END)
    run = world.services.scheduler.trigger_manual_run(schedule, user_id=ana.id)
    world.services.engine.start_run(run.id)
    world.services.ledger.request_cancel(run.id)
    for shard_id in world.services.ledger.open_shards(run.id):
        world.services.engine.run_shard(shard_id)
    assert run_of(schedule).status is RunStatus.CANCELLED
    assert db.session.query(JobRun).filter_by(schedule_id=follower.id).count() == 0


def test_one_end_starts_a_follower_once_however_often_it_is_followed(
    world: World, schedule: AutomationSchedule, follower: AutomationSchedule
) -> None:
    first = world.run(schedule)
    assert world.services.engine.rescue() == 0
    world.services.engine.end_overdue(first.id)
    assert run_of(follower).chained_from_id == first.id


def test_a_follower_that_still_runs_is_recorded_as_skipped(
    world: World, schedule: AutomationSchedule, follower: AutomationSchedule
) -> None:
    world.run(schedule)
    world.run(schedule)
    runs = db.session.query(JobRun).filter_by(schedule_id=follower.id).order_by(JobRun.created_at)
    assert [(run.status, run.reason) for run in runs] == [
        (RunStatus.QUEUED, None),
        (RunStatus.SKIPPED, RunReason.OVERLAP),
    ]


def test_a_chain_goes_on_over_several_schedules(
    world: World, schedule: AutomationSchedule, follower: AutomationSchedule, ana: User
) -> None:
    last = waiting_for(follower, ana)
    world.run(schedule)
    world.services.engine.execute_client_monitoring_job(run_of(follower).id)
    assert run_of(last).status is RunStatus.QUEUED
