"""A run in a business whose AI budget is spent: rules judge, reports wait, or nothing runs."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import (
    AIName,
    AiPurpose,
    BudgetPolicy,
    RawOutcome,
    RunReason,
    RunStatus,
    RunTrigger,
)
from webapp.extensions import db
from webapp.models import (
    AiCall,
    AutomationSchedule,
    Client,
    Event,
    EventRawData,
    Insight,
    JobRun,
    JobRunClient,
    User,
)
from webapp.providers.base import Usage
from webapp.services.ai_calls import Caller, CallRecord
from webapp.services.transactions import atomic

NEWS = "Halcyon Health raises $65M in Series C funding"
LATE_IN_NOVEMBER = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def world(database: Flask, settings: Settings) -> World:  # noqa: ARG001 -- it must be there
    clock.set_clock(LATE_IN_NOVEMBER)
    world = World(settings.model_copy(update={"ai_timeout_seconds": 0.1}))
    world.source.results = [result(NEWS)]
    return world


def allow(of: User, usd: float | None, policy: BudgetPolicy) -> None:
    with atomic():
        of.business.ai_monthly_budget_usd, of.business.ai_budget_policy = usd, policy


def spend(world: World, of: User, usd: float) -> None:
    """Book an earlier call of the month."""
    call = CallRecord(AIName.OPENAI, "m", AiPurpose.CLASSIFY, Usage(10, 10, usd), 0.1)
    accounts = world.services.ai_accounts
    accounts.book([call], Caller(of.business_id), limits=accounts.limits_of(of.business))


def notices() -> str:
    return " ".join(" ".join(row.notices) for row in db.session.query(JobRunClient))


def test_rules_judge_when_the_business_wants_that(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    allow(ana, 5, BudgetPolicy.RULE_BASED)
    spend(world, ana, 5)
    run = world.run(schedule)
    assert run.status is RunStatus.COMPLETED
    assert db.session.query(Event).one().classified_by is AIName.RULES
    assert db.session.query(Insight).one().provider is AIName.RULES
    assert (world.model.classified, world.model.insights) == ([], [])
    assert "The AI budget of November ($5.00) is spent. Rules judged instead." in notices()


def test_reports_wait_for_the_next_month_and_are_judged_then(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    allow(ana, 5, BudgetPolicy.DEFER)
    spend(world, ana, 5)
    run = world.run(schedule)
    assert (run.status, run.deferred) == (RunStatus.COMPLETED, 1)
    assert "1 report waits to be judged." in notices()
    row = db.session.query(EventRawData).one()
    assert (row.is_processed, row.outcome, row.awaits_budget) == (False, RawOutcome.DEFERRED, True)
    assert db.session.query(Event).count() == 0
    clock.set_clock(LATE_IN_NOVEMBER + timedelta(days=40))  # older by now than any other news
    world.source.results = []
    world.run(schedule)
    assert db.session.query(Event).one().classified_by is AIName.OPENAI
    assert not db.session.query(EventRawData).one().awaits_budget


def test_a_larger_budget_takes_up_what_waits_by_itself_and_once(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    allow(ana, 5, BudgetPolicy.DEFER)
    spend(world, ana, 5)
    world.run(schedule)
    world.services.tick.tick()
    assert db.session.query(JobRun).filter_by(trigger=RunTrigger.REPROCESS).count() == 0
    allow(ana, 6, BudgetPolicy.DEFER)
    for _ in range(2):
        world.services.tick.tick()
    run = db.session.query(JobRun).filter_by(trigger=RunTrigger.REPROCESS).one()
    world.services.engine.execute_client_monitoring_job(run.id)
    assert db.session.query(Event).one().classified_by is AIName.OPENAI
    assert world.source.calls == 1  # nothing was searched anew
    world.services.tick.tick()
    assert db.session.query(JobRun).filter_by(trigger=RunTrigger.REPROCESS).count() == 1


def test_a_budget_that_ends_between_verdict_and_insight_leaves_the_insight_for_later(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    allow(ana, 0.0005, BudgetPolicy.DEFER)  # a verdict of the scripted model costs 0.001
    world.run(schedule)
    event = db.session.query(Event).one()
    assert event.insight_done_at is None
    assert "The insight is written later." in notices()
    allow(ana, None, BudgetPolicy.DEFER)
    world.run(schedule)
    assert db.session.query(Insight).one().provider is AIName.OPENAI


def test_nothing_runs_where_the_business_wants_to_stop(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    allow(ana, 5, BudgetPolicy.STOP)
    spend(world, ana, 5)
    run = world.run(schedule)
    assert (run.status, run.reason) == (RunStatus.SKIPPED, RunReason.BUDGET_SPENT)
    assert world.source.calls == 0
    db.session.refresh(schedule)
    assert (schedule.is_active, schedule.consecutive_failures) == (True, 0)
    clock.set_clock(LATE_IN_NOVEMBER + timedelta(days=12))
    assert world.run(schedule).status is RunStatus.COMPLETED


def test_what_costs_nothing_runs_all_the_same(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    allow(ana, 5, BudgetPolicy.STOP)
    spend(world, ana, 5)
    assert world.run(schedule, force_mock=True).status is RunStatus.COMPLETED


def test_thousands_of_pages_about_one_client_cost_no_more_than_the_day_allows(
    settings: Settings, world: World, ana: User, cleo: User
) -> None:
    capped = World(settings.model_copy(update={"ai_daily_calls": 2, "ai_timeout_seconds": 0.1}))
    flooded = factories.client(ana.business, name="Halcyon Health", owner=ana)
    schedule = factories.schedule(ana)
    for news in ("cuts 240 jobs", "raises $65M", "names a new CFO", "is sued over a breach"):
        capped.source.results = [
            result(f"Halcyon Health {news}, says page {number}") for number in range(60)
        ]
        capped.run(schedule)
    calls = db.session.query(AiCall).filter_by(client_id=flooded.id)
    assert sum(1 for _ in calls) <= 3
    assert "calls to models are used up until 21 Nov" in notices()
    other = factories.client(cleo.business, name="Castellan Bank", owner=cleo)
    capped.source.results = [result("Castellan Bank opens 40 branches")]
    capped.run(factories.schedule(cleo))
    assert db.session.query(AiCall).filter_by(client_id=other.id).count() > 0
    assert db.session.query(Client).count() == 2
    assert world.model.classified == []
