"""Runs as people see them: progress, strips, cancelling and retrying."""

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.doubles.schedule_collaborators import SilentScheduler, real_scheduler
from tests.statements import counted, selects
from webapp import clock
from webapp.config import Settings
from webapp.enums import ClientRunStatus, JobType, PipelineStep, RunStatus, RunTrigger
from webapp.errors import ConflictError, ForbiddenError
from webapp.extensions import db
from webapp.models import JobRun, JobRunClient, JobRunShard, User
from webapp.services.actors import actor_of
from webapp.services.job_runs import JobRunService
from webapp.services.run_progress import Stage, StageState
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")
DONE, FAILED = ClientRunStatus.DONE, ClientRunStatus.FAILED
RUNNING, PENDING = ClientRunStatus.RUNNING, ClientRunStatus.PENDING


@pytest.fixture
def scheduler() -> SilentScheduler:
    return SilentScheduler()


@pytest.fixture
def service(settings: Settings, scheduler: SilentScheduler) -> JobRunService:
    return JobRunService(scheduler=scheduler, ledger=real_scheduler(settings)[1])


def run_of(user: User, **values: Any) -> JobRun:
    return factories.job_run(factories.schedule(user), **values)


def take_part(run: JobRun, user: User, status: ClientRunStatus, **values: Any) -> JobRunClient:
    client = factories.client(user.business, name=values.pop("name", "Halcyon Health"))
    return factories.save(
        JobRunClient(
            job_run_id=run.id,
            client_id=client.id,
            business_id=run.business_id,
            client_name=client.name,
            status=status,
            **values,
        )
    )


def by_step(stages: list[Stage]) -> dict[PipelineStep, Stage]:
    return {stage.step: stage for stage in stages}


def test_progress_counts_clients_by_the_step_they_are_in(service: JobRunService, ana: User) -> None:
    run = run_of(ana, status=RunStatus.RUNNING, started_at=clock.now())
    take_part(run, ana, DONE, step=PipelineStep.INSIGHTS, events=2, ai_cost_usd=0.01)
    take_part(run, ana, RUNNING, step=PipelineStep.SAVE_RAW, results=5)
    take_part(run, ana, RUNNING)
    take_part(run, ana, PENDING)
    progress = service.progress(actor_of(ana), run.id)
    stages = by_step(progress.stages)
    assert (progress.total, progress.finished, progress.running) == (4, 1, 2)
    search, crm = stages[PipelineStep.SEARCH], stages[PipelineStep.CRM]
    assert (search.state, search.passed, search.inside) == (StageState.RUNNING, 2, 1)
    assert (crm.passed, crm.inside) == (1, 1)
    assert (progress.figures["results"], progress.figures["events"]) == (5, 2)


def test_a_failed_client_shows_where_it_failed(service: JobRunService, ana: User) -> None:
    run = run_of(ana, status=RunStatus.PARTIAL)
    take_part(run, ana, DONE, step=PipelineStep.INSIGHTS)
    take_part(run, ana, FAILED, step=PipelineStep.SAVE_RAW)
    stages = by_step(service.progress(actor_of(ana), run.id).stages)
    assert stages[PipelineStep.CRM].failed == 1
    assert {stage.state for stage in stages.values()} == {StageState.DONE}


@pytest.mark.parametrize(
    ("job_type", "steps"),
    [(JobType.NOTIFICATION_DIGEST, 0), (JobType.SEARCH_ONLY, 2), (JobType.CLIENT_MONITORING, 7)],
)
def test_each_job_has_its_own_stages(
    service: JobRunService, ana: User, job_type: JobType, steps: int
) -> None:
    run = run_of(ana, job_type=job_type)
    assert len(service.progress(actor_of(ana), run.id).stages) == steps


def test_progress_is_two_queries_however_many_clients(service: JobRunService, ana: User) -> None:
    run = run_of(ana, status=RunStatus.COMPLETED)
    for _ in range(5):
        take_part(run, ana, DONE)
    actor = actor_of(ana)
    with counted() as seen:
        service.progress(actor, run.id)
    assert selects(seen) == 2


@pytest.mark.parametrize(("minutes", "is_stalled"), [(0, False), (2, True)])
def test_a_run_nobody_starts_is_stalled_after_a_minute(
    service: JobRunService, ana: User, minutes: int, *, is_stalled: bool
) -> None:
    made = clock.now() - timedelta(minutes=minutes)
    run = run_of(ana, status=RunStatus.QUEUED, created_at=made)
    assert service.progress(actor_of(ana), run.id).is_stalled is is_stalled


def test_a_run_with_a_lease_is_not_stalled(service: JobRunService, ana: User) -> None:
    long_ago = clock.now() - timedelta(hours=1)
    run = run_of(ana, status=RunStatus.RUNNING, created_at=long_ago, started_at=long_ago)
    assert service.progress(actor_of(ana), run.id).is_stalled
    until = clock.now() + timedelta(seconds=60)
    factories.save(JobRunShard(job_run_id=run.id, number=0, lease_expires_at=until))
    assert not service.progress(actor_of(ana), run.id).is_stalled


def test_strips_hold_the_last_fourteen_oldest_first(service: JobRunService, ana: User) -> None:
    schedule, idle = factories.schedule(ana), factories.schedule(ana)
    runs = [factories.job_run(schedule) for _ in range(16)]
    strips = service.strips(actor_of(ana), [schedule.id, idle.id])
    assert [mark.run_id for mark in strips[schedule.id]] == [run.id for run in runs[2:]]
    assert idle.id not in strips


def test_strips_never_show_another_business(service: JobRunService, ana: User, cleo: User) -> None:
    run = run_of(ana)
    assert run.schedule_id is not None
    assert service.strips(actor_of(cleo), [run.schedule_id]) == {}


def test_cancelling_a_running_run_asks_it_to_stop(service: JobRunService, ana: User) -> None:
    run = run_of(ana, status=RunStatus.RUNNING)
    service.cancel(actor_of(ana), run.id)
    stored = db.session.get_one(JobRun, run.id, populate_existing=True)
    assert stored.cancel_requested_at is not None
    assert stored.status == RunStatus.RUNNING


def test_a_retry_holds_the_failed_clients_and_the_same_config(
    service: JobRunService, scheduler: SilentScheduler, ana: User
) -> None:
    run = run_of(ana, status=RunStatus.PARTIAL, config={"force_mock": True})
    failed = take_part(run, ana, FAILED)
    take_part(run, ana, DONE)
    scheduler.answer = run
    service.retry_failed(actor_of(ana), run.id)
    asked = scheduler.triggered[0]
    assert asked["client_ids"] == [str(failed.client_id)]
    assert (asked["trigger"], asked["retry_of"]) == (RunTrigger.RETRY, run.id)
    assert asked["config"] == {"force_mock": True}


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.COMPLETED])
def test_nothing_to_retry_is_a_conflict(
    service: JobRunService, ana: User, status: RunStatus
) -> None:
    run = run_of(ana, status=status)
    with pytest.raises(ConflictError):
        service.retry_failed(actor_of(ana), run.id)


def test_a_run_without_its_schedule_cannot_start_again(service: JobRunService, ana: User) -> None:
    run = run_of(ana)
    with atomic() as session:
        run.schedule_id = None
        session.flush()
    with pytest.raises(ConflictError):
        service.retry_failed(actor_of(ana), run.id)


def test_a_viewer_only_looks(service: JobRunService, ana: User) -> None:
    viewer = actor_of(factories.user(ana.business, name="Vic", role="viewer"))
    run = run_of(ana)
    assert service.get_run(viewer, run.id).id == run.id
    for act in (service.cancel, service.retry_failed, service.rerun):
        with pytest.raises(ForbiddenError):
            act(viewer, run.id)
