"""Insights that users ask for: written by a worker, within the budget, once."""

from datetime import timedelta

import pytest
from flask import Flask

from tests import factories
from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import AIName, AiPurpose, BudgetPolicy, Provenance
from webapp.errors import ConflictError, ForbiddenError, NotFoundError, ProviderUnavailableError
from webapp.extensions import db
from webapp.models import AiCall, Client, Event, Insight, User
from webapp.providers.base import Usage
from webapp.queueing import JobName
from webapp.services.actors import actor_of
from webapp.services.ai_calls import Caller, CallRecord
from webapp.services.transactions import atomic


@pytest.fixture
def world(database: Flask, settings: Settings) -> World:  # noqa: ARG001 -- it must be there
    return World(settings.model_copy(update={"ai_timeout_seconds": 0.1}))


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


@pytest.fixture
def event(halcyon: Client) -> Event:
    return factories.event(halcyon, relevance_score=0.45)


def write(world: World, event: Event) -> None:
    world.services.insight_requests.write(event.id)
    db.session.rollback()


def test_an_event_below_the_threshold_gets_one_when_somebody_asks(
    world: World, ben: User, event: Event
) -> None:
    wishes = world.services.insight_requests
    for _ in range(2):
        wishes.ask(actor_of(ben), event.id)
    assert world.queue.jobs == [(JobName.WRITE_INSIGHT, (str(event.id),))]
    write(world, event)
    insight = db.session.query(Insight).one()
    assert (insight.event_id, insight.provider) == (event.id, AIName.OPENAI)
    call = db.session.query(AiCall).one()
    assert (call.purpose, call.client_id, call.job_run_id) == (
        AiPurpose.INSIGHT,
        event.client_id,
        None,
    )
    facts = world.model.insights[0].facts
    assert facts is not None
    assert facts.arr == 240_000
    db.session.refresh(event)
    assert event.insight_wanted_at is None
    write(world, event)
    assert len(world.model.insights) == 1


def test_what_a_model_wrote_is_not_paid_for_twice(world: World, ben: User, event: Event) -> None:
    wishes = world.services.insight_requests
    wishes.ask(actor_of(ben), event.id)
    write(world, event)
    with pytest.raises(ConflictError, match="already"):
        wishes.ask(actor_of(ben), event.id)


def test_the_rules_text_gives_way_once_the_model_answers_again(
    world: World, ben: User, event: Event
) -> None:
    world.model.error = ProviderUnavailableError("OpenAI answered 503.", retry_after=0)
    wishes = world.services.insight_requests
    wishes.ask(actor_of(ben), event.id)
    write(world, event)
    assert db.session.query(Insight).one().by_fallback
    world.model.error = None
    wishes.ask(actor_of(ben), event.id)
    write(world, event)
    assert db.session.query(Insight).one().provider is AIName.OPENAI


@pytest.mark.parametrize("policy", [BudgetPolicy.DEFER, BudgetPolicy.STOP])
def test_without_budget_the_user_hears_why(
    world: World, ben: User, event: Event, policy: BudgetPolicy
) -> None:
    with atomic():
        ben.business.ai_monthly_budget_usd, ben.business.ai_budget_policy = 1.0, policy
    accounts = world.services.ai_accounts
    call = CallRecord(AIName.OPENAI, "m", AiPurpose.CLASSIFY, Usage(1, 1, 1.0), 0.1)
    accounts.book([call], Caller(ben.business_id), limits=accounts.limits_of(ben.business))
    with pytest.raises(ConflictError, match="is spent"):
        world.services.insight_requests.ask(actor_of(ben), event.id)
    with atomic():
        ben.business.ai_budget_policy = BudgetPolicy.RULE_BASED
    world.services.insight_requests.ask(actor_of(ben), event.id)
    write(world, event)
    assert db.session.query(Insight).one().provider is AIName.RULES


def test_an_invented_event_costs_nothing(world: World, ben: User, halcyon: Client) -> None:
    event = factories.event(halcyon, provenance=Provenance.SIMULATED)
    world.services.insight_requests.ask(actor_of(ben), event.id)
    write(world, event)
    assert db.session.query(Insight).one().provider is AIName.RULES
    assert db.session.query(AiCall).count() == 0


def test_strangers_and_viewers_ask_for_nothing(
    world: World, ben: User, cleo: User, event: Event
) -> None:
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    with pytest.raises(ForbiddenError):
        world.services.insight_requests.ask(actor_of(viewer), event.id)
    with pytest.raises(NotFoundError):
        world.services.insight_requests.ask(actor_of(cleo), event.id)
    assert world.queue.jobs == []


def test_a_lost_job_is_found_again_and_an_old_wish_is_taken_back(
    world: World, ben: User, event: Event
) -> None:
    wishes = world.services.insight_requests
    wishes.ask(actor_of(ben), event.id)
    assert wishes.dispatch() == 0
    clock.set_clock(clock.now() + timedelta(minutes=3))
    assert wishes.dispatch() == 1
    clock.set_clock(clock.now() + timedelta(hours=2))
    assert wishes.dispatch() == 0
    db.session.refresh(event)
    assert event.insight_wanted_at is None


def test_a_hidden_event_gets_none(world: World, ben: User, event: Event) -> None:
    world.services.insight_requests.ask(actor_of(ben), event.id)
    with atomic():
        event.hidden_at = clock.now()
    write(world, event)
    assert db.session.query(Insight).count() == 0
