"""The pages of clients, coverage and the business, as forms and links use them."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.feeds import ScriptedFeeds, install
from webapp import clock
from webapp.enums import ExclusionKind, Provenance, RawOutcome, SourceName
from webapp.extensions import db
from webapp.models import Client, ClientExclusion, EventRawData, User

Browse = Callable[[User], FlaskClient]
PAGE, FEED = "https://halcyon-health.com/news", "https://halcyon-health.com/feed.xml"
FORM = {
    "name": "Halcyon Health",
    "domain": "www.halcyon-health.com",
    "aliases": "Halcyon\n\n HH \n",
    "feed_urls": FEED,
    "cik": "320193",
    "tier": "enterprise",
    "arr": "240000",
    "currency": "usd",
    "renewal_on": "2027-01-31",
    "legal_name": "",
    "notes": "",
}


@pytest.fixture(autouse=True)
def feeds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> ScriptedFeeds:
    scripted = ScriptedFeeds()
    scripted.says(PAGE, "This address is a web page, not a feed.", FEED)
    monkeypatch.setattr(app, "extensions", install(app, scripted))
    return scripted


def test_the_form_stores_a_client(browse_as: Browse, ana: User, ben: User) -> None:
    form = FORM | {"_owner": str(ben.id), "_stand_in": str(ana.id), "_members": str(ben.id)}
    answer = browse_as(ben).post("/clients/new", data=form)
    client = db.session.query(Client).one()
    assert answer.location == f"/clients/{client.id}"
    assert (client.domain, client.aliases, client.cik) == (
        "halcyon-health.com",
        ["Halcyon", "HH"],
        "0000320193",
    )
    assert (client.arr, client.legal_name, client.currency) == (240_000.0, None, "USD")
    roles = {each.user_id: each.role for each in client.members}
    assert roles == {ben.id: "owner", ana.id: "stand_in"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Give it a name."),
        ("cik", "Halcyon", "ten digits"),
        ("ticker", "no ticker", "stock symbol"),
        ("domain", "halcyon", "own domain"),
        ("feed_urls", f"{FEED}\nhttp://192.168.0.1/feed", "private network"),
        ("feed_urls", PAGE, "web page, not a feed"),
        ("renewal_on", "soon", "date"),
        ("arr", "lots", "number"),
        ("_owner", "999999", "no user"),
        ("_owner", "x", "no such user"),
    ],
)
def test_a_bad_field_is_shown_with_all_that_was_typed(
    browse_as: Browse, ben: User, field: str, value: str, said: str
) -> None:
    answer = browse_as(ben).post("/clients/new", data=FORM | {"notes": "Keep me."} | {field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Keep me." in answer.text
    assert db.session.query(Client).count() == 0


def test_a_name_that_is_taken_is_said_at_the_field(browse_as: Browse, ben: User) -> None:
    factories.client(ben.business)
    answer = browse_as(ben).post("/clients/new", data=FORM)
    assert answer.status_code == 422
    assert 'id="f-name-error"' in answer.text


def test_an_emptied_field_is_emptied_and_what_the_form_lacks_stays(
    browse_as: Browse, ben: User
) -> None:
    kept = factories.client(ben.business, industry="Health", arr=5.0, status="archived")
    form = FORM | {"industry": "", "arr": "", "aliases": ""}
    browse_as(ben).post(f"/clients/{kept.id}/edit", data=form)
    db.session.refresh(kept)
    assert (kept.industry, kept.arr, kept.aliases, kept.status) == (None, None, [], "archived")


def rejected(client: Client, content: str) -> None:
    """Store a find that was taken for another company's."""
    address = f"https://outlet.example.com/{content}"
    row = EventRawData(
        business_id=client.business_id,
        client_id=client.id,
        source_api=SourceName.SERPER,
        raw_content="{}",
        content_hash=content,
        canonical_url=address,
        url=address,
        title=content,
        fetched_at=clock.now(),
        provenance=Provenance.LIVE,
        is_processed=True,
        outcome=RawOutcome.WRONG_COMPANY,
        outcome_reason="does not name the client",
    )
    factories.save(row)


def test_a_new_alias_tells_how_many_earlier_finds_are_looked_at_again(
    browse_as: Browse, ben: User
) -> None:
    kept = factories.client(ben.business)
    for content in ("a", "b"):
        rejected(kept, content)
    browser, address = browse_as(ben), f"/clients/{kept.id}/edit"
    form = FORM | {"feed_urls": ""}
    page = browser.post(address, data=form, follow_redirects=True).text
    assert "2 earlier finds will be looked at again at the next run." in page
    assert "looked at again" not in browser.post(address, data=form, follow_redirects=True).text


def test_saving_an_unchanged_form_changes_nothing(browse_as: Browse, ana: User, ben: User) -> None:
    browser = browse_as(ben)
    browser.post("/clients/new", data=FORM | {"_owner": str(ben.id), "_members": str(ana.id)})
    client = db.session.query(Client).one()
    page = browser.get(f"/clients/{client.id}/edit").text
    assert re.search(rf'<option value="{ben.id}" selected>', page)
    assert re.search(rf'name="_members" type="checkbox" value="{ana.id}" checked', page)
    assert "Halcyon\nHH</textarea>" in page


def test_feeds_are_checked_without_scripts_and_nothing_is_stored(
    browse_as: Browse, ben: User
) -> None:
    form = FORM | {"feed_urls": f"{PAGE}\n{FEED}", "_check": "1"}
    answer = browse_as(ben).post("/clients/new", data=form)
    assert answer.status_code == 200
    assert "web page, not a feed" in answer.text
    assert "with 3 entries" in answer.text
    assert db.session.query(Client).count() == 0


def test_archive_and_restore(browse_as: Browse, ben: User) -> None:
    client = factories.client(ben.business)
    browser = browse_as(ben)
    browser.post(f"/clients/{client.id}/archive")
    assert "No client is watched" in browser.get("/clients").text
    assert "This client is archived" in browser.get(f"/clients/{client.id}").text
    browser.post(f"/clients/{client.id}/restore")
    assert "Halcyon Health" in browser.get("/clients").text


def test_a_viewer_sees_no_way_to_change(browse_as: Browse, ana: User) -> None:
    client = factories.client(ana.business)
    browser = browse_as(factories.user(ana.business, name="Vera", role="viewer"))
    for path in ("/clients", f"/clients/{client.id}"):
        page = browser.get(path).text
        assert "New client" not in page
        assert f"/clients/{client.id}/edit" not in page
        assert "/business" not in page
    assert browser.get("/clients/new").status_code == 403
    assert browser.post(f"/clients/{client.id}/archive").status_code == 403
    assert browser.get("/business").status_code == 403


def test_what_wrong_company_taught_is_undone(browse_as: Browse, ben: User) -> None:
    client = factories.client(ben.business)
    taught = factories.event(client, title="Halcyon Hotels opens a resort")
    exclusion = factories.save(
        ClientExclusion(
            business_id=ben.business_id,
            client_id=client.id,
            kind=ExclusionKind.TERM,
            value="Halcyon Hotels",
            event_id=taught.id,
            created_by_user_id=ben.id,
        )
    )
    browser, page = browse_as(ben), f"/clients/{client.id}"
    assert "Halcyon Hotels" in browser.get(page).text
    browser.post(f"{page}/exclusions/{exclusion.id}/undo")
    assert "None so far." in browser.get(page).text


def test_other_businesses_do_not_exist(browse_as: Browse, ben: User, cleo: User) -> None:
    theirs = factories.client(cleo.business)
    browser = browse_as(ben)
    for path in ("", "/edit"):
        assert browser.get(f"/clients/{theirs.id}{path}").status_code == 404
    assert browser.post(f"/clients/{theirs.id}/archive").status_code == 404
    assert browser.get(f"/coverage?client_id={theirs.id}").status_code == 404


def test_a_file_is_imported_and_its_bad_lines_are_shown(browse_as: Browse, ben: User) -> None:
    data = b"name,cik\nHalcyon Health,320193\nCastellan Bank,Castellan\n"
    sent = {"_file": (io.BytesIO(data), "clients.csv")}
    browser = browse_as(ben)
    checked = browser.post("/clients/import", data={"_text": data.decode(), "_dry_run": "1"})
    assert "Would be added" in checked.text
    assert db.session.query(Client).count() == 0
    answer = browser.post("/clients/import", data=sent, content_type="multipart/form-data")
    assert "Lines that were left out" in answer.text
    assert "ten digits" in answer.text
    assert [each.name for each in db.session.query(Client)] == ["Halcyon Health"]


@pytest.mark.parametrize("text", ["", "domain\nhalcyon-health.com"])
def test_what_is_no_such_file_is_said(browse_as: Browse, ben: User, text: str) -> None:
    answer = browse_as(ben).post("/clients/import", data={"_text": text})
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_the_export_is_for_spreadsheets(browse_as: Browse, ben: User) -> None:
    factories.client(ben.business, name="=1+1")
    answer = browse_as(ben).get("/clients/export.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeffname,domain")
    assert "'=1+1" in answer.text


def test_the_business_form_shows_what_is_wrong(browse_as: Browse, ana: User) -> None:
    browser = browse_as(ana)
    answer = browser.post("/business", data={"name": " ", "timezone": "UTC"})
    assert (answer.status_code, "Give it a name." in answer.text) == (422, True)
    saved = browser.post("/business", data={"name": "Harbour", "timezone": "UTC"})
    assert saved.location == "/business"
    db.session.expire_all()
    assert (ana.business.name, ana.business.tracking_enabled) == ("Harbour", False)
