"""A due slot is claimed once; what passed unseen is recorded and told, never run in a flood."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask

from tests import factories
from tests.doubles.queues import DictTimetable, ListQueue
from webapp import clock
from webapp.config import Settings
from webapp.enums import RunReason, RunStatus, ScheduleType
from webapp.extensions import db
from webapp.models import AutomationSchedule, EmailLog, JobRun, Notification, User
from webapp.providers.mail.console import ConsoleProvider
from webapp.queueing import JobName
from webapp.services.email import EmailService
from webapp.services.notifications import NotificationService
from webapp.services.quotas import QuotaLedger
from webapp.services.run_ledger import RunLedger
from webapp.services.run_starting import RunStarting
from webapp.services.schedule_alerts import ScheduleAlerts
from webapp.services.schedule_conditions import ScheduleConditions
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.slot_claims import SlotClaims

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def queue() -> ListQueue:
    return ListQueue()


@pytest.fixture
def timetable() -> DictTimetable:
    return DictTimetable()


@pytest.fixture
def service(
    queue: ListQueue, timetable: DictTimetable, settings: Settings
) -> SchedulerIntegrationService:
    email = EmailService(
        provider=ConsoleProvider(settings.instance_dir), queue=queue, settings=settings
    )
    alerts = ScheduleAlerts(notifications=NotificationService(), email=email)
    ledger = RunLedger(queue=queue, settings=settings)
    starting = RunStarting(
        ledger=ledger, conditions=ScheduleConditions(quotas=QuotaLedger(settings=settings))
    )
    claims = SlotClaims(ledger=ledger, starting=starting, alerts=alerts)
    return SchedulerIntegrationService(
        timetable=timetable, queue=queue, ledger=ledger, claims=claims
    )


def hourly(ana: User, due: datetime, **values: object) -> AutomationSchedule:
    return factories.schedule(
        ana,
        schedule_type=ScheduleType.HOURLY,
        minute_of_hour=due.minute,
        next_run_at=due.replace(second=0, microsecond=0),
        **values,
    )


def statuses() -> list[RunStatus]:
    rows = db.session.query(JobRun).order_by(JobRun.slot_at, JobRun.created_at)
    return [row.status for row in rows]


def test_a_due_slot_becomes_a_queued_run_for_the_caller_to_start(
    service: SchedulerIntegrationService, queue: ListQueue, ana: User
) -> None:
    schedule = hourly(ana, clock.now() - timedelta(minutes=1))
    run = service.fire_due(schedule.id)
    assert run is not None
    assert run.status is RunStatus.QUEUED
    assert queue.ids_of(JobName.START_RUN) == []


def test_firing_again_claims_nothing(service: SchedulerIntegrationService, ana: User) -> None:
    schedule = hourly(ana, clock.now() - timedelta(minutes=1))
    service.fire_due(schedule.id)
    assert service.fire_due(schedule.id) is None
    assert statuses() == [RunStatus.QUEUED]


def test_eight_threads_claim_a_slot_once(
    database: Flask, service: SchedulerIntegrationService, ana: User
) -> None:
    schedule_id = hourly(ana, clock.now() - timedelta(minutes=1)).id

    def fire() -> None:
        with database.app_context():
            service.fire_due(schedule_id)
            db.session.remove()

    threads = [Thread(target=fire) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses() == [RunStatus.QUEUED]


def test_the_next_slot_goes_onto_the_timetable(
    service: SchedulerIntegrationService, timetable: DictTimetable, ana: User
) -> None:
    schedule = hourly(ana, clock.now() - timedelta(minutes=1))
    service.fire_due(schedule.id)
    db.session.refresh(schedule)
    assert timetable.times[str(schedule.id)] == schedule.next_run_at
    assert schedule.next_run_at is not None
    assert schedule.next_run_at > clock.now()


def test_a_long_stop_gives_one_late_run_and_records_the_rest(
    service: SchedulerIntegrationService, ana: User
) -> None:
    schedule = hourly(ana, clock.now() - timedelta(hours=9, minutes=30))
    service.fire_due(schedule.id)
    assert statuses() == [RunStatus.MISSED] * 9 + [RunStatus.QUEUED]


def test_beyond_its_grace_a_slot_is_missed_and_told(
    service: SchedulerIntegrationService, ana: User
) -> None:
    schedule = factories.schedule(ana, next_run_at=clock.now() - timedelta(hours=2))
    assert service.fire_due(schedule.id) is None
    assert statuses() == [RunStatus.MISSED]
    assert "missed" in db.session.query(Notification).one().title
    assert db.session.query(EmailLog).one().recipient_email == ana.email


def test_while_a_run_is_on_the_next_slot_is_skipped(
    service: SchedulerIntegrationService, ana: User
) -> None:
    schedule = hourly(ana, clock.now() - timedelta(minutes=1))
    factories.job_run(schedule, status=RunStatus.RUNNING)
    run = service.fire_due(schedule.id)
    assert run is not None
    assert (run.status, run.reason) == (RunStatus.SKIPPED, RunReason.OVERLAP)


def test_pressing_the_button_twice_gives_the_same_run(
    service: SchedulerIntegrationService, ana: User
) -> None:
    schedule = factories.schedule(ana)
    first = service.trigger_manual_run(schedule, user_id=ana.id)
    assert service.trigger_manual_run(schedule, user_id=ana.id).id == first.id


def test_an_emptied_timetable_is_rebuilt_from_the_database(
    service: SchedulerIntegrationService, timetable: DictTimetable, ana: User
) -> None:
    schedule = factories.schedule(ana)
    factories.schedule(ana, is_active=False)
    timetable.times["gone"] = clock.now()
    service.reconcile()
    assert timetable.times == {str(schedule.id): schedule.next_run_at}
    assert timetable.has_tick


def test_a_schedule_that_is_not_due_yet_is_left_alone(
    service: SchedulerIntegrationService, ana: User
) -> None:
    schedule = factories.schedule(ana, next_run_at=clock.now() + timedelta(minutes=5))
    assert service.fire_due(schedule.id) is None
    assert statuses() == []


def test_a_slot_that_has_its_run_already_only_moves_on(
    service: SchedulerIntegrationService, ana: User
) -> None:
    schedule = hourly(ana, clock.now() - timedelta(minutes=1))
    factories.job_run(schedule, slot_at=schedule.next_run_at)
    assert service.fire_due(schedule.id) is None
    db.session.refresh(schedule)
    assert schedule.next_run_at is not None
    assert schedule.next_run_at > clock.now()
