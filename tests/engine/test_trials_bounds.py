"""A trial keeps within its cost and budget, tells what failed, and stops when asked to."""

import pytest

from tests import factories
from tests.doubles.providers import ScriptedAI
from tests.doubles.world import World
from tests.engine.trials import (
    FUNDING,
    OTHER,
    actor,
    begin,
    finer_model,
    is_ready,
    items,
    judged,
    monitored,
    trial,
    work,
)
from webapp.enums import (
    AiPurpose,
    TrialKind,
    TrialStatus,
    TrialStop,
)
from webapp.errors import ConflictError, ProviderAuthError
from webapp.extensions import db
from webapp.models import (
    AiCall,
    AutomationSchedule,
    Business,
    ReprocessTrial,
    User,
)
from webapp.queueing import JobName
from webapp.services.transactions import atomic


@pytest.fixture
def finer(world: World) -> ScriptedAI:
    return finer_model(world, relevance=0.6)


def test_its_cost_is_told_and_counted(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    found = judged(world, ana, **OTHER)
    assert (found.estimated_usd, found.cost_usd) == (0.001, 0.001)
    assert (found.ai_calls, found.ai_tokens) == (1, 120)
    (call,) = db.session.query(AiCall).filter_by(purpose=AiPurpose.TRIAL)
    assert (call.model, call.counted_usd, len(finer.classified)) == ("finer", 0.001, 1)


def test_it_stops_before_a_call_that_would_go_past_its_cap(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    factories.client(ben.business, name="Castellan Bank")
    monitored(world, schedule, FUNDING, "Castellan Bank opens 40 branches", relevance=0.8)
    found = judged(world, ana, **OTHER, cost_cap_usd=0.0015)
    assert (found.status, found.stop_reason) == (TrialStatus.READY, TrialStop.COST_CAP)
    assert (found.rows_done, found.rows_total, len(finer.classified)) == (1, 2, 1)
    assert found.cost_usd <= 0.0015
    nothing = judged(world, ana, **OTHER, cost_cap_usd=0)
    assert (nothing.status, nothing.rows_done) == (TrialStatus.FAILED, 0)


def test_it_stops_where_the_budget_is_spent(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    with atomic() as session:
        session.get_one(Business, ana.business_id).ai_monthly_budget_usd = 0.0005
    found = judged(world, ana, **OTHER)
    assert (found.status, found.stop_reason) == (TrialStatus.FAILED, TrialStop.BUDGET)
    assert finer.classified == []
    assert "budget" in (found.error_message or "")


def test_a_model_that_fails_is_not_replaced_by_rules(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    finer.error = ProviderAuthError("OpenAI refused the key.")
    world.rules.classified.clear()
    found = judged(world, ana, **OTHER)
    assert is_ready(found)
    (item,) = items(found.id)
    assert (item.kind, item.reason) == (TrialKind.FAILED, "OpenAI refused the key.")
    assert world.rules.classified == []


def test_a_classifier_that_changes_on_the_way_ends_it(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    factories.client(ben.business, name="Castellan Bank")
    monitored(world, schedule, FUNDING, "Castellan Bank opens 40 branches", relevance=0.8)
    trial_id = begin(world, ana, **OTHER)
    world.services.trials.runner.work(trial_id, should_stop=lambda: True)
    finer.version = "3"
    work(world, trial_id)
    found = trial(trial_id)
    assert (found.status, found.stop_reason) == (
        TrialStatus.FAILED,
        TrialStop.CLASSIFIER_CHANGED,
    )


def test_an_orderly_stop_gives_the_rest_to_the_next_worker(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    factories.client(ben.business, name="Castellan Bank")
    monitored(world, schedule, FUNDING, "Castellan Bank opens 40 branches", relevance=0.8)
    trial_id = begin(world, ana, **OTHER)
    world.services.trials.runner.work(trial_id, should_stop=lambda: True)
    assert (trial(trial_id).status, trial(trial_id).rows_done) == (TrialStatus.RUNNING, 1)
    assert world.queue.ids_of(JobName.WORK_ON_TRIAL) == [str(trial_id)] * 2
    work(world, trial_id)
    assert is_ready(trial(trial_id))
    assert len(finer.classified) == 2


def test_a_cancelled_one_ends_before_its_next_call(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    queued = begin(world, ana, **OTHER)
    world.services.trials.cancel(actor(ana), queued)
    assert trial(queued).status is TrialStatus.CANCELLED
    running = begin(world, ana, **OTHER)
    with atomic():
        found = db.session.get_one(ReprocessTrial, running)
        found.status = TrialStatus.RUNNING
    world.services.trials.cancel(actor(ana), running)
    work(world, running)
    assert (trial(running).status, finer.classified) == (TrialStatus.CANCELLED, [])
    with pytest.raises(ConflictError):
        world.services.trials.adopt(actor(ana), running)


def test_one_at_a_time_a_business(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    first = begin(world, ana, **OTHER)
    with pytest.raises(ConflictError, match="under way"):
        begin(world, ana, **OTHER)
    work(world, first)
    assert begin(world, ana, **OTHER) != first
    assert finer.classified
