"""The real processes: a schedule fires by itself, and no kill loses or doubles anything."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.journeys.deployment import Deployment, deployed, wait_until
from webapp import clock
from webapp.container import services
from webapp.enums import EmailStatus, ProcessKind, RunStatus
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    EmailLog,
    Event,
    JobRun,
    JobRunClient,
    ProcessHeartbeat,
)
from webapp.services.transactions import atomic

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
CLIENTS = 30


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A worker and a scheduler that take over a silent worker's clients after ten seconds."""
    with deployed(tmp_path, LEASE_SECONDS="10", MONITOR_CONCURRENCY="2") as running:
        wait_until(running.sees(lambda: {ProcessKind.WORKER, ProcessKind.SCHEDULER} <= alive()))
        yield running


@pytest.fixture
def schedule(deployment: Deployment) -> AutomationSchedule:
    """A daily schedule over some clients, not due today."""
    assert deployment.processes
    return watched_schedule()


def watched_schedule() -> AutomationSchedule:
    ana = factories.user(factories.business(), name="Ana", role="admin")
    for number in range(CLIENTS):
        factories.client(ana.business, owner=ana, name=f"Company {number}")
    return factories.schedule(ana, config={"force_mock": True})


def alive() -> set[ProcessKind]:
    return {row.kind for row in db.session.query(ProcessHeartbeat)}


def ended() -> bool:
    run = db.session.query(JobRun).one_or_none()
    return run is not None and not run.status.is_active


def some_done() -> bool:
    return db.session.query(JobRunClient).filter_by(status="done").count() >= 3


def trigger(schedule: AutomationSchedule) -> None:
    services().scheduler.trigger_manual_run(schedule, user_id=schedule.created_by_user_id)


def assert_all_done_once() -> None:
    run = db.session.query(JobRun).one()
    assert (run.status, run.clients_done) == (RunStatus.COMPLETED, CLIENTS)
    hashes = [row.content_hash for row in db.session.query(Event)]
    assert len(hashes) == len(set(hashes)) == run.events > 0


def test_a_schedule_fires_by_itself_and_its_mails_leave(
    deployment: Deployment, schedule: AutomationSchedule, tmp_path: Path
) -> None:
    due = clock.now() + timedelta(seconds=1)
    with atomic() as session:
        session.get_one(AutomationSchedule, schedule.id).next_run_at = due
    services().scheduler.register_schedule(schedule)
    wait_until(deployment.sees(ended), seconds=60)
    assert_all_done_once()
    assert db.session.query(JobRun).one().slot_at == due
    sent = deployment.sees(
        lambda: db.session.query(EmailLog).filter_by(status=EmailStatus.PENDING).count() == 0
    )
    wait_until(sent, seconds=30)
    mails = db.session.query(EmailLog).filter_by(status=EmailStatus.SENT).count()
    assert mails == len(list((tmp_path / "mails").glob("*.eml"))) > 0


def test_a_killed_worker_costs_no_client_and_doubles_no_event(
    deployment: Deployment, schedule: AutomationSchedule
) -> None:
    trigger(schedule)
    wait_until(deployment.sees(some_done))
    deployment.kill("worker")
    deployment.start("worker")
    wait_until(deployment.sees(ended), seconds=120)
    assert_all_done_once()


def test_a_process_killed_at_its_work_is_followed_at_once(tmp_path: Path) -> None:
    with deployed(tmp_path, LEASE_SECONDS="600", MONITOR_CONCURRENCY="2") as running:
        wait_until(running.sees(lambda: ProcessKind.WORKER in alive()))
        trigger(watched_schedule())
        wait_until(running.sees(some_done))
        assert running.kill_horses()
        wait_until(running.sees(ended), seconds=60)  # a tenth of the lease
        assert_all_done_once()


def test_a_worker_that_is_asked_to_stop_gives_its_clients_back(
    deployment: Deployment, schedule: AutomationSchedule
) -> None:
    trigger(schedule)
    wait_until(deployment.sees(some_done))
    assert deployment.stop("worker") < 10
    db.session.rollback()
    assert db.session.query(JobRun).one().status is not RunStatus.FAILED
    deployment.start("worker")
    wait_until(deployment.sees(ended), seconds=60)
    assert_all_done_once()


def test_an_emptied_redis_is_filled_again_from_the_database(
    deployment: Deployment, schedule: AutomationSchedule
) -> None:
    services().queue.connection.flushall()
    trigger(schedule)
    wait_until(deployment.sees(ended), seconds=60)
    assert_all_done_once()
    entries = services().timetable.entries
    wait_until(lambda: str(schedule.id) in entries(), seconds=30)


def test_both_processes_end_in_good_order_and_leave_no_heartbeat(deployment: Deployment) -> None:
    assert deployment.stop("scheduler") < 10
    assert deployment.stop("worker") < 10
    db.session.rollback()
    assert alive() <= {ProcessKind.TICK}
