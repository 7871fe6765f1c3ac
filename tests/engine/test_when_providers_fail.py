"""What fails outside costs that source or score only, is told, and is never passed off as fact."""

import pytest

from tests import factories
from tests.doubles.providers import ScriptedAI, ScriptedSearch, result
from tests.doubles.world import World
from webapp.config import Settings
from webapp.enums import (
    AIName,
    LastRunStatus,
    MockFallback,
    Provenance,
    RunReason,
    RunStatus,
    SimulationReason,
    SourceName,
    SourceStatus,
)
from webapp.errors import (
    ProviderAuthError,
    ProviderQuotaError,
    ProviderResponseError,
    ProviderUnavailableError,
)
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    EmailLog,
    Event,
    Insight,
    JobRunClient,
    Notification,
    ProviderHealth,
    SourceCheck,
    User,
)

NEWS = "Halcyon Health raises $65M in Series C funding"
WRONG_KEY = ProviderAuthError("Serper refused the key.")


def the_event() -> Event:
    return db.session.query(Event).one()


def test_one_broken_source_leaves_the_others_events(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = WRONG_KEY
    world.sources.append(ScriptedSearch([result(NEWS)], name=SourceName.RSS))
    run = world.run(schedule)
    assert (run.status, run.reason) == (RunStatus.PARTIAL, RunReason.SOME_SOURCES_FAILED)
    assert the_event().provenance is Provenance.LIVE


def test_what_every_source_said_is_kept(world: World, schedule: AutomationSchedule) -> None:
    world.source.error = ProviderQuotaError("The day's quota is spent.")
    world.sources.append(ScriptedSearch([], name=SourceName.RSS))
    world.run(schedule)
    said = {row.source: row.status for row in db.session.query(SourceCheck)}
    assert said == {
        SourceName.SERPER: SourceStatus.OVER_QUOTA,
        SourceName.RSS: SourceStatus.EMPTY,
    }


def test_without_any_answer_invented_news_reach_nobody(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = WRONG_KEY
    world.mock.results = [result(NEWS, source=SourceName.MOCK)]
    run = world.run(schedule)
    assert run.status is RunStatus.FAILED
    assert the_event().simulation_reason is SimulationReason.FALLBACK
    assert db.session.query(EmailLog).count() == 0
    assert db.session.query(Notification).count() == 0


def test_a_wrong_key_never_switches_the_schedule_off(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = WRONG_KEY
    for _ in range(6):
        world.run(schedule)
    db.session.refresh(schedule)
    assert (schedule.is_active, schedule.consecutive_failures) == (True, 0)
    assert db.session.get_one(ProviderHealth, "serper").needs_attention


@pytest.mark.usefixtures("database")
def test_the_mock_stands_in_only_where_it_is_allowed(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = World(settings.model_copy(update={"mock_fallback": MockFallback.OFF}))
    world.source.error = WRONG_KEY
    world.mock.results = [result(NEWS, source=SourceName.MOCK)]
    world.run(schedule)
    assert db.session.query(Event).count() == 0


def test_without_any_source_the_mock_answers_and_people_are_told(
    world: World, schedule: AutomationSchedule, ben: User
) -> None:
    world.source.is_configured = False
    world.mock.results = [result(NEWS, source=SourceName.MOCK)]
    run = world.run(schedule)
    assert run.status is RunStatus.COMPLETED
    assert the_event().simulation_reason is SimulationReason.UNCONFIGURED
    assert ben.id in {row.user_id for row in db.session.query(Notification)}


def test_a_forced_run_asks_no_source_and_no_model(
    world: World, schedule: AutomationSchedule
) -> None:
    world.mock.results = [result(NEWS, source=SourceName.MOCK)]
    world.run(schedule, force_mock=True)
    assert world.source.calls == 0
    assert world.model.classified == []
    assert the_event().classified_by is AIName.RULES


@pytest.mark.parametrize(
    "error",
    [
        ProviderResponseError("The model's answer was no JSON."),
        ProviderAuthError("OpenAI refused the key."),
        RuntimeError("a bug in the SDK"),
    ],
)
def test_when_the_model_fails_the_rules_judge_and_say_so(
    world: World, schedule: AutomationSchedule, error: Exception
) -> None:
    world.source.results = [result(NEWS)]
    world.model.error = error
    run = world.run(schedule)
    assert (run.status, run.reason) == (RunStatus.DEGRADED, RunReason.FALLBACK_USED)
    event = the_event()
    assert (event.classified_by, event.classified_by_fallback) == (AIName.RULES, True)
    assert db.session.query(Insight).one().by_fallback


def test_the_other_model_comes_before_the_rules(world: World, schedule: AutomationSchedule) -> None:
    world.source.results = [result(NEWS)]
    world.model.error = ProviderAuthError("OpenAI refused the key.")
    world.models.append(ScriptedAI(name=AIName.ANTHROPIC))
    world.run(schedule)
    assert the_event().classified_by is AIName.ANTHROPIC


def test_the_last_good_snapshot_serves_while_the_crm_is_down(
    world: World, schedule: AutomationSchedule
) -> None:
    world.run(schedule)
    world.crms[0].error = ProviderAuthError("Salesforce refused the token.")
    world.source.results = [result(NEWS)]
    run = world.run(schedule)
    assert run.status is RunStatus.DEGRADED
    facts = world.model.insights[0].facts
    assert facts is not None
    assert facts.arr == 240_000


def test_invented_crm_facts_never_stand_beside_a_live_event(
    world: World, schedule: AutomationSchedule
) -> None:
    world.crms[0].error = ProviderAuthError("Salesforce refused the token.")
    world.source.results = [result(NEWS)]
    world.run(schedule)
    assert world.model.insights[0].facts is None


def test_an_outage_for_a_moment_is_tried_again(world: World, schedule: AutomationSchedule) -> None:
    def fail_once(_target: object) -> None:
        if world.source.calls == 1:
            raise ProviderUnavailableError("Serper answered 503.", retry_after=0.01)

    world.source.results = [result(NEWS)]
    world.source.before = fail_once
    assert world.run(schedule).status is RunStatus.COMPLETED
    assert world.source.calls == 2


def test_our_own_mistake_at_one_client_leaves_the_others_done(
    world: World, schedule: AutomationSchedule, ben: User
) -> None:
    factories.client(ben.business, name="Castellan Bank")
    world.source.results = [result(NEWS), result("Castellan Bank opens 40 branches")]
    world.model.breaks_for = world.rules.breaks_for = "Castellan Bank"
    run = world.run(schedule)
    assert (run.status, run.clients_done, run.clients_failed) == (RunStatus.PARTIAL, 1, 1)
    failed = db.session.query(JobRunClient).filter_by(client_name="Castellan Bank").one()
    assert "RuntimeError" in (failed.error_message or "")


def test_a_run_in_which_every_client_fails_counts_against_its_schedule(
    world: World, ana: User
) -> None:
    factories.client(ana.business, name="Castellan Bank")
    world.source.results = [result("Castellan Bank opens 40 branches")]
    world.model.breaks_for = world.rules.breaks_for = "Castellan Bank"
    schedule = factories.schedule(ana)
    run = world.run(schedule)
    assert (run.status, run.reason) == (RunStatus.FAILED, RunReason.NO_CLIENT_SUCCEEDED)
    db.session.refresh(schedule)
    assert schedule.consecutive_failures == 1
    assert schedule.last_run_status is LastRunStatus.FAILED


def test_an_error_that_no_provider_should_raise_costs_that_source_only(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = RecursionError("deep JSON")
    world.sources.append(ScriptedSearch([result(NEWS)], name=SourceName.RSS))
    assert world.run(schedule).status is RunStatus.PARTIAL
    assert the_event().title == NEWS
