"""Importing accounts on the page: checked first, then stored, listed and taken out."""

import io
from collections.abc import Callable

from flask.testing import FlaskClient

from tests import factories
from webapp.extensions import db
from webapp.models import CrmAccount, User

BrowseAs = Callable[[User], FlaskClient]
FILE = "name,domain,arr\nHalcyon Health,halcyon.example.com,240k\n=Bad,,\n"


def test_a_file_is_checked_then_imported_without_choosing_it_again(
    browse_as: BrowseAs, ben: User
) -> None:
    factories.client(ben.business, name="Halcyon", domain="halcyon.example.com")
    browser = browse_as(ben)
    upload = {"_file": (io.BytesIO(FILE.encode()), "accounts.csv"), "_dry_run": "1"}
    checked = browser.post("/crm/import", data=upload).text
    for words in ("What would happen", "$240k", "like a formula", "Nothing is stored yet"):
        assert words.removeprefix("$") in checked
    assert "halcyon.example.com,240k" in checked
    assert db.session.query(CrmAccount).count() == 0
    done = browser.post("/crm/import", data={"_text": FILE}).text
    assert "1 client has facts from it." in done


def test_accounts_are_listed_searched_and_taken_out(browse_as: BrowseAs, ben: User) -> None:
    browser = browse_as(ben)
    browser.post("/crm/import", data={"_text": "name\nHalcyon\nMeridian\n"})
    assert "2 accounts" in browser.get("/crm").text
    page = browser.get("/crm/accounts?q=meri").text
    assert ("Meridian" in page, "Halcyon" in page) == (True, False)
    one = db.session.query(CrmAccount).filter_by(name="Meridian").one()
    browser.post(f"/crm/accounts/{one.id}/remove")
    browser.post("/crm/accounts/remove")
    assert "Nothing imported" in browser.get("/crm").text


def test_a_file_that_is_none_is_told_on_the_form_and_loses_nothing(
    browse_as: BrowseAs, ben: User
) -> None:
    browser = browse_as(ben)
    refused = browser.post("/crm/import", data={"_text": "colour\nblue\n"})
    assert (refused.status_code, "colour\nblue" in refused.text) == (422, True)
    assert browser.post("/crm/import", data={}).status_code == 422


def test_another_business_finds_nothing_and_a_viewer_imports_nothing(
    browse_as: BrowseAs, ben: User, cleo: User
) -> None:
    browse_as(ben).post("/crm/import", data={"_text": FILE})
    stranger = browse_as(cleo)
    one = db.session.query(CrmAccount).one()
    assert "Halcyon" not in stranger.get("/crm/accounts").text
    assert stranger.post(f"/crm/accounts/{one.id}/remove").status_code == 404
    viewer = browse_as(factories.user(ben.business, name="Vera", role="viewer"))
    assert viewer.post("/crm/import", data={"_text": FILE}).status_code == 403
