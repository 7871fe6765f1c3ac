"""Conditions hold a due run back or narrow it, and each look at one stands in the run's log."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import factories
from tests.doubles.world import World
from webapp import clock
from webapp.enums import ClientTier, RunReason, RunStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client, JobRun, QuotaUse, User
from webapp.services.provider_keys import key_fingerprints
from webapp.services.transactions import atomic

SATURDAY_NIGHT = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
"""In Tokyo it is Sunday already."""


@pytest.fixture(autouse=True)
def _saturday() -> None:
    clock.set_clock(SATURDAY_NIGHT)


def fire(world: World, ana: User, *conditions: object, **values: object) -> JobRun:
    schedule = factories.schedule(
        ana,
        conditions=list(conditions),
        next_run_at=SATURDAY_NIGHT - timedelta(minutes=1),
        **values,
    )
    run = world.services.scheduler.fire_due(schedule.id)
    assert run is not None
    return run


def log_of(run: JobRun) -> str:
    return "\n".join(line["text"] for line in run.log)


@pytest.mark.parametrize(
    ("zone", "days", "runs"),
    [("UTC", [5], True), ("UTC", [0, 1, 2, 3, 4], False), ("Asia/Tokyo", [6], True)],
)
def test_the_weekday_is_that_of_the_schedules_own_zone(
    world: World, ana: User, zone: str, days: list[int], *, runs: bool
) -> None:
    run = fire(world, ana, {"kind": "weekday", "days": days}, timezone=zone)
    assert run.status is (RunStatus.QUEUED if runs else RunStatus.SKIPPED)
    assert "Condition met: it is" in log_of(run) or "Condition not met: it is" in log_of(run)


def test_a_slot_that_is_held_back_is_recorded_with_every_condition(
    world: World, ana: User, halcyon: Client
) -> None:
    run = fire(
        world,
        ana,
        {"kind": "weekday", "days": [0]},
        {"kind": "client_segment", "tiers": ["enterprise"]},
        {"kind": "last_run_age", "at_least_minutes": 60},
    )
    assert (run.status, run.reason) == (RunStatus.SKIPPED, RunReason.CONDITION_NOT_MET)
    assert run.slot_at == SATURDAY_NIGHT - timedelta(minutes=1)
    assert log_of(run).splitlines() == [
        "Condition not met: it is Saturday, wanted Monday",
        "Condition not met: 0 clients are of the segment",
        "Condition met: it never ran before",
    ]
    assert halcyon.tier is None


def test_a_segment_narrows_the_run_to_its_clients(world: World, ana: User, halcyon: Client) -> None:
    big = factories.client(ana.business, owner=ana, name="Big", tier=ClientTier.ENTERPRISE)
    renewing = factories.client(
        ana.business,
        owner=ana,
        name="Renewing",
        tier=ClientTier.ENTERPRISE,
        renewal_on=date(2026, 12, 10),
    )
    segment = {"kind": "client_segment", "tiers": ["enterprise"]}
    assert set(fire(world, ana, segment).client_ids or ()) == {str(big.id), str(renewing.id)}
    soon = {**segment, "renews_within_days": 30}
    assert fire(world, ana, soon, name="Soon").client_ids == [str(renewing.id)]
    listed = fire(world, ana, segment, client_ids=[str(halcyon.id), str(big.id)], name="Listed")
    assert listed.client_ids == [str(big.id)]


@pytest.mark.parametrize(("calls", "runs"), [(40, True), (95, False)])
def test_a_run_waits_for_quota(world: World, ana: User, calls: int, *, runs: bool) -> None:
    with atomic() as session:
        session.add(
            QuotaUse(
                provider="google_search",
                key_fingerprint=key_fingerprints(world.settings)["google_search"],
                day=date(2026, 11, 28),
                calls=calls,
            )
        )
    run = fire(world, ana, {"kind": "quota_left", "source": "google_search", "at_least": 10})
    assert run.status is (RunStatus.QUEUED if runs else RunStatus.SKIPPED)
    assert f"{100 - calls} calls left today" in log_of(run)


def test_a_source_without_a_limit_always_has_quota(world: World, ana: User) -> None:
    run = fire(world, ana, {"kind": "quota_left", "source": "serper", "at_least": 1000})
    assert run.status is RunStatus.QUEUED


@pytest.mark.parametrize(("minutes", "runs"), [(59, False), (60, True)])
def test_the_last_run_must_be_old_enough(
    world: World, ana: User, minutes: int, *, runs: bool
) -> None:
    schedule = factories.schedule(
        ana,
        conditions=[{"kind": "last_run_age", "at_least_minutes": 60}],
        next_run_at=SATURDAY_NIGHT,
    )
    ended = SATURDAY_NIGHT - timedelta(minutes=minutes)
    factories.job_run(schedule, finished_at=ended)
    factories.job_run(schedule, finished_at=SATURDAY_NIGHT, status=RunStatus.SKIPPED)
    run = world.services.scheduler.fire_due(schedule.id)
    assert run is not None
    assert run.status is (RunStatus.QUEUED if runs else RunStatus.SKIPPED)


def test_a_person_who_runs_it_now_is_asked_no_conditions(world: World, ana: User) -> None:
    schedule = factories.schedule(ana, conditions=[{"kind": "weekday", "days": [0]}])
    run = world.services.scheduler.trigger_manual_run(schedule, user_id=ana.id)
    assert run.status is RunStatus.QUEUED


def test_conditions_that_cannot_be_read_hold_the_run_back_and_say_so(
    world: World, ana: User
) -> None:
    run = fire(world, ana, {"kind": "import os"})
    assert run.reason is RunReason.CONDITION_NOT_MET
    assert "cannot be read" in log_of(run)
    assert db.session.query(AutomationSchedule).one().is_active
