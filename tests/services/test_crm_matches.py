"""Accounts that a CRM proposes wait for a person, and what the person said stays."""

import pytest

from tests import factories
from tests.doubles.crm_world import account, knows_nobody
from tests.doubles.providers import ScriptedCRM
from tests.doubles.world import World
from webapp.config import Settings
from webapp.enums import CRMName, MatchBasis, MatchStatus, Provenance
from webapp.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    ProviderUnavailableError,
)
from webapp.extensions import db
from webapp.models import Client, CrmMatch, User
from webapp.services.access import Actor
from webapp.services.actors import actor_of
from webapp.services.client_crm import ClientCrm

pytestmark = pytest.mark.usefixtures("database")
SALESFORCE = CRMName.SALESFORCE
LONG, SHORT = "001AA000003DHPxYAO", "001AA000003DHPx"


@pytest.fixture
def crm() -> ScriptedCRM:
    return knows_nobody(account(LONG), account("001BB000003DHPxYAO", account_name="Halcyon Health"))


@pytest.fixture
def world(settings: Settings, crm: ScriptedCRM) -> World:
    return World(settings, crms=[crm])


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben, name="Halcyon Health")


@pytest.fixture
def actor(ben: User) -> Actor:
    return actor_of(ben)


def statuses(client: Client) -> dict[str, MatchStatus]:
    db.session.rollback()
    found = db.session.query(CrmMatch).filter_by(client_id=client.id)
    return {each.account_id[:5]: each.status for each in found}


def refreshed(world: World, actor: Actor, client: Client) -> ClientCrm:
    return world.services.client_crm.refresh(actor, client.id)


def test_what_a_crm_proposes_is_shown_and_nothing_of_it_used(
    world: World, actor: Actor, halcyon: Client
) -> None:
    found = refreshed(world, actor, halcyon)
    assert found.facts is None
    assert [each.account_name for each in found.proposals] == [
        "Halcyon Health",
        "Halcyon Health, Inc.",
    ]
    assert found.proposals[1].details["owner_name"] == "Ben Aldous"
    assert not found.is_confirmed


def test_a_confirmed_account_is_kept_at_the_client_and_asked_for_at_once(
    world: World, actor: Actor, halcyon: Client, crm: ScriptedCRM
) -> None:
    refreshed(world, actor, halcyon)
    crm.knows_account, crm.facts = True, {"account_id": LONG, "matched_by": MatchBasis.ID}
    found = world.services.client_crm.confirm(
        actor, halcyon.id, provider=SALESFORCE, account_id=LONG
    )
    assert (found.account_id, found.provider, found.provenance) == (
        LONG,
        SALESFORCE,
        Provenance.LIVE,
    )
    assert crm.asked[-1].account_id == LONG
    assert (found.proposals, statuses(halcyon)) == ((), {"001AA": MatchStatus.CONFIRMED})


def test_an_account_can_be_entered_by_its_id_in_either_form(
    world: World, actor: Actor, halcyon: Client
) -> None:
    refreshed(world, actor, halcyon)
    world.services.crm.matches.confirm(actor, halcyon.id, provider=SALESFORCE, account_id=SHORT)
    assert statuses(halcyon) == {"001AA": MatchStatus.CONFIRMED}


def test_a_rejected_account_is_not_proposed_again(
    world: World, actor: Actor, halcyon: Client, crm: ScriptedCRM
) -> None:
    refreshed(world, actor, halcyon)
    world.services.client_crm.reject(actor, halcyon.id, provider=SALESFORCE, account_id=LONG)
    found = refreshed(world, actor, halcyon)
    assert (SALESFORCE, LONG) in crm.asked[-1].rejected
    assert [each.account_id[:5] for each in found.proposals] == ["001BB"]
    assert [each.account_id[:5] for each in found.rejected] == ["001AA"]


def test_rejecting_the_clients_own_account_takes_it_away_with_its_facts(
    world: World, actor: Actor, halcyon: Client, crm: ScriptedCRM
) -> None:
    crm.knows_account, crm.facts = True, {"account_id": LONG, "matched_by": MatchBasis.DOMAIN}
    crm.candidates = (account(LONG, matched_by=MatchBasis.DOMAIN),)
    assert refreshed(world, actor, halcyon).facts is not None
    found = world.services.client_crm.reject(
        actor, halcyon.id, provider=SALESFORCE, account_id=LONG
    )
    assert (found.facts, found.account_id) == (None, None)


def test_choosing_anew_forgets_the_account_and_what_was_ruled_out(
    world: World, actor: Actor, halcyon: Client
) -> None:
    refreshed(world, actor, halcyon)
    for answer in (world.services.client_crm.reject, world.services.client_crm.confirm):
        answer(actor, halcyon.id, provider=SALESFORCE, account_id=LONG)
    found = world.services.client_crm.reopen(actor, halcyon.id)
    assert (found.is_confirmed, found.rejected) == (False, ())
    assert refreshed(world, actor, halcyon).proposals != ()


def test_what_a_crm_does_not_find_any_more_is_no_proposal(
    world: World, actor: Actor, halcyon: Client, crm: ScriptedCRM
) -> None:
    refreshed(world, actor, halcyon)
    crm.candidates = crm.candidates[:1]
    assert len(refreshed(world, actor, halcyon).proposals) == 1
    crm.error, crm.candidates = ProviderUnavailableError("down", retry_after=0), ()
    assert len(refreshed(world, actor, halcyon).proposals) == 1
    crm.error = None
    assert refreshed(world, actor, halcyon).proposals == ()


def test_an_account_that_another_client_has_is_refused(
    world: World, actor: Actor, halcyon: Client, ben: User
) -> None:
    factories.client(ben.business, name="Halcyon UK", crm_account_id=SHORT)
    with pytest.raises(ConflictError, match="Halcyon UK"):
        world.services.client_crm.confirm(actor, halcyon.id, provider=SALESFORCE, account_id=LONG)


@pytest.mark.parametrize(
    ("provider", "account_id"),
    [
        (CRMName.SALESFORCE, "880001"),
        (CRMName.HUBSPOT, LONG),
        (CRMName.MOCK, "001"),
        (CRMName.CSV, " "),
        (CRMName.CSV, "x" * 65),
    ],
)
def test_an_id_that_the_crm_cannot_have_is_refused(
    world: World, actor: Actor, halcyon: Client, provider: CRMName, account_id: str
) -> None:
    with pytest.raises(InvalidInputError):
        world.services.client_crm.confirm(
            actor, halcyon.id, provider=provider, account_id=account_id
        )


def test_an_account_that_is_gone_is_told_with_what_may_have_taken_its_place(
    world: World, actor: Actor, ben: User, crm: ScriptedCRM
) -> None:
    client = factories.client(
        ben.business, name="Halcyon", crm_account_id=LONG, crm_provider=SALESFORCE
    )
    crm.is_gone, crm.candidates = True, crm.candidates[1:]
    found = refreshed(world, actor, client)
    assert found.gone_at is not None
    assert [each.account_id[:5] for each in found.proposals] == ["001BB"]
    waiting, total = world.services.crm.matches.open(actor, skip=0, limit=10)
    assert ([each.client.name for each in waiting], total) == (["Halcyon"], 1)


def test_the_list_of_what_is_to_decide_is_paged_and_leaves_out_decided_and_archived_ones(
    world: World, actor: Actor, ben: User
) -> None:
    for name in ("Brightleaf", "Castellan", "Meridian", "Northwind"):
        refreshed(world, actor, factories.client(ben.business, name=name))
    by_name = {each.name: each for each in db.session.query(Client)}
    world.services.crm.matches.confirm(
        actor, by_name["Brightleaf"].id, provider=SALESFORCE, account_id=LONG
    )
    world.services.clients.archive(actor, by_name["Castellan"].id)
    found, total = world.services.crm.matches.open(actor, skip=1, limit=10)
    assert ([each.client.name for each in found], total) == (["Northwind"], 2)
    assert len(found[0].matches) == 2


def test_another_business_finds_nothing_and_a_viewer_changes_nothing(
    world: World, actor: Actor, halcyon: Client, cleo: User, ben: User
) -> None:
    refreshed(world, actor, halcyon)
    stranger = actor_of(cleo)
    assert world.services.crm.matches.open(stranger, skip=0, limit=10) == ([], 0)
    for call in (world.services.client_crm.confirm, world.services.client_crm.reject):
        with pytest.raises(NotFoundError):
            call(stranger, halcyon.id, provider=SALESFORCE, account_id=LONG)
    viewer = actor_of(factories.user(ben.business, name="Vera", role="viewer"))
    with pytest.raises(ForbiddenError):
        world.services.client_crm.reopen(viewer, halcyon.id)


def test_rejecting_what_nobody_proposed_is_not_found(
    world: World, actor: Actor, halcyon: Client
) -> None:
    with pytest.raises(NotFoundError):
        world.services.client_crm.reject(actor, halcyon.id, provider=SALESFORCE, account_id=LONG)


def test_without_a_crm_there_is_nobody_to_ask(
    settings: Settings, actor: Actor, halcyon: Client
) -> None:
    with pytest.raises(ConflictError, match="Import accounts from a file"):
        World(settings, crms=[]).services.client_crm.refresh(actor, halcyon.id)
