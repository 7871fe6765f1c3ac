"""Changes in the CRM become events that are told like news, and told once."""

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.doubles.providers import ScriptedCRM, result
from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import (
    Category,
    Channel,
    CRMName,
    Provenance,
    ReporterName,
    RunStatus,
    Severity,
    SimulationReason,
)
from webapp.errors import ProviderError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Client,
    CrmAccount,
    EmailLog,
    Event,
    Insight,
    Notification,
    NotificationDecision,
    User,
)
from webapp.providers.base import CRMContact
from webapp.services.actors import actor_of
from webapp.services.event_answers import detail_answer

pytestmark = pytest.mark.usefixtures("database")

IDA = CRMContact("Ida Storm", "VP Claims", "ida@halcyon.example.com", is_champion=True)
BO = CRMContact("Bo Lind")


def world_with(settings: Settings, **facts: Any) -> World:
    world = World(settings, crms=[ScriptedCRM(facts=facts)])
    world.source.results = []
    return world


def events(category: Category = Category.CHURN_SIGNAL) -> list[Event]:
    db.session.rollback()
    return db.session.query(Event).filter_by(category=category).order_by(Event.created_at).all()


def later(world: World, schedule: AutomationSchedule, **facts: Any) -> None:
    clock.set_clock(clock.now() + timedelta(hours=7))
    world.crms[0].facts = facts
    assert world.run(schedule).status in {RunStatus.COMPLETED, RunStatus.DEGRADED}


def test_an_account_that_turns_at_risk_is_told_with_the_crm_as_its_source(
    settings: Settings, schedule: AutomationSchedule, ben: User
) -> None:
    world = world_with(settings, health="Red", account_url="https://crm.example.com/001")
    world.run(schedule)
    [event] = events()
    assert (event.source_api, event.publisher) == (ReporterName.CRM, "Salesforce")
    assert (event.provenance, event.severity) == (Provenance.LIVE, Severity.HIGH)
    assert event.title == "Halcyon Health is at risk: health “Red”"
    assert [each["quote"] for each in event.evidence] == ["Health of the account: Red"]
    assert db.session.query(NotificationDecision).filter_by(user_id=ben.id).count() == len(Channel)
    assert db.session.query(Notification).filter_by(user_id=ben.id).one().event_id == event.id
    assert db.session.query(Insight).one().event_id == event.id
    assert world.model.insights[0].facts is not None
    answer = detail_answer(world.services.events.detail(actor_of(ben), event.id))
    assert [(each.source_api, each.url) for each in answer.sources] == [
        ("crm", "https://crm.example.com/001")
    ]


def test_a_risk_is_told_once_and_what_comes_to_it_is_its_update(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = world_with(settings, health="Red")
    world.run(schedule)
    later(world, schedule, health="Red")
    assert len(events()) == 1
    later(world, schedule, health="Red", open_case_count=5, urgent_case_count=1)
    first, update = events()
    assert update.story_id == first.story_id
    assert update.change_note == "1 urgent support case is open."
    later(world, schedule)
    later(world, schedule, health="Red")
    assert len({each.story_id for each in events()}) == 2
    assert len(events()) == 3


def test_a_champion_who_is_no_longer_listed_has_moved(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = world_with(settings, contacts=(IDA, BO), has_all_contacts=True)
    world.run(schedule)
    later(world, schedule, contacts=(BO,), has_all_contacts=True)
    later(world, schedule, contacts=(BO,), has_all_contacts=True)
    [event] = events(Category.CHAMPION_MOVED)
    assert event.severity is Severity.CRITICAL
    assert "no longer lists Ida Storm (VP Claims)" in event.summary


def test_news_of_a_champion_who_leaves_is_told_once_whoever_says_it_first(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = world_with(settings, contacts=(IDA, BO), has_all_contacts=True)
    world.run(schedule)
    world.model.category = Category.LEADERSHIP_CHANGE
    world.source.results = [result("Ida Storm leaves Halcyon Health for Quillstone Media")]
    later(world, schedule, contacts=(IDA, BO), has_all_contacts=True)
    [event] = events(Category.CHAMPION_MOVED)
    assert (event.source_api, event.severity) == (ReporterName.SERPER, Severity.CRITICAL)
    assert event.evidence[0]["quote"] == "Ida Storm leaves Halcyon Health for Quillstone Media"
    later(world, schedule, contacts=(BO,), has_all_contacts=True)
    assert len(events(Category.CHAMPION_MOVED)) == 1


def test_a_crm_that_is_down_or_invented_beside_real_news_tells_nothing(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = world_with(settings, health="Red")
    world.crms[0].error = ProviderError("It is down.")
    world.mock_crm.facts = {"health": "Red"}
    later(world, schedule)
    without_crm = World(settings, crms=[], mock_crm=world.mock_crm)
    without_crm.run(schedule)
    assert events() == []


def test_an_invented_account_is_told_where_all_is_invented_and_marked_so(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = World(settings, sources=[], crms=[])
    world.mock_crm.facts = {"health": "Red"}
    world.run(schedule, force_mock=True)
    [event] = events()
    assert (event.provenance, event.simulation_reason) == (
        Provenance.SIMULATED,
        SimulationReason.FORCED,
    )
    assert event.publisher == "Simulated CRM"


def test_a_client_has_five_events_a_run_the_crm_s_among_them(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = world_with(settings, health="Red")
    deeds = ("buys a mill", "opens in Oslo", "sues a bank", "hires forty cooks", "sells its fleet")
    world.source.results = [result(f"Halcyon Health {deed}") for deed in deeds]
    run = world.run(schedule)
    assert db.session.query(Event).filter_by(job_run_id=run.id).count() == 5
    assert len(events()) == 1


def test_an_imported_file_tells_a_risk_and_another_champion(
    settings: Settings, ana: User, halcyon: Client, schedule: AutomationSchedule
) -> None:
    world = World(settings, crms=[])
    world.source.results = []
    for champion, health in (("Ida Storm; Cy Marr", "green"), ("Cy Marr", "red")):
        line = f"H1,Halcyon Health,halcyon.example.com,{health},{champion}"
        file = f"account_id,name,domain,health,champion\n{line}"
        world.services.crm_import.run(actor_of(ana), file.encode(), dry_run=False)
        world.services.crm.matches.confirm(
            actor_of(ana), halcyon.id, provider=CRMName.CSV, account_id="H1"
        )
        clock.set_clock(clock.now() + timedelta(hours=1))
        world.run(schedule)
    [risk], [moved] = events(), events(Category.CHAMPION_MOVED)
    assert (risk.publisher, risk.url) == ("Imported file", "")
    assert moved.title == "Ida Storm, champion at Halcyon Health, seems to have left"


def test_of_two_businesses_each_is_told_of_its_own_client(
    settings: Settings, schedule: AutomationSchedule, cleo: User
) -> None:
    factories.client(cleo.business, owner=cleo, name="Halcyon Health")
    world = world_with(settings, health="Red")
    world.run(schedule)
    [event] = events()
    assert event.business_id == schedule.business_id
    assert db.session.query(EmailLog).filter_by(user_id=cleo.id).count() == 0
    assert db.session.query(CrmAccount).count() == 0
