"""A trial judges stored rows anew, shows the difference and writes nothing else."""

import uuid

import pytest

from tests import factories
from tests.doubles.providers import ScriptedAI, result
from tests.doubles.world import World
from tests.engine.trials import (
    CHIEF,
    FUNDING,
    LAWSUIT,
    OTHER,
    actor,
    begin,
    everything_else,
    finer_model,
    is_ready,
    items,
    judged,
    monitored,
)
from webapp import clock
from webapp.enums import (
    Category,
    JobType,
    TrialKind,
)
from webapp.errors import ConflictError, ForbiddenError, InvalidInputError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Client,
    Event,
    EventRawData,
    User,
)


@pytest.fixture
def finer(world: World) -> ScriptedAI:
    return finer_model(world, relevance=0.6)


def test_it_shows_what_would_be_judged_otherwise_and_writes_nothing_else(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    before = everything_else()
    found = judged(world, ana, **OTHER)
    assert is_ready(found)
    assert everything_else() == before
    (item,) = items(found.id, TrialKind.CHANGED)
    assert item.before is not None
    assert item.after is not None
    assert (item.before["category"], item.before["relevance_score"]) == ("funding", 0.8)
    assert (item.after["category"], item.after["relevance_score"]) == ("partnership", 0.6)
    assert (item.is_category_moved, item.is_relevance_moved, item.is_risk_moved) == (1, 1, 0)
    assert (found.rows_total, found.rows_done, found.judged_by) == (1, 1, "finer")
    assert (found.prompt_version, len(finer.classified)) == ("2", 1)


def test_it_shows_which_events_there_would_be_in_addition_and_whom_they_would_be_told(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, LAWSUIT, relevance=0.1)
    finer.relevance = 0.9
    before = everything_else()
    found = judged(world, ana, **OTHER)
    assert everything_else() == before
    (item,) = items(found.id, TrialKind.NEW_EVENT)
    assert (item.title, item.told_count) == (LAWSUIT, 2)
    told = {(each["user_id"], each["channel"]) for each in item.told}
    assert told == {(user.id, each) for user in (ana, ben) for each in ("in_app", "email")}


def test_who_was_told_already_is_not_told_again_and_who_was_held_back_is(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    factories.preference(ben, relevance_threshold=0.5)
    monitored(world, schedule, FUNDING, relevance=0.6)
    finer.relevance = 0.9
    found = judged(world, ana, **OTHER)
    (item,) = items(found.id, TrialKind.CHANGED)
    assert {each["user_name"] for each in item.told} == {"Ana"}
    assert "judged anew" in item.told[0]["reason"]


def test_nobody_is_told_where_that_was_not_wanted(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, LAWSUIT, relevance=0.1)
    finer.relevance = 0.9
    found = judged(world, ana, **OTHER, tells=False)
    assert items(found.id, TrialKind.NEW_EVENT)[0].told == []


@pytest.mark.usefixtures("finer")
def test_what_is_judged_alike_is_no_difference(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    found = judged(world, ana)
    assert [item.kind for item in items(found.id)] == [TrialKind.SAME]


def test_only_what_was_selected_is_judged(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    since = clock.now()
    monitored(world, schedule, CHIEF, relevance=0.1)
    cases = (
        ({"since": since}, [CHIEF]),
        ({"until": since}, [FUNDING]),
        ({"outcomes": ["created"]}, [FUNDING]),
        ({"outcomes": ["irrelevant"]}, [CHIEF]),
        ({"categories": ["funding"]}, [FUNDING]),
        ({"limit": 1}, [CHIEF]),
    )
    for wish, titles in cases:
        found = judged(world, ana, **OTHER, **wish)
        assert [item.title for item in items(found.id)] == titles, wish
    assert finer.classified
    with pytest.raises(ConflictError, match="No stored row"):
        begin(world, ana, categories=["award_recognition"])


def test_rows_that_were_only_collected_can_be_judged_too(
    world: World, ana: User, halcyon: Client, finer: ScriptedAI
) -> None:
    assert halcyon.business_id == ana.business_id
    collecting = factories.schedule(ana, job_type=JobType.SEARCH_ONLY)
    monitored(world, collecting, FUNDING, relevance=0.8)
    found = judged(world, ana, **OTHER, collected=True)
    assert [item.kind for item in items(found.id)] == [TrialKind.NEW_EVENT]
    assert db.session.query(EventRawData).one().collect_only
    assert finer.classified


def test_as_many_new_events_a_client_as_a_run_would_make(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    titles = (
        *(FUNDING, LAWSUIT, CHIEF, "Halcyon Health opens 40 clinics in Portugal"),
        *("Halcyon Health to cut 340 jobs in Leeds", "Halcyon Health buys rival Medora for $2B"),
    )
    monitored(world, schedule, *titles, relevance=0.1)
    finer.relevance = 0.9
    found = judged(world, ana, **OTHER)
    assert len(items(found.id, TrialKind.NEW_EVENT)) == 5
    (left_out,) = items(found.id, TrialKind.NO_EVENT)
    assert left_out.reason == "not among the 5 best of this run"


def test_invented_rows_are_judged_by_rules_only(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    world.mock.results = [result(FUNDING)]
    world.rules.relevance = 0.8
    world.run(schedule, force_mock=True)
    with pytest.raises(ConflictError, match="No stored row"):
        begin(world, ana, **OTHER)
    world.rules.category = Category.PARTNERSHIP
    found = judged(world, ana, provider="rules")
    assert len(items(found.id, TrialKind.CHANGED)) == 1
    assert (found.cost_usd, finer.classified) == (0, [])


def test_another_business_is_neither_judged_nor_seen(
    world: World, schedule: AutomationSchedule, ana: User, cleo: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    zoe = factories.user(cleo.business, name="Zoe", role="admin")
    with pytest.raises(ConflictError, match="No stored row"):
        begin(world, zoe, **OTHER)
    with pytest.raises(InvalidInputError):
        begin(world, zoe, **OTHER, client_ids=[db.session.query(Event).one().client_id])
    begin(world, ana, **OTHER)
    assert finer.classified == []


@pytest.mark.parametrize("role", ["manager", "csm", "viewer"])
def test_only_admins_may(world: World, ana: User, role: str) -> None:
    user = factories.user(ana.business, name="Vera", role=role)
    for act in (begin, judged):
        with pytest.raises(ForbiddenError):
            act(world, user)
    with pytest.raises(ForbiddenError):
        world.services.trials.adopt(actor(user), uuid.uuid4())


def test_a_classifier_without_a_key_is_refused(world: World, ana: User) -> None:
    world.models.clear()
    world.others.clear()
    assert world.services.trials.choices[-1] == ("rules", "")
    with pytest.raises(InvalidInputError):
        begin(world, ana, provider="rules", model="some")
