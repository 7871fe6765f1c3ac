"""Many schedules that are due at once are fired together, and each as if it were alone."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError

from tests import factories
from tests.doubles.world import World
from tests.statements import counted
from webapp import clock
from webapp.enums import ClientTier, JobType, RunReason, RunStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, JobRunClient, JobRunShard, User
from webapp.queueing import JobName
from webapp.services.slot_batches import SlotBatches


@pytest.fixture
def due() -> dict[str, object]:
    at = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=1)
    return {"schedule_type": "hourly", "minute_of_hour": at.minute, "next_run_at": at}


def run_of(schedule: AutomationSchedule) -> JobRun:
    query = db.session.query(JobRun).filter_by(schedule_id=schedule.id)
    return query.order_by(JobRun.created_at.desc()).limit(1).one()


def clients_of(schedule: AutomationSchedule) -> list[str]:
    rows = db.session.query(JobRunClient).filter_by(job_run_id=run_of(schedule).id)
    return sorted(row.client_name for row in rows)


def test_three_times_as_many_schedules_take_no_statement_more(
    world: World, ana: User, due: dict[str, object]
) -> None:
    taken = []
    for count in (10, 30):
        for number in range(count):
            factories.schedule(ana, name=f"{count} {number}", **due)
        with counted() as statements:
            assert world.services.tick.firing.fire_due() == count
        taken.append(len(statements))
    assert taken[0] == taken[1] < 40


def test_every_run_has_its_own_clients_and_small_shards_share_a_job(
    world: World, ana: User, cleo: User, due: dict[str, object]
) -> None:
    made = [factories.client(ana.business, name=name) for name in ("Acme", "Birch", "Cobalt")]
    factories.client(ana.business, name="Gone", status="archived")
    factories.client(cleo.business, name="Of another business")
    everybody = factories.schedule(ana, **due)
    one = factories.schedule(ana, client_ids=[str(made[1].id)], **due)
    elsewhere = factories.schedule(cleo, **due)
    digest = factories.schedule(ana, job_type=JobType.NOTIFICATION_DIGEST, **due)
    assert world.services.tick.firing.fire_due() == 4
    assert clients_of(everybody) == ["Acme", "Birch", "Cobalt"]
    assert clients_of(one) == ["Birch"]
    assert clients_of(elsewhere) == ["Of another business"]
    assert clients_of(digest) == []
    assert [run_of(each).clients_total for each in (everybody, one)] == [3, 1]
    jobs = [ids for job, ids in world.queue.jobs if job is JobName.RUN_SHARD]
    shards = [str(row.id) for row in db.session.query(JobRunShard)]
    assert [len(ids) for ids in jobs] == [4]
    assert sorted(jobs[0]) == sorted(shards)


def test_what_is_out_of_the_ordinary_is_decided_as_if_it_were_due_alone(
    world: World, ana: User, due: dict[str, object]
) -> None:
    plain = factories.schedule(ana, name="Plain", **due)
    busy = factories.schedule(ana, name="Busy", **due)
    factories.job_run(busy, status=RunStatus.RUNNING, created_at=clock.now() - timedelta(hours=1))
    narrowed = factories.schedule(
        ana,
        name="Narrowed",
        conditions=[{"kind": "client_segment", "tiers": [ClientTier.ENTERPRISE]}],
        **due,
    )
    yesterday = clock.now() - timedelta(days=1)
    late = factories.schedule(ana, name="Late", next_run_at=yesterday, minute_of_hour=0)
    lost = factories.schedule(ana, name="Lost", **due, timezone="Mars/Base")
    world.services.tick.firing.fire_due()
    ends = {
        each.name: (run_of(each).status, run_of(each).reason) for each in (plain, busy, narrowed)
    }
    assert ends == {
        "Plain": (RunStatus.RUNNING, None),
        "Busy": (RunStatus.SKIPPED, RunReason.OVERLAP),
        "Narrowed": (RunStatus.SKIPPED, RunReason.CONDITION_NOT_MET),
    }
    statuses = {row.status for row in db.session.query(JobRun).filter_by(schedule_id=late.id)}
    assert RunStatus.MISSED in statuses
    db.session.refresh(lost)
    assert not lost.is_active


def test_a_run_of_many_clients_is_started_by_itself(
    world: World, ana: User, due: dict[str, object]
) -> None:
    for number in range(world.settings.shard_size + 1):
        factories.client(ana.business, name=f"Company {number}")
    schedule = factories.schedule(ana, **due)
    assert world.services.tick.firing.fire_due() == 1
    assert run_of(schedule).status is RunStatus.RUNNING
    assert db.session.query(JobRunShard).count() == 2
    jobs = [ids for job, ids in world.queue.jobs if job is JobName.RUN_SHARD]
    assert [len(ids) for ids in jobs] == [1, 1]


def test_a_batch_that_fails_is_fired_schedule_by_schedule(
    world: World, ana: User, due: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_batches: SlotBatches, _ids: list[uuid.UUID]) -> None:
        raise SQLAlchemyError("the connection was cut")

    monkeypatch.setattr(SlotBatches, "fire", fail)
    made = [factories.schedule(ana, name=str(number), **due) for number in range(3)]
    assert world.services.tick.firing.fire_due() == 3
    assert [run_of(each).status for each in made] == [RunStatus.RUNNING] * 3


def test_the_next_slots_of_a_batch_stand_on_the_timetable(
    world: World, ana: User, due: dict[str, object]
) -> None:
    schedule = factories.schedule(ana, **due)
    world.services.tick.firing.fire_due()
    db.session.refresh(schedule)
    assert schedule.next_run_at is not None
    assert schedule.next_run_at > clock.now()
    assert world.timetable.times == {str(schedule.id): schedule.next_run_at}
