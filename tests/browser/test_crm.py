"""CRM facts and the choice of accounts in a real browser."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.screens import Screen, axe_findings, every_screen, overflow
from tests.doubles.crm_world import account, use_crms
from tests.doubles.providers import ScriptedCRM
from webapp import clock
from webapp.config import Settings
from webapp.enums import ArrBasis, CRMName, MatchBasis
from webapp.extensions import db
from webapp.models import Client, User
from webapp.providers.base import CRMCase, CRMContact, CRMOpportunity
from webapp.services.actors import actor_of
from webapp.services.crm_snapshots import facts_to_json

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
LONG = "001AA000003DHPxYAO"


@pytest.fixture
def crm() -> ScriptedCRM:
    today = clock.now().date()
    return ScriptedCRM(
        facts={
            "account_id": LONG,
            "matched_by": MatchBasis.DOMAIN,
            "arr_basis": ArrBasis.WON_DEALS,
            "renewal_on": today + timedelta(days=24),
            "stage": "Negotiation",
            "owner_name": "Ben Aldous",
            "health": "Yellow",
            "industry": "Insurance",
            "employees": 3100,
            "last_activity_on": today - timedelta(days=61),
            "website": "https://halcyon.example.com",
            "account_url": f"https://lighthouse.my.salesforce.com/{LONG}",
            "contacts": (
                CRMContact("Ida Storm", "VP Claims", "ida@halcyon.example.com", is_champion=True),
                CRMContact("Otto Lind"),
            ),
            "opportunities": (
                CRMOpportunity("Halcyon 2027", "Negotiation", 190_000, date(2027, 1, 4)),
            ),
            "cases": (CRMCase("Export runs into a time-out", "New", "High", today),),
            "contact_count": 2,
            "open_deal_count": 1,
            "open_case_count": 1,
            "urgent_case_count": 1,
            "not_shown": ("Contact.Champion__c",),
            "remarks": ("Only the newest 100 of 240 tickets were read.",),
        },
        candidates=(account(LONG, matched_by=MatchBasis.DOMAIN, account_name="Halcyon Health"),),
    )


@pytest.fixture
def clients(
    app: Flask,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    crm: ScriptedCRM,
    ana: User,
) -> list[Client]:
    """One client whose account was found by its domain, and one that has to be chosen."""
    world = use_crms(app, settings, monkeypatch, crm)
    known = factories.client(ana.business, name="Halcyon Health", domain="halcyon.example.com")
    open_ = factories.client(ana.business, name="Castellan Bank", domain="castellan.example.com")
    world.services.client_crm.refresh(actor_of(ana), known.id)
    crm.knows_account, crm.candidates = (
        False,
        (
            account("001CC000003DHPxYAO", account_name="Castellan Bank plc", arr=1_200_000.0),
            account(
                "001DD000003DHPxYAO",
                account_name="Castellan Bank (old, do not use)",
                website=None,
                industry="Banking",
            ),
        ),
    )
    world.services.client_crm.refresh(actor_of(ana), open_.id)
    imported = account("H1", provider=CRMName.CSV, account_name="Meridian Energy", arr=85_000.0)
    factories.crm_account(ana.business, facts=facts_to_json(imported), file_name="accounts.csv")
    return [known, open_]


def test_a_checked_file_stands_ready_to_be_imported(
    page: Page, sign_in: SignIn, ana: User, tmp_path: Path
) -> None:
    sign_in(ana)
    page.goto("/crm/import")
    file = tmp_path / "accounts.csv"
    file.write_text("name,domain,arr\nHalcyon Health,halcyon.example.com,240k\n=Bad,,\n")
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Only check").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("like a formula")
    page.screenshot(
        path=Path(os.environ.get("BEACON_SCREENS", tmp_path)) / "crm-checked.png", full_page=True
    )
    assert axe_findings(page) == []
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Imported", exact=True)).to_be_visible()


@every_screen
def test_every_page_is_accessible_and_fits(
    page: Page, screen: Screen, sign_in: SignIn, clients: list[Client], tmp_path: Path
) -> None:
    sign_in(db.session.query(User).one())
    folder = Path(os.environ.get("BEACON_SCREENS", tmp_path))
    known, open_ = clients
    pages = {
        "known": f"/clients/{known.id}",
        "open": f"/clients/{open_.id}",
        "crm": "/crm",
        "accounts": "/crm/accounts",
        "import": "/crm/import",
    }
    for name, path in pages.items():
        page.goto(path)
        page.evaluate("document.querySelectorAll('#crm details').forEach(it => { it.open = true })")
        file = folder / f"crm-{name}-{screen.width}-{screen.scheme}.png"
        page.screenshot(path=file, full_page=True)
        assert (path, axe_findings(page)) == (path, [])
        assert (path, overflow(page) <= 0) == (path, True)


def test_choosing_an_account_changes_the_card_in_place(
    page: Page, sign_in: SignIn, ana: User, clients: list[Client], crm: ScriptedCRM
) -> None:
    sign_in(ana)
    page.goto(f"/clients/{clients[1].id}")
    card = page.locator("#crm")
    expect(card).to_contain_text("Which of these is the account?")
    card.get_by_role("button", name="Not it").first.click()
    expect(card).to_contain_text("Is this the account?")
    crm.knows_account = True
    crm.facts = {**crm.facts, "account_id": "001CC000003DHPxYAO", "matched_by": MatchBasis.ID}
    card.get_by_role("button", name="This one").click()
    expect(card).to_contain_text("Kept as 001CC000003DHPxYAO.")
    expect(card).to_contain_text("At risk")
    expect(page.locator("#toasts")).to_contain_text("The account is kept")
