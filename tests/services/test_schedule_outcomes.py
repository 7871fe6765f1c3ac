"""What runs do to their schedule."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.doubles.schedule_collaborators import ScheduleDesk, schedule_desk
from webapp import clock
from webapp.config import Settings
from webapp.enums import LastRunStatus, RunTrigger
from webapp.models import AutomationSchedule, User
from webapp.services.actors import actor_of

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def desk(settings: Settings) -> ScheduleDesk:
    return schedule_desk(settings)


@pytest.fixture(autouse=True)
def _monday_noon() -> None:
    clock.set_clock(NOON)


def fail(desk: ScheduleDesk, schedule: AutomationSchedule, times: int) -> None:
    for number in range(times):
        run = factories.job_run(schedule)
        desk.service.record_job_failure(schedule.id, run, f"error {number + 1}")


def test_a_success_writes_status_run_and_times(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(ana, consecutive_failures=2, last_error_message="503")
    run = factories.job_run(schedule, started_at=NOON - timedelta(minutes=2))
    desk.service.record_job_success(schedule.id, run)
    assert schedule.last_run_status == LastRunStatus.SUCCESS
    assert (schedule.last_run_job_id, schedule.last_run_at) == (run.id, run.started_at)
    assert (schedule.consecutive_failures, schedule.last_error_message) == (0, None)
    assert schedule.next_run_at is not None


def test_a_success_plans_a_next_run_that_is_missing(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(ana, next_run_at=None)
    desk.service.record_job_success(schedule.id, factories.job_run(schedule))
    assert schedule.next_run_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_a_slot_that_fell_due_meanwhile_is_not_passed_over(desk: ScheduleDesk, ana: User) -> None:
    due = NOON - timedelta(minutes=1)
    schedule = factories.schedule(ana, next_run_at=due)
    desk.service.record_job_success(schedule.id, factories.job_run(schedule))
    assert schedule.next_run_at == due


def test_a_success_does_not_activate(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(ana, is_active=False, next_run_at=None)
    desk.service.record_job_success(schedule.id, factories.job_run(schedule))
    assert (schedule.is_active, schedule.next_run_at) == (False, None)


def test_four_failures_leave_a_schedule_on(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(ana)
    fail(desk, schedule, 4)
    assert (schedule.is_active, schedule.consecutive_failures) == (True, 4)
    assert schedule.last_error_message == "error 4"
    assert schedule.last_error_at is not None
    assert desk.email.mails == []


def test_the_fifth_failure_switches_off_and_tells_creator_and_admins(
    desk: ScheduleDesk, ana: User, ben: User
) -> None:
    factories.user(ana.business, name="Dora", role="csm")
    factories.user(ana.business, name="Eric", role="admin", is_active=False)
    schedule = factories.schedule(ben)
    fail(desk, schedule, 5)
    assert (schedule.is_active, schedule.next_run_at) == (False, None)
    assert desk.scheduler.told == [("remove", schedule.id)]
    assert desk.notifications.alerts[0]["user_ids"] == [ana.id, ben.id]
    assert desk.email.mails[0]["user_ids"] == [ana.id, ben.id]
    assert "error 5" in desk.email.mails[0]["body"]


def test_failures_of_a_schedule_that_is_off_tell_nobody_again(
    desk: ScheduleDesk, ana: User
) -> None:
    schedule = factories.schedule(ana)
    fail(desk, schedule, 7)
    assert len(desk.email.mails) == 1


def test_a_success_in_between_starts_the_count_anew(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(ana)
    fail(desk, schedule, 4)
    desk.service.record_job_success(schedule.id, factories.job_run(schedule))
    fail(desk, schedule, 4)
    assert schedule.is_active


def test_a_schedule_deleted_meanwhile_is_passed_over(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(ana)
    run = factories.job_run(schedule)
    desk.service.delete_schedule(actor_of(ana), schedule.id)
    desk.service.record_job_failure(schedule.id, run, "too late")
    desk.service.update_last_run(schedule.id, run)


def test_a_trigger_starts_a_run_of_the_caller(desk: ScheduleDesk, ana: User, ben: User) -> None:
    schedule = factories.schedule(ana, is_active=False, next_run_at=None)
    desk.scheduler.answer = factories.job_run(schedule)
    assert desk.service.trigger(actor_of(ben), schedule.id) is desk.scheduler.answer
    asked = desk.scheduler.triggered[0]
    assert (asked["user_id"], asked["trigger"]) == (ben.id, RunTrigger.MANUAL)
