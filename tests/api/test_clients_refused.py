"""Clients that cannot be: each bad value is named, with what to do about it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.feeds import ScriptedFeeds, install
from webapp.extensions import db
from webapp.models import Client, User

Caller = Callable[[User], FlaskClient]
CLIENTS = "/api/v1/clients/"
FEED = "https://news.example.com/halcyon.xml"


@pytest.fixture(autouse=True)
def feeds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> ScriptedFeeds:
    scripted = ScriptedFeeds()
    monkeypatch.setattr(app, "extensions", install(app, scripted))
    return scripted


def problems(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.json
    return {each["field"]: each["message"] for each in answer.json["errors"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", None),
        ("domain", "halcyon"),
        ("domain", "10.0.0.1"),
        ("domain", "https://linkedin.com/company/halcyon"),
        ("domain", "info@halcyon-health.com"),
        ("cik", "Apple"),
        ("cik", "12345678901"),
        ("cik", "0"),
        ("ticker", "not a ticker"),
        ("ticker", "WAYTOOLONGTOBEONE"),
        ("tier", "huge"),
        ("arr", -1),
        ("arr", "240000"),
        ("arr", True),
        ("currency", "euro"),
        ("renewal_on", "31.01.2027"),
        ("renewal_on", "0001-01-01"),
        ("aliases", "Halcyon"),
        ("aliases", ["x"] * 2 + [7]),
        ("keywords", [f"word {n}" for n in range(51)]),
        ("status", "deleted"),
        ("status", None),
        ("feed_urls", None),
        ("members", [{"user_id": 999_999}]),
        ("members", [{"user_id": True}]),
        ("nonsense", 1),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_cannot_be_is_422_and_named(
    api_as: Caller, ben: User, method: str, field: str, value: object
) -> None:
    address = CLIENTS if method == "POST" else f"{CLIENTS}{factories.client(ben.business).id}"
    answer = api_as(ben).open(address, method=method, json={"name": "Quillstone", field: value})
    assert {each.partition(".")[0] for each in problems(answer)} == {field}


def test_a_bad_cik_and_ticker_say_what_one_looks_like(api_as: Caller, ben: User) -> None:
    body = {"name": "Halcyon", "cik": "Apple Inc", "ticker": "?"}
    found = problems(api_as(ben).post(CLIENTS, json=body))
    assert "0000320193" in found["cik"]
    assert "BRK.B" in found["ticker"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/feed",
        "http://localhost/feed",
        "http://[::1]/feed",
        "http://[::ffff:10.0.0.1]/feed",
        "http://2130706433/feed",
        "http://0x7f.0.0.1/feed",
        "http://017700000001/feed",
        "http://169.254.169.254/latest/meta-data",
        "http://192.168.1.1:80/feed",
        "https://intranet/feed",
        "https://user:secret@news.example.com/feed",
        "https://news.example.com:8443/feed",
        "ftp://news.example.com/feed",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "10.0.0.8/feed",
    ],
)
def test_an_address_that_must_never_be_fetched_is_refused_unasked(
    api_as: Caller, ben: User, feeds: ScriptedFeeds, url: str
) -> None:
    answer = api_as(ben).post(CLIENTS, json={"name": "Halcyon", "feed_urls": [FEED, url]})
    assert list(problems(answer)) == ["feed_urls.1"]
    assert feeds.asked == [FEED]  # so that all mistakes are told at once
    assert db.session.query(Client).count() == 0


def test_a_web_page_is_no_feed_and_the_feed_it_names_is_proposed(
    api_as: Caller, ben: User, feeds: ScriptedFeeds
) -> None:
    page = "https://halcyon.example.com/news"
    feeds.says(page, "This address is a web page, not a feed.", FEED)
    found = problems(api_as(ben).post(CLIENTS, json={"name": "Halcyon", "feed_urls": [page]}))
    assert "web page, not a feed" in found["feed_urls.0"]
    assert FEED in found["feed_urls.0"]


def test_a_site_that_is_down_for_a_moment_is_believed(
    api_as: Caller, ben: User, feeds: ScriptedFeeds
) -> None:
    feeds.says(FEED, "The site is not working at the moment (503).", is_lasting=False)
    answer = api_as(ben).post(CLIENTS, json={"name": "Halcyon", "feed_urls": [FEED]})
    assert answer.status_code == 201
