"""Clients over JSON: who may do what, what is stored, what is refused."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.feeds import ScriptedFeeds, install
from tests.statements import counted
from webapp import clock
from webapp.extensions import db
from webapp.models import Client, ClientMember, User

Caller = Callable[[User], FlaskClient]
CLIENTS = "/api/v1/clients/"
FEED = "https://news.example.com/halcyon.xml"
WHOLE = {
    "name": "Halcyon Health",
    "legal_name": "Halcyon Health, Inc.",
    "domain": "https://www.Halcyon-Health.com/about",
    "ticker": "nyse: hlcn",
    "cik": "CIK 320193",
    "aliases": ["Halcyon", "halcyon", "HH"],
    "products": ["CarePath"],
    "keywords": ["telehealth"],
    "must_have_terms": ["health"],
    "must_not_terms": ["Halcyon Hotels"],
    "feed_urls": [FEED],
    "industry": "Healthcare",
    "tier": "enterprise",
    "arr": 240000,
    "currency": "eur",
    "renewal_on": "2027-01-31",
    "crm_account_id": "001",
    "notes": "Ask for Dana.",
}


@pytest.fixture(autouse=True)
def feeds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> ScriptedFeeds:
    scripted = ScriptedFeeds()
    monkeypatch.setattr(app, "extensions", install(app, scripted))
    return scripted


def problems(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.json
    return {each["field"]: each["message"] for each in answer.json["errors"]}


def test_a_client_is_created_with_everything_that_tells_it_apart(api_as: Caller, ben: User) -> None:
    body = WHOLE | {"members": [{"user_id": ben.id, "role": "owner"}]}
    answer = api_as(ben).post(CLIENTS, json=body)
    assert answer.status_code == 201, answer.json
    made = answer.json
    assert made is not None
    assert answer.headers["Location"] == f"/api/v1/clients/{made['id']}"
    assert {name: made[name] for name in ("domain", "ticker", "cik", "currency", "aliases")} == {
        "domain": "halcyon-health.com",
        "ticker": "HLCN",
        "cik": "0000320193",
        "currency": "EUR",
        "aliases": ["Halcyon", "HH"],
    }
    assert made["members"] == [{"user_id": ben.id, "role": "owner"}]
    assert api_as(ben).get(answer.headers["Location"]).json == made


def test_a_name_is_all_that_is_needed(api_as: Caller, ben: User) -> None:
    answer = api_as(ben).post(CLIENTS, json={"name": "Castellan Bank"})
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["status"], answer.json["feed_urls"]) == ("active", [])


def test_only_new_feeds_are_fetched(api_as: Caller, ben: User, feeds: ScriptedFeeds) -> None:
    kept = factories.client(ben.business, feed_urls=[FEED])
    new = "https://news.example.com/second.xml"
    api_as(ben).put(f"{CLIENTS}{kept.id}", json={"feed_urls": [FEED, new]})
    api_as(ben).put(f"{CLIENTS}{kept.id}", json={"industry": "Health"})
    assert feeds.asked == [new]


def test_a_put_merges(api_as: Caller, ben: User) -> None:
    kept = factories.client(ben.business, industry="Healthcare", arr=1000.0, domain="hh.example")
    answer = api_as(ben).put(f"{CLIENTS}{kept.id}", json={"arr": None, "tier": "smb"})
    assert answer.status_code == 200
    assert answer.json is not None
    found = {name: answer.json[name] for name in ("name", "industry", "arr", "tier", "domain")}
    assert found == {
        "name": "Halcyon Health",
        "industry": "Healthcare",
        "arr": None,
        "tier": "smb",
        "domain": "hh.example",
    }


def test_a_null_empties_what_may_be_empty(api_as: Caller, ben: User) -> None:
    program = api_as(ben)
    address = program.post(CLIENTS, json=WHOLE).headers["Location"]
    emptied = [name for name in WHOLE if name not in {"name", "currency"}]
    nulls = {name: None for name in emptied if not isinstance(WHOLE[name], list)}
    answer = program.put(address, json=nulls | {"aliases": [], "feed_urls": []})
    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    assert {answer.json[name] for name in nulls} == {None}
    assert (answer.json["aliases"], answer.json["feed_urls"]) == ([], [])
    assert answer.json["products"] == ["CarePath"]


@pytest.mark.parametrize("name", ["Halcyon Health", "HALCYON health"])
def test_two_clients_never_have_one_name(api_as: Caller, ben: User, name: str) -> None:
    factories.client(ben.business)
    assert api_as(ben).post(CLIENTS, json={"name": name}).status_code == 409
    other = factories.client(ben.business, name="Castellan Bank")
    assert api_as(ben).put(f"{CLIENTS}{other.id}", json={"name": name}).status_code == 409


def test_a_client_may_keep_its_own_name(api_as: Caller, ben: User) -> None:
    kept = factories.client(ben.business)
    answer = api_as(ben).put(f"{CLIENTS}{kept.id}", json={"name": "HALCYON HEALTH"})
    assert answer.status_code == 200


def test_an_archived_name_says_to_restore_it(api_as: Caller, ben: User) -> None:
    factories.client(ben.business, status="archived")
    answer = api_as(ben).post(CLIENTS, json={"name": "Halcyon Health"})
    assert answer.json is not None
    assert "restore" in answer.json["detail"]


def test_delete_archives_and_put_takes_it_up_again(api_as: Caller, ben: User) -> None:
    kept = factories.client(ben.business)
    factories.event(kept)
    program, address = api_as(ben), f"{CLIENTS}{kept.id}"
    for _ in range(2):
        answer = program.delete(address)
        assert (answer.status_code, answer.json) == (
            200,
            {"message": "Client archived successfully"},
        )
    assert program.get(CLIENTS).get_json()["total"] == 0
    archived = program.get(CLIENTS, query_string={"status": "archived"}).get_json()
    assert archived["total"] == 1
    assert program.get("/api/v1/events/").get_json()["total"] == 1
    assert program.put(address, json={"status": "active"}).get_json()["status"] == "active"


def test_members_are_replaced(api_as: Caller, ana: User, ben: User) -> None:
    kept = factories.client(ben.business, owner=ben)
    body = {
        "members": [{"user_id": ana.id}, {"user_id": ben.id, "role": "stand_in"}],
    }
    answer = api_as(ben).put(f"{CLIENTS}{kept.id}/members", json=body)
    assert answer.status_code == 200, answer.json
    rows = db.session.query(ClientMember).filter_by(client_id=kept.id)
    assert {row.user_id: row.role.value for row in rows} == {ana.id: "owner", ben.id: "stand_in"}


def test_a_stranger_can_look_after_nobody(api_as: Caller, ben: User, cleo: User) -> None:
    body = {"name": "Halcyon", "members": [{"user_id": cleo.id}]}
    assert list(problems(api_as(ben).post(CLIENTS, json=body))) == ["members.0.user_id"]
    twice = {"name": "Halcyon", "members": [{"user_id": ben.id}, {"user_id": ben.id}]}
    assert list(problems(api_as(ben).post(CLIENTS, json=twice))) == ["members"]


def test_other_businesses_do_not_exist(api_as: Caller, ben: User, cleo: User) -> None:
    theirs = factories.client(cleo.business)
    program, address = api_as(ben), f"{CLIENTS}{theirs.id}"
    assert program.get(address).status_code == 404
    assert program.put(address, json={"name": "Mine"}).status_code == 404
    assert program.delete(address).status_code == 404
    assert program.get(f"{address}/coverage").status_code == 404
    assert program.get(f"{CLIENTS}{uuid.uuid4()}").status_code == 404
    body = {"name": "Theirs", "business_id": str(cleo.business_id)}
    assert program.post(CLIENTS, json=body).status_code == 403
    assert program.get(CLIENTS).get_json()["total"] == 0


def test_a_viewer_only_looks(api_as: Caller, ana: User) -> None:
    viewer = factories.user(ana.business, name="Vera", role="viewer")
    kept = factories.client(ana.business)
    program = api_as(viewer)
    assert program.get(CLIENTS).status_code == 200
    assert program.post(CLIENTS, json={"name": "New"}).status_code == 403
    assert program.put(f"{CLIENTS}{kept.id}", json={"name": "New"}).status_code == 403
    assert program.delete(f"{CLIENTS}{kept.id}").status_code == 403
    imported = program.post(f"{CLIENTS}import", data="name\nNew", content_type="text/csv")
    assert imported.status_code == 403


def portfolio(ben: User) -> None:
    today = clock.now().date()
    factories.client(ben.business, name="Castellan Bank", tier="enterprise", arr=10.0, owner=ben)
    factories.client(
        ben.business, name="Alder Foods", domain="alder.example", last_checked_at=clock.now()
    )
    busy = factories.client(
        ben.business, name="Brightleaf", aliases=["BLF"], renewal_on=today + timedelta(days=20)
    )
    factories.event(busy)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Alder Foods", "Brightleaf", "Castellan Bank"]),
        ({"q": "alder.EXAMPLE"}, ["Alder Foods"]),
        ({"q": "blf"}, ["Brightleaf"]),
        ({"q": "100%"}, []),
        ({"tier": "enterprise"}, ["Castellan Bank"]),
        ({"assigned_only": "true"}, ["Castellan Bank"]),
        ({"renews_within": "30"}, ["Brightleaf"]),
        ({"renews_within": "10"}, []),
        ({"sort": "events"}, ["Brightleaf", "Alder Foods", "Castellan Bank"]),
        ({"sort": "last_checked"}, ["Brightleaf", "Castellan Bank", "Alder Foods"]),
        ({"sort": "arr"}, ["Castellan Bank", "Alder Foods", "Brightleaf"]),
        ({"sort": "renewal"}, ["Brightleaf", "Alder Foods", "Castellan Bank"]),
        ({"skip": "1", "limit": "1"}, ["Brightleaf"]),
    ],
)
def test_the_list_is_filtered_sorted_and_paged(
    api_as: Caller, ben: User, query: dict[str, str], names: list[str]
) -> None:
    portfolio(ben)
    answer = api_as(ben).get(CLIENTS, query_string=query).json
    assert answer is not None
    assert [each["name"] for each in answer["clients"]] == names


@pytest.mark.parametrize("query", ["limit=101", "skip=-1", "sort=luck", "tier=x", "owner=0"])
def test_a_bad_filter_is_422(api_as: Caller, ben: User, query: str) -> None:
    assert api_as(ben).get(f"{CLIENTS}?{query}").status_code == 422


def test_a_longer_list_needs_no_more_statements(api_as: Caller, ben: User) -> None:
    program, business_id, user_id = api_as(ben), ben.business_id, ben.id
    program.get(CLIENTS)  # notes that the token was used

    def statements(count: int) -> int:
        for number in range(count):
            client = Client(business_id=business_id, name=f"Client {count}-{number}")
            client.members = [ClientMember(user_id=user_id)]
            factories.save(client)
        db.session.remove()
        with counted() as seen:
            program.get(CLIENTS)
        return len(seen)

    assert statements(1) == statements(20)


def test_a_feed_can_be_tried_before_anything_is_saved(
    api_as: Caller, ben: User, feeds: ScriptedFeeds
) -> None:
    feeds.says("https://a.example", "This address is a web page, not a feed.", FEED)
    program = api_as(ben)
    good = program.post(f"{CLIENTS}check-feed", json={"url": FEED}).json
    bad = program.post(f"{CLIENTS}check-feed", json={"url": "a.example"}).json
    assert good is not None
    assert bad is not None
    assert (good["is_feed"], good["title"], good["entries"]) == (True, "News", 3)
    assert (bad["is_feed"], bad["proposals"]) == (False, [FEED])
