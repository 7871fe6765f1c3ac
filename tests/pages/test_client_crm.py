"""The CRM card of a client, and the page on which accounts are chosen."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.crm_world import account, knows_nobody, use_crms
from tests.doubles.providers import ScriptedCRM
from webapp import clock
from webapp.config import Settings
from webapp.enums import ArrBasis, MatchBasis
from webapp.errors import ProviderAuthError, ProviderUnavailableError
from webapp.extensions import db
from webapp.models import Client, User

BrowseAs = Callable[[User], FlaskClient]
LONG = "001AA000003DHPxYAO"
CHOSEN = {"provider": "salesforce", "account_id": LONG}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def crm() -> ScriptedCRM:
    return knows_nobody(account(LONG, account_name="<b>Halcyon</b> Health"))


@pytest.fixture(autouse=True)
def _crms(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, crm: ScriptedCRM
) -> None:
    use_crms(app, settings, monkeypatch, crm)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben, name="Halcyon Health")


def known(crm: ScriptedCRM, **facts: object) -> None:
    """Let the CRM be sure of the account."""
    crm.knows_account = True
    crm.facts = {"account_id": LONG, "matched_by": MatchBasis.DOMAIN, **facts}


def asked(browser: FlaskClient, client: Client) -> str:
    """Press "Ask now" and return the client's page."""
    pressed = browser.post(f"/clients/{client.id}/crm/refresh")
    assert pressed.status_code == 303
    return browser.get(pressed.location).text


def test_the_card_says_whose_facts_they_are_how_old_and_what_they_mean(
    browse_as: BrowseAs, ben: User, halcyon: Client, crm: ScriptedCRM
) -> None:
    known(crm, health="Red", arr_basis=ArrBasis.WON_DEALS, open_case_count=2, remarks=("Odd.",))
    page = asked(browse_as(ben), halcyon)
    for words in (
        "Salesforce",
        "just now",
        "At risk",
        "The CRM rates its health “Red”.",
        "$240k (deals won in 12 months)",
        "Engagement 76 of 100",
        "2 open cases.",
        "Odd.",
    ):
        assert words in page


def test_facts_of_a_crm_that_is_down_are_marked_with_their_age(
    browse_as: BrowseAs, ben: User, halcyon: Client, crm: ScriptedCRM
) -> None:
    known(crm)
    clock.set_clock(clock.now() - timedelta(days=9))
    asked(browse_as(ben), halcyon)
    clock.set_clock(None)
    crm.error = ProviderUnavailableError("Salesforce is not working (503).", retry_after=0)
    page = asked(browse_as(ben), halcyon)
    assert "Salesforce is not working (503)." in page
    assert "What you see is 9 d old." in page
    assert "Cached" in page
    assert "rather old" in page


def test_a_name_is_proposed_with_what_tells_it_from_others(
    browse_as: BrowseAs, ben: User, halcyon: Client
) -> None:
    page = asked(browse_as(ben), halcyon)
    assert "Is this the account?" in page
    assert "&lt;b&gt;Halcyon&lt;/b&gt; Health" in page
    assert "halcyon.example.com" in page
    assert "No risk seen" not in page


def test_choosing_works_with_htmx_and_without(
    browse_as: BrowseAs, ben: User, halcyon: Client
) -> None:
    browser = browse_as(ben)
    asked(browser, halcyon)
    card = browser.post(f"/clients/{halcyon.id}/crm/confirm", data=CHOSEN, headers=HTMX)
    assert (card.status_code, "Kept as 001AA000003DHPxYAO" in card.text) == (200, True)
    assert "<html" not in card.text
    back = browser.post(f"/clients/{halcyon.id}/crm/reject", data={**CHOSEN, "_from": "crm"})
    assert (back.status_code, back.location) == (303, "/crm")
    page = browser.get(f"/clients/{halcyon.id}").text
    assert "1 account ruled out." in page
    browser.post(f"/clients/{halcyon.id}/crm/reopen")
    assert "ruled out" not in browser.get(f"/clients/{halcyon.id}").text


def test_an_account_that_another_client_has_is_told_in_a_toast(
    browse_as: BrowseAs, ben: User, halcyon: Client
) -> None:
    factories.client(ben.business, name="Halcyon UK", crm_account_id=LONG)
    browser = browse_as(ben)
    asked(browser, halcyon)
    answer = browser.post(f"/clients/{halcyon.id}/crm/confirm", data=CHOSEN)
    assert "“Halcyon UK” has this account" in browser.get(answer.location).text


def test_the_crm_page_lists_what_is_to_decide(
    browse_as: BrowseAs, ben: User, halcyon: Client
) -> None:
    browser = browse_as(ben)
    assert "Nothing to decide" in browser.get("/crm").text
    asked(browser, halcyon)
    page = browser.get("/crm").text
    assert "1 client to decide" in page
    assert "This one" in page
    assert browser.get("/crm?skip=x").status_code == 422


def test_the_clients_figures_are_taken_over_when_asked(
    browse_as: BrowseAs, ben: User, halcyon: Client, crm: ScriptedCRM
) -> None:
    known(crm, arr=300_000.0, renewal_on=date(2027, 6, 30), currency="EUR")
    browser = browse_as(ben)
    assert "from Salesforce" in asked(browser, halcyon)
    browser.post(f"/clients/{halcyon.id}/crm/adopt")
    page = browser.get(f"/clients/{halcyon.id}").text
    assert "Take these over" not in page
    db.session.refresh(halcyon)
    kept = (halcyon.arr, halcyon.currency, halcyon.renewal_on)
    assert kept == (300_000.0, "EUR", date(2027, 6, 30))


def test_many_accounts_are_kept_at_once_and_what_cannot_be_is_told(
    browse_as: BrowseAs, ben: User, halcyon: Client
) -> None:
    browser = browse_as(ben)
    other = factories.client(ben.business, name="Halcyon")
    for client in (halcyon, other):
        asked(browser, client)
    picks = [f"{client.id} salesforce {LONG}" for client in (halcyon, other)]
    answer = browser.post("/crm/confirm", data={"pick": picks})
    page = browser.get(answer.location).text
    assert "1 account kept. “Halcyon Health” has this account." in page
    browser.post("/crm/confirm")
    assert "Tick the accounts first." in browser.get("/crm").text
    assert browser.post("/crm/confirm", data={"pick": "nonsense"}).status_code == 422


def test_an_admin_tries_a_crm_and_hears_what_it_says(
    browse_as: BrowseAs, ana: User, ben: User, crm: ScriptedCRM
) -> None:
    browser = browse_as(ana)
    browser.post("/crm/salesforce/check")
    assert "Salesforce answers (lighthouse.example.com)." in browser.get("/crm").text
    crm.error = ProviderAuthError("Salesforce refused user and password.")
    browser.post("/crm/salesforce/check")
    assert "Salesforce refused user and password." in browser.get("/crm").text
    assert browse_as(ben).post("/crm/salesforce/check").status_code == 403


def test_a_viewer_reads_and_another_business_finds_nothing(
    browse_as: BrowseAs, ben: User, cleo: User, halcyon: Client
) -> None:
    asked(browse_as(ben), halcyon)
    viewer = browse_as(factories.user(ben.business, name="Vera", role="viewer"))
    page = viewer.get(f"/clients/{halcyon.id}").text
    assert "Is this the account?" in page
    assert "This one" not in page
    stranger = browse_as(cleo)
    for act in ("refresh", "confirm", "reject", "reopen", "adopt"):
        answer = stranger.post(f"/clients/{halcyon.id}/crm/{act}", data=CHOSEN)
        assert answer.status_code == 404
    assert "Halcyon" not in stranger.get("/crm").text
    picked = {"pick": f"{halcyon.id} salesforce {LONG}"}
    assert stranger.post("/crm/confirm", data=picked).status_code == 404
