"""A client's CRM facts over JSON: their age, what they mean, and which account it is."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.crm_world import account, knows_nobody, use_crms
from tests.doubles.providers import ScriptedCRM
from webapp.config import Settings
from webapp.errors import ProviderAuthError, ProviderUnavailableError
from webapp.models import Client, User

ApiAs = Callable[[User], FlaskClient]
LONG = "001AA000003DHPxYAO"
CHOSEN = {"provider": "salesforce", "account_id": LONG}


@pytest.fixture
def crm() -> ScriptedCRM:
    return knows_nobody(account(LONG))


@pytest.fixture(autouse=True)
def _crms(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, crm: ScriptedCRM
) -> None:
    use_crms(app, settings, monkeypatch, crm)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben, name="Halcyon Health")


def url(client: Client, act: str = "") -> str:
    return f"/api/v1/clients/{client.id}/crm{act}"


def test_before_anybody_was_asked_nothing_is_known(
    api_as: ApiAs, ben: User, halcyon: Client
) -> None:
    found = api_as(ben).get(url(halcyon)).get_json()
    assert (found["is_configured"], found["facts"], found["provenance"]) == (True, None, None)


def test_asking_now_brings_facts_with_age_risk_and_engagement(
    api_as: ApiAs, ben: User, halcyon: Client, crm: ScriptedCRM
) -> None:
    crm.knows_account, crm.facts = True, {"health": "Red", "open_case_count": 1}
    found = api_as(ben).post(url(halcyon, "/refresh")).get_json()
    assert (found["provenance"], found["facts"]["arr"]) == ("live", 240_000)
    assert found["fetched_at"].endswith("Z")
    assert found["risk"]["at_risk"] is True
    assert found["risk"]["reasons"][0]["signal"] == "bad_health"
    assert found["engagement"]["score"] == 0.88
    factors = {each["factor"]: each["value"] for each in found["engagement"]["factors"]}
    assert factors == {"activity": None, "support": 0.88, "growth": None, "contacts": None}


def test_while_the_crm_is_down_the_last_facts_are_cached_and_say_why(
    api_as: ApiAs, ben: User, halcyon: Client, crm: ScriptedCRM
) -> None:
    program = api_as(ben)
    crm.knows_account = True
    program.post(url(halcyon, "/refresh"))
    crm.error = ProviderUnavailableError("Salesforce is not working (503).", retry_after=0)
    found = program.post(url(halcyon, "/refresh")).get_json()
    assert (found["provenance"], found["trouble"]) == ("cached", "Salesforce is not working (503).")
    assert found["facts"]["arr"] == 240_000


def test_a_failure_without_any_facts_is_told_and_nothing_is_invented(
    api_as: ApiAs, ben: User, halcyon: Client, crm: ScriptedCRM
) -> None:
    crm.error = ProviderAuthError("Salesforce refused the refresh token.")
    found = api_as(ben).post(url(halcyon, "/refresh"))
    assert found.status_code == 200
    assert found.get_json()["facts"] is None
    assert "refused the refresh token" in found.get_json()["trouble"]


def test_a_proposal_is_confirmed_or_rejected(api_as: ApiAs, ben: User, halcyon: Client) -> None:
    program = api_as(ben)
    proposed = program.post(url(halcyon, "/refresh")).get_json()["proposals"]
    assert [each["account_id"] for each in proposed] == [LONG]
    assert proposed[0]["details"]["owner_name"] == "Ben Aldous"
    waiting = program.get("/api/v1/crm/matches").get_json()
    assert (waiting["total"], waiting["clients"][0]["client_name"]) == (1, "Halcyon Health")

    confirmed = program.post(url(halcyon, "/confirm"), json=CHOSEN).get_json()
    assert (confirmed["is_confirmed"], confirmed["account_id"]) == (True, LONG)
    assert program.get(f"/api/v1/clients/{halcyon.id}").get_json()["crm_provider"] == "salesforce"

    rejected = program.post(url(halcyon, "/reject"), json=CHOSEN).get_json()
    assert (rejected["is_confirmed"], len(rejected["rejected"])) == (False, 1)

    forgotten = program.delete(url(halcyon, "/account")).get_json()
    assert forgotten["rejected"] == []


def test_the_address_of_an_accounts_page_is_as_good_as_its_id(
    api_as: ApiAs, ben: User, halcyon: Client
) -> None:
    page = f"https://lighthouse.lightning.force.com/lightning/r/Account/{LONG}/view"
    body = {"provider": "salesforce", "account_id": page}
    found = api_as(ben).post(url(halcyon, "/confirm"), json=body).get_json()
    assert found["account_id"] == LONG


def test_another_id_on_the_client_has_its_crm_found_out_anew(
    api_as: ApiAs, ben: User, halcyon: Client
) -> None:
    program = api_as(ben)
    program.post(url(halcyon, "/confirm"), json=CHOSEN)
    other = "https://app.hubspot.com/contacts/24680/record/0-2/880001/" + "?eschref=%2F" * 9
    answer = program.put(f"/api/v1/clients/{halcyon.id}", json={"crm_account_id": other})
    changed = answer.get_json()
    assert (changed["crm_account_id"], changed["crm_provider"]) == ("880001", None)


def test_the_clients_figures_are_taken_over_from_a_crm_only(
    api_as: ApiAs, ben: User, halcyon: Client, crm: ScriptedCRM
) -> None:
    program = api_as(ben)
    assert program.post(url(halcyon, "/adopt")).status_code == 409
    crm.knows_account = True
    assert program.post(url(halcyon, "/refresh")).get_json()["differs"] is True
    assert program.post(url(halcyon, "/adopt")).get_json()["differs"] is False
    assert program.get(f"/api/v1/clients/{halcyon.id}").get_json()["arr"] == 240_000


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"provider": "salesforce"},
        {"provider": "sap", "account_id": LONG},
        {"provider": "salesforce", "account_id": ""},
        {"provider": "salesforce", "account_id": "880001"},
        {"provider": "mock", "account_id": "1"},
        {**CHOSEN, "status": "confirmed"},
    ],
)
def test_an_account_that_cannot_be_is_422(
    api_as: ApiAs, ben: User, halcyon: Client, body: dict[str, str]
) -> None:
    assert api_as(ben).post(url(halcyon, "/confirm"), json=body).status_code == 422


def test_another_business_finds_nothing(api_as: ApiAs, cleo: User, halcyon: Client) -> None:
    stranger = api_as(cleo)
    assert stranger.get(url(halcyon)).status_code == 404
    assert stranger.post(url(halcyon, "/refresh")).status_code == 404
    for act in ("/confirm", "/reject"):
        assert stranger.post(url(halcyon, act), json=CHOSEN).status_code == 404
    assert stranger.delete(url(halcyon, "/account")).status_code == 404
    assert stranger.get("/api/v1/crm/matches").get_json()["total"] == 0


def test_an_admin_tries_whether_a_crm_answers(
    api_as: ApiAs, ana: User, ben: User, crm: ScriptedCRM
) -> None:
    path = "/api/v1/crm/salesforce/check"
    assert api_as(ana).post(path).get_json()["account"] == "lighthouse.example.com"
    assert api_as(ben).post(path).status_code == 403
    assert api_as(ana).post("/api/v1/crm/hubspot/check").status_code == 404
    crm.error = ProviderAuthError("Salesforce refused user and password.")
    failed = api_as(ana).post(path)
    assert (failed.status_code, "user and password" in failed.get_json()["detail"]) == (409, True)
