"""The scheduler's state over JSON."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import ProcessKind, RunStatus
from webapp.models import ProcessHeartbeat, User

As = Callable[[User], FlaskClient]
STATUS, RECENT = "/api/v1/scheduler/status", "/api/v1/scheduler/jobs/recent"


def beat(kind: ProcessKind, *, seconds_ago: int) -> None:
    at = clock.now() - timedelta(seconds=seconds_ago)
    factories.save(ProcessHeartbeat(name=f"{kind}-1", kind=kind, started_at=at, beat_at=at))


def test_only_registered_jobs_of_the_business_are_listed(api_as: As, ana: User, cleo: User) -> None:
    own = factories.schedule(ana)
    factories.schedule(cleo)
    factories.schedule(ana, is_active=False, next_run_at=None)
    factories.schedule(ana, schedule_type="manual", next_run_at=None)
    status = api_as(ana).get(STATUS).get_json()
    assert [(each["id"], each["name"]) for each in status["jobs"]] == [(str(own.id), own.name)]
    assert status["jobs"][0]["next_run"].endswith("Z")
    assert status["total_jobs"] == 1


@pytest.mark.parametrize(("seconds_ago", "is_running"), [(5, True), (31, False)])
def test_running_means_a_young_heartbeat(
    api_as: As,
    ana: User,
    seconds_ago: int,
    is_running: bool,  # noqa: FBT001 -- a table's column
) -> None:
    beat(ProcessKind.SCHEDULER, seconds_ago=seconds_ago)
    beat(ProcessKind.WORKER, seconds_ago=1)
    status = api_as(ana).get(STATUS).get_json()
    assert (status["running"], status["workers"]) == (is_running, 1)
    assert status["heartbeat_at"].endswith("Z")


def test_without_any_process_nothing_runs(api_as: As, ana: User) -> None:
    status = api_as(ana).get(STATUS).get_json()
    assert (status["running"], status["heartbeat_at"], status["workers"]) == (False, None, 0)


def test_recent_runs_are_the_newest_of_the_business(api_as: As, ana: User, cleo: User) -> None:
    schedule = factories.schedule(ana)
    runs = [factories.job_run(schedule) for _ in range(3)]
    factories.job_run(factories.schedule(cleo))
    page = api_as(ana).get(f"{RECENT}?limit=2").get_json()
    assert [each["id"] for each in page["jobs"]] == [str(runs[2].id), str(runs[1].id)]
    assert (page["total"], page["limit"]) == (3, 2)


def test_recent_runs_are_ten_unless_told(api_as: As, ana: User) -> None:
    assert api_as(ana).get(RECENT).get_json()["limit"] == 10


def test_recent_runs_can_be_filtered(api_as: As, ana: User) -> None:
    schedule = factories.schedule(ana)
    failed = factories.job_run(schedule, status=RunStatus.FAILED)
    factories.job_run(schedule)
    factories.job_run(factories.schedule(ana), status=RunStatus.FAILED)
    page = api_as(ana).get(f"{RECENT}?status=failed&schedule_id={schedule.id}").get_json()
    assert [each["id"] for each in page["jobs"]] == [str(failed.id)]


@pytest.mark.parametrize("query", ["limit=51", "limit=0", "status=odd", "schedule_id=1"])
def test_a_bad_query_is_422(api_as: As, ana: User, query: str) -> None:
    assert api_as(ana).get(f"{RECENT}?{query}").status_code == 422
