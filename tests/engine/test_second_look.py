"""What rules judged while no model answered gets a second look once one does."""

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp import clock
from webapp.enums import AIName, BudgetPolicy, Category, Channel, Provenance, RunStatus
from webapp.errors import ProviderTimeoutError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    EmailLog,
    Event,
    EventRevision,
    JobRun,
    Notification,
    NotificationDecision,
    User,
)
from webapp.services.ai_backlog import OUTAGE, PAUSE, SECOND_LOOK_NAME
from webapp.services.second_look import MAX_AGE, MAX_LOOKS
from webapp.services.transactions import atomic

NEWS = "Halcyon Health raises $65M in Series C funding"
DOWN = ProviderTimeoutError("It does not answer.")


@pytest.fixture
def outage(world: World, schedule: AutomationSchedule) -> Event:
    """An event that rules judged because the model was out."""
    world.source.results = [result(NEWS)]
    world.model.error = DOWN
    world.rules.category, world.rules.relevance = Category.OTHER, 0.6
    world.run(schedule)
    [event] = db.session.query(Event)
    assert (event.classified_by, event.classified_by_fallback) == (AIName.RULES, True)
    world.model.error = None
    return event


def look_again(world: World, after: timedelta = OUTAGE) -> JobRun | None:
    """Let the tick do its part, and then the workers theirs."""
    clock.set_clock(clock.now() + after + timedelta(seconds=1))
    world.services.tick.tick()
    found = db.session.query(JobRun).filter_by(schedule_name=SECOND_LOOK_NAME)
    run = found.order_by(JobRun.created_at.desc()).first()
    if run is not None:
        world.services.engine.execute_client_monitoring_job(run.id)
    db.session.rollback()
    return run


def event() -> Event:
    db.session.rollback()
    return db.session.query(Event).one()


@pytest.mark.usefixtures("outage")
def test_a_model_that_is_back_judges_and_only_who_heard_nothing_is_told(
    world: World, ben: User
) -> None:
    assert db.session.query(Notification).count() == 0
    run = look_again(world)
    assert run is not None
    assert run.status is RunStatus.COMPLETED
    now = event()
    assert (now.classified_by, now.classified_by_fallback) == (AIName.OPENAI, False)
    assert (now.category, now.relevance_score) == (Category.FUNDING, 0.8)
    assert db.session.query(EventRevision).one().before["category"] == "other"
    told = db.session.query(Notification).filter_by(user_id=ben.id).one()
    assert told.event_id == now.id
    decisions = db.session.query(NotificationDecision).filter_by(user_id=ben.id)
    assert decisions.count() == len(Channel)
    assert look_again(world, PAUSE) is not None
    assert db.session.query(JobRun).filter_by(schedule_name=SECOND_LOOK_NAME).count() == 1


def test_who_was_told_by_the_rules_is_not_told_again(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.results = [result(NEWS)]
    world.model.error = DOWN
    world.run(schedule)
    before = [db.session.query(table).count() for table in (Notification, EmailLog)]
    assert before[0] > 0
    world.model.error = None
    look_again(world)
    assert event().classified_by is AIName.OPENAI
    assert [db.session.query(table).count() for table in (Notification, EmailLog)] == before


@pytest.mark.usefixtures("outage")
def test_an_outage_that_lasts_costs_no_look_and_is_tried_again_later(world: World) -> None:
    world.model.error = DOWN
    look_again(world)
    assert (event().classified_by, event().second_looks) == (AIName.RULES, 0)
    world.model.error = None
    look_again(world, timedelta(minutes=5))
    assert event().classified_by is AIName.RULES
    look_again(world, PAUSE)
    assert event().classified_by is AIName.OPENAI


@pytest.mark.usefixtures("outage")
def test_a_model_that_never_answers_with_anything_of_use_is_asked_so_often_and_no_more(
    world: World,
) -> None:
    world.model.leaves_out = True
    for _ in range(MAX_LOOKS + 2):
        look_again(world, PAUSE)
    assert event().second_looks == MAX_LOOKS
    assert db.session.query(JobRun).filter_by(schedule_name=SECOND_LOOK_NAME).count() == MAX_LOOKS


@pytest.mark.usefixtures("outage")
def test_a_spent_budget_leaves_the_rules_verdict(world: World, ana: User) -> None:
    with atomic():
        ana.business.ai_monthly_budget_usd = 0.0001
        ana.business.ai_budget_policy = BudgetPolicy.DEFER
    asked = len(world.model.classified)
    look_again(world)
    look_again(world, PAUSE)
    assert len(world.model.classified) <= asked + 1
    assert event().second_looks == 0


@pytest.mark.parametrize(
    "values",
    [
        {"classified_by_fallback": False},
        {"classified_by": AIName.ANTHROPIC},
        {"provenance": Provenance.SIMULATED},
        {"hidden_at": clock.now()},
        {"category": Category.CHAMPION_MOVED},
        {"created_at": clock.now() - MAX_AGE - timedelta(days=1)},
    ],
    ids=("judged", "by the other", "invented", "hidden", "with the crm's help", "old"),
)
def test_what_needs_no_second_look_gets_none(
    world: World, outage: Event, values: dict[Any, Any]
) -> None:
    with atomic() as session:
        session.query(Event).filter_by(id=outage.id).update(values)
    assert look_again(world) is None


def test_another_business_is_not_touched(world: World, outage: Event, cleo: User) -> None:
    theirs = factories.event(
        factories.client(cleo.business, owner=cleo),
        classified_by=AIName.RULES,
        classified_by_fallback=False,
    )
    look_again(world)
    db.session.rollback()
    assert db.session.get_one(Event, theirs.id).classified_by is AIName.RULES
    assert db.session.query(JobRun).filter_by(business_id=cleo.business_id).count() == 0
    assert outage.business_id != cleo.business_id
