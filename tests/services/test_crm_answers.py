"""Which CRM is asked, what stands in when it fails, and when it is left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import factories
from tests.doubles.crm_world import account, knows_nobody
from tests.doubles.providers import ScriptedCRM
from tests.doubles.world import World
from tests.statements import counted
from webapp import clock
from webapp.config import Settings
from webapp.enums import CRMName, MockFallback, Provenance, SimulationReason
from webapp.errors import (
    ProviderAuthError,
    ProviderQuotaError,
    ProviderRequestError,
    ProviderUnavailableError,
)
from webapp.extensions import db
from webapp.models import Client, CrmSnapshot, ProviderHealth, User
from webapp.providers.base import CRMLookup, CRMUsage
from webapp.services.crm import CrmAnswer

pytestmark = pytest.mark.usefixtures("database")
DOWN = ProviderUnavailableError("Salesforce is not working at the moment.", retry_after=0)


@pytest.fixture
def salesforce() -> ScriptedCRM:
    return ScriptedCRM()


@pytest.fixture
def hubspot() -> ScriptedCRM:
    return ScriptedCRM(name=CRMName.HUBSPOT, arr=90_000)


@pytest.fixture
def world(settings: Settings, salesforce: ScriptedCRM, hubspot: ScriptedCRM) -> World:
    return World(settings, crms=[salesforce, hubspot])


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben, name="Halcyon Health")


def ask(world: World, client: Client) -> CrmAnswer:
    """Ask about a client and keep the answer, as a run does."""
    crm = world.services.crm
    answer = crm.enrich_client(crm.lookup_of(client))
    crm.save_snapshot(answer, business_id=client.business_id, client_id=client.id)
    return answer


def asked(*crms: ScriptedCRM) -> list[int]:
    return [len(each.asked) for each in crms]


def test_the_first_crm_that_knows_the_client_answers(
    world: World, halcyon: Client, salesforce: ScriptedCRM, hubspot: ScriptedCRM
) -> None:
    assert ask(world, halcyon).provenance is Provenance.LIVE
    assert asked(salesforce, hubspot) == [1, 0]
    salesforce.knows_account = False
    answer = ask(world, halcyon)
    assert answer.facts is not None
    assert answer.facts.arr == 90_000


def test_another_live_crm_comes_before_anything_stored(
    world: World, halcyon: Client, salesforce: ScriptedCRM
) -> None:
    ask(world, halcyon)
    salesforce.error = DOWN
    answer = ask(world, halcyon)
    assert answer.facts is not None
    assert (answer.facts.provider, answer.error) == (CRMName.HUBSPOT, None)
    assert db.session.get_one(ProviderHealth, "salesforce").last_error == str(DOWN)


def test_a_confirmed_account_is_asked_for_in_its_own_crm_only(
    world: World, ben: User, salesforce: ScriptedCRM, hubspot: ScriptedCRM
) -> None:
    kept = factories.client(
        ben.business, name="Castellan", crm_account_id="880001", crm_provider=CRMName.HUBSPOT
    )
    hubspot.knows_account = False
    assert ask(world, kept).facts is None
    assert asked(salesforce, hubspot) == [0, 1]
    assert hubspot.asked[0].account_id == "880001"


def test_the_lookup_brings_names_and_what_was_ruled_out(world: World, ben: User) -> None:
    client = factories.client(
        ben.business, name="Halcyon", legal_name="Halcyon Health, Inc.", aliases=["HH"]
    )
    lookup = world.services.crm.lookup_of(client)
    assert lookup.further_names == ("Halcyon Health, Inc.", "HH")
    assert not lookup.rejected
    assert lookup.imported is None


def test_facts_of_an_account_that_is_not_the_clients_any_more_never_stand_in(
    world: World, halcyon: Client, salesforce: ScriptedCRM, hubspot: ScriptedCRM
) -> None:
    ask(world, halcyon)
    salesforce.error = hubspot.error = DOWN
    assert ask(world, halcyon).provenance is Provenance.CACHED
    lookup = CRMLookup(str(halcyon.id), halcyon.name, None, "001OTHER", CRMName.SALESFORCE)
    assert world.services.crm.enrich_client(lookup).provenance is Provenance.SIMULATED
    ruled_out = replace(lookup, account_id=None, rejected=frozenset({(CRMName.SALESFORCE, "001")}))
    assert world.services.crm.enrich_client(ruled_out).provenance is Provenance.SIMULATED


def test_facts_that_are_a_month_old_stand_in_for_nothing(
    world: World, halcyon: Client, salesforce: ScriptedCRM, hubspot: ScriptedCRM
) -> None:
    ask(world, halcyon)
    salesforce.error = hubspot.error = DOWN
    clock.set_clock(clock.now() + timedelta(days=31))
    answer = ask(world, halcyon)
    assert (answer.simulation_reason, answer.is_trustworthy) == (SimulationReason.FALLBACK, False)


def test_without_the_mock_a_failure_is_no_facts(
    settings: Settings, halcyon: Client, salesforce: ScriptedCRM
) -> None:
    told = settings.model_copy(update={"mock_fallback": MockFallback.OFF})
    salesforce.error = DOWN
    answer = ask(World(told, crms=[salesforce]), halcyon)
    assert (answer.facts, answer.error) == (None, DOWN)


@pytest.mark.parametrize(
    "error",
    [
        ProviderAuthError("Salesforce refused the refresh token."),
        ProviderQuotaError("Salesforce's daily number of API calls is used up."),
    ],
)
def test_a_refused_key_and_a_spent_quota_end_the_calls(
    settings: Settings, halcyon: Client, salesforce: ScriptedCRM, error: Exception
) -> None:
    world = World(settings, crms=[salesforce])
    salesforce.error = error
    answers = [ask(world, halcyon) for _ in range(3)]
    assert asked(salesforce) == [1]
    assert all(each.error is not None for each in answers)


def test_one_wrong_request_or_a_bug_of_a_provider_is_told_and_asked_again(
    settings: Settings, halcyon: Client, salesforce: ScriptedCRM
) -> None:
    world = World(settings, crms=[salesforce])
    for error in (ProviderRequestError("Salesforce refused the query."), RecursionError("deep")):
        salesforce.error = error
        assert ask(world, halcyon).error is not None
    assert asked(salesforce) == [2]


def test_without_any_crm_the_mock_answers_and_says_why(ben: User, settings: Settings) -> None:
    client = factories.client(ben.business, name="Halcyon")
    answer = ask(World(settings, crms=[]), client)
    assert answer.simulation_reason is SimulationReason.UNCONFIGURED


def test_the_crm_of_a_confirmed_account_that_lost_its_keys_is_named(
    ben: User, settings: Settings
) -> None:
    client = factories.client(
        ben.business, crm_account_id="001AA000003DHPx", crm_provider=CRMName.SALESFORCE
    )
    answer = ask(World(settings, crms=[]), client)
    assert (answer.is_trustworthy, answer.simulation_reason) == (False, SimulationReason.FALLBACK)
    assert "it is not set up" in str(answer.error)


def test_how_much_of_the_allowance_is_used_is_kept_for_the_status_page(
    world: World, halcyon: Client, salesforce: ScriptedCRM
) -> None:
    salesforce.told_usage = CRMUsage(4143, 15000)
    ask(world, halcyon)
    row = db.session.get_one(ProviderHealth, "salesforce")
    assert (row.api_used, row.api_limit) == (4143, 15000)


def test_an_account_by_name_alone_gives_no_facts_and_no_snapshot(
    settings: Settings, halcyon: Client
) -> None:
    answer = ask(World(settings, crms=[knows_nobody(account())]), halcyon)
    assert (answer.facts, len(answer.candidates)) == (None, 1)
    assert db.session.query(CrmSnapshot).count() == 0


def test_a_client_with_a_confirmed_account_takes_no_query_of_its_own(
    world: World, ben: User
) -> None:
    client = factories.client(ben.business, crm_account_id="880001", crm_provider=CRMName.HUBSPOT)
    with counted() as sent:
        world.services.crm.lookup_of(client)
    assert sent == []
