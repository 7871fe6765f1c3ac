"""Creating, changing, switching and deleting schedules."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tests import factories
from tests.doubles.schedule_collaborators import ScheduleDesk, schedule_desk
from webapp import clock
from webapp.config import Settings
from webapp.enums import JobType, LastRunStatus, ScheduleType
from webapp.errors import (
    AppError,
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, User
from webapp.schemas.schedules import ScheduleInput, ScheduleListQuery, SchedulePatch
from webapp.services.actors import actor_of
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def desk(settings: Settings) -> ScheduleDesk:
    return schedule_desk(settings)


@pytest.fixture(autouse=True)
def _monday_noon() -> None:
    clock.set_clock(NOON)


def daily(**values: object) -> ScheduleInput:
    return ScheduleInput.model_validate(
        {"name": "Every morning", "schedule_type": "daily", "hour_of_day": 9, **values}
    )


def patch(**values: object) -> SchedulePatch:
    return SchedulePatch.model_validate(values)


def bad_field(error: pytest.ExceptionInfo[InvalidInputError]) -> str:
    return error.value.errors[0].field


def test_everything_given_is_stored(desk: ScheduleDesk, ana: User) -> None:
    schedule = desk.service.create_schedule(
        actor_of(ana),
        daily(config='{"force_mock": true}', minute_of_hour=5, day_of_week=3, description="why"),
    )
    stored = db.session.get_one(AutomationSchedule, schedule.id, populate_existing=True)
    assert stored.config == {"force_mock": True}
    assert (stored.minute_of_hour, stored.day_of_week, stored.description) == (5, 3, "why")
    assert desk.scheduler.told == [("add", schedule.id)]


def test_the_next_run_is_computed_in_the_users_zone(desk: ScheduleDesk, ana: User) -> None:
    with atomic():
        ana.timezone = "Europe/Berlin"
    schedule = desk.service.create_schedule(actor_of(ana), daily())
    assert schedule.timezone == "Europe/Berlin"
    assert schedule.next_run_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_hour_zero_is_kept(desk: ScheduleDesk, ana: User) -> None:
    schedule = desk.service.create_schedule(actor_of(ana), daily(hour_of_day=0))
    assert schedule.hour_of_day == 0
    assert schedule.next_run_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("values", [{"schedule_type": "manual"}, {"is_active": False}])
def test_manual_and_inactive_schedules_have_no_next_run(
    desk: ScheduleDesk, ana: User, values: dict[str, object]
) -> None:
    assert desk.service.create_schedule(actor_of(ana), daily(**values)).next_run_at is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"hour_of_day": None}, "hour_of_day"),
        ({"schedule_type": "weekly"}, "day_of_week"),
        ({"schedule_type": "monthly"}, "day_of_month"),
        ({"schedule_type": "custom"}, "cron_expression"),
        ({"schedule_type": "custom", "cron_expression": "30 25 * * *"}, "cron_expression"),
        ({"schedule_type": "custom", "cron_expression": "* * * * * *"}, "cron_expression"),
        ({"schedule_type": "custom", "cron_expression": "0 0 30 2 *"}, "cron_expression"),
        ({"schedule_type": "custom", "cron_expression": "*/5 * * * *"}, "cron_expression"),
        ({"client_ids": [str(uuid.uuid4())]}, "client_ids"),
    ],
)
def test_what_could_not_run_is_refused_by_field(
    desk: ScheduleDesk, ana: User, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as error:
        desk.service.create_schedule(actor_of(ana), daily(**values))
    assert bad_field(error) == field
    assert db.session.query(AutomationSchedule).count() == 0


def test_a_bad_hour_is_called_so(desk: ScheduleDesk, ana: User) -> None:
    with pytest.raises(InvalidInputError, match="Bad hour"):
        desk.service.create_schedule(
            actor_of(ana), daily(schedule_type="custom", cron_expression="30 25 * * *")
        )


def test_a_creator_of_another_business_is_unknown(
    desk: ScheduleDesk, ana: User, cleo: User
) -> None:
    with pytest.raises(InvalidInputError) as error:
        desk.service.create_schedule(actor_of(ana), daily(created_by_user_id=cleo.id))
    assert bad_field(error) == "created_by_user_id"


def test_a_client_of_another_business_is_unknown(desk: ScheduleDesk, ana: User, cleo: User) -> None:
    foreign = factories.client(cleo.business, name="Castellan Bank")
    with pytest.raises(InvalidInputError) as error:
        desk.service.create_schedule(actor_of(ana), daily(client_ids=[str(foreign.id)]))
    assert bad_field(error) == "client_ids"


def test_a_foreign_business_is_forbidden(desk: ScheduleDesk, ana: User, cleo: User) -> None:
    with pytest.raises(ForbiddenError):
        desk.service.create_schedule(actor_of(ana), daily(business_id=str(cleo.business_id)))


def test_the_creator_is_always_the_caller(desk: ScheduleDesk, ana: User, ben: User) -> None:
    schedule = desk.service.create_schedule(actor_of(ana), daily(created_by_user_id=ben.id))
    assert schedule.created_by_user_id == ana.id


def test_a_business_has_room_for_so_many_schedules(settings: Settings, ana: User) -> None:
    small = schedule_desk(settings.model_copy(update={"max_schedules_per_business": 1}))
    small.service.create_schedule(actor_of(ana), daily())
    with pytest.raises(ConflictError):
        small.service.create_schedule(actor_of(ana), daily())


def test_a_patch_changes_only_what_it_holds(desk: ScheduleDesk, ana: User) -> None:
    schedule = desk.service.create_schedule(actor_of(ana), daily(minute_of_hour=20))
    changed = desk.service.update_schedule(actor_of(ana), schedule.id, patch(name="Renamed"))
    assert (changed.name, changed.hour_of_day, changed.minute_of_hour) == ("Renamed", 9, 20)
    assert desk.scheduler.told[-1] == ("update", schedule.id)


def test_a_new_time_plans_the_next_run_anew(desk: ScheduleDesk, ana: User) -> None:
    schedule = desk.service.create_schedule(actor_of(ana), daily())
    desk.service.update_schedule(actor_of(ana), schedule.id, patch(hour_of_day=0))
    assert schedule.next_run_at == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def test_a_patch_must_lead_to_a_timing_that_runs(desk: ScheduleDesk, ana: User) -> None:
    schedule = desk.service.create_schedule(actor_of(ana), daily())
    with pytest.raises(InvalidInputError) as error:
        desk.service.update_schedule(actor_of(ana), schedule.id, patch(schedule_type="weekly"))
    assert bad_field(error) == "day_of_week"
    assert schedule.schedule_type == ScheduleType.DAILY


def test_clients_can_be_set_back_to_all(desk: ScheduleDesk, ana: User) -> None:
    client = factories.client(ana.business)
    schedule = desk.service.create_schedule(actor_of(ana), daily(client_ids=[str(client.id)]))
    desk.service.update_schedule(actor_of(ana), schedule.id, patch(client_ids=None))
    assert schedule.client_ids is None


def test_activating_forgets_the_failures(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(
        ana,
        is_active=False,
        consecutive_failures=5,
        last_error_message="401",
        disabled_reason="off",
        next_run_at=None,
    )
    desk.service.activate_schedule(actor_of(ana), schedule.id)
    assert (schedule.consecutive_failures, schedule.last_error_message) == (0, None)
    assert schedule.disabled_reason is None
    assert schedule.next_run_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_deactivating_takes_the_next_run_away(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(ana)
    desk.service.deactivate_schedule(actor_of(ana), schedule.id)
    assert (schedule.is_active, schedule.next_run_at) == (False, None)
    assert desk.scheduler.told == [("update", schedule.id)]


def test_a_deleted_schedule_leaves_its_runs(desk: ScheduleDesk, ana: User) -> None:
    schedule = factories.schedule(ana)
    run = factories.job_run(schedule)
    desk.service.delete_schedule(actor_of(ana), schedule.id)
    kept = db.session.get_one(JobRun, run.id, populate_existing=True)
    assert (kept.schedule_id, kept.schedule_name) == (None, "Every morning")
    assert desk.scheduler.told == [("remove", schedule.id)]


@pytest.mark.parametrize("act", ["get", "update", "delete", "activate", "deactivate", "trigger"])
def test_a_foreign_schedule_is_unknown(desk: ScheduleDesk, ana: User, cleo: User, act: str) -> None:
    actor, schedule_id = actor_of(cleo), factories.schedule(ana).id
    acts: dict[str, Any] = {
        "get": lambda: desk.service.get_schedule(actor, schedule_id),
        "update": lambda: desk.service.update_schedule(actor, schedule_id, patch(name="x")),
        "delete": lambda: desk.service.delete_schedule(actor, schedule_id),
        "activate": lambda: desk.service.activate_schedule(actor, schedule_id),
        "deactivate": lambda: desk.service.deactivate_schedule(actor, schedule_id),
        "trigger": lambda: desk.service.trigger(actor, schedule_id),
    }
    with pytest.raises(NotFoundError):
        acts[act]()


def test_a_csm_changes_only_their_own(desk: ScheduleDesk, ana: User, ben: User) -> None:
    own, other = factories.schedule(ben), factories.schedule(ana)
    desk.service.update_schedule(actor_of(ben), own.id, patch(name="Mine"))
    with pytest.raises(ForbiddenError):
        desk.service.update_schedule(actor_of(ben), other.id, patch(name="Yours"))


def test_a_viewer_creates_and_triggers_nothing(desk: ScheduleDesk, ana: User) -> None:
    viewer = actor_of(factories.user(ana.business, name="Vic", role="viewer"))
    schedule = factories.schedule(ana)
    for act in (
        lambda: desk.service.create_schedule(viewer, daily()),
        lambda: desk.service.trigger(viewer, schedule.id),
    ):
        with pytest.raises(AppError, match="role"):
            act()


def test_lists_are_filtered_counted_and_newest_first(desk: ScheduleDesk, ana: User) -> None:
    first = factories.schedule(ana, name="100% watch")
    second = factories.schedule(ana, name="Digest", job_type=JobType.NOTIFICATION_DIGEST)
    third = factories.schedule(ana, is_active=False, last_run_status=LastRunStatus.FAILED)
    cases: list[tuple[dict[str, object], list[AutomationSchedule]]] = [
        ({}, [third, second, first]),
        ({"is_active": True}, [second, first]),
        ({"job_type": "notification_digest"}, [second]),
        ({"last_run_status": "failed"}, [third]),
        ({"q": "0%"}, [first]),
    ]
    for values, expected in cases:
        query = ScheduleListQuery.model_validate(values)
        assert desk.service.get_schedules(actor_of(ana), query) == (expected, len(expected))


def test_a_page_of_the_list_knows_the_total(desk: ScheduleDesk, ana: User) -> None:
    made = [factories.schedule(ana, name=str(number)) for number in range(3)]
    rows, total = desk.service.get_schedules(actor_of(ana), ScheduleListQuery(skip=1, limit=1))
    assert (rows, total) == ([made[1]], 3)


def test_only_active_schedules_with_a_time_are_for_the_timetable(
    desk: ScheduleDesk, ana: User, cleo: User
) -> None:
    wanted = {factories.schedule(ana).id, factories.schedule(cleo).id}
    factories.schedule(ana, is_active=False)
    factories.schedule(ana, schedule_type=ScheduleType.MANUAL, next_run_at=None)
    assert {each.id for each in desk.service.get_all_active_schedules()} == wanted
