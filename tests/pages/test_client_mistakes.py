"""The client form with several mistakes: all are told at once, nothing typed is lost."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.feeds import ScriptedFeeds, install
from webapp.extensions import db
from webapp.models import Client, User

Browse = Callable[[User], FlaskClient]
AJAX = {"HX-Request": "true", "HX-Request-Type": "partial"}
PAGE, FEED = "https://halcyon-health.com/news", "https://halcyon-health.com/feed.xml"
MISTAKES = {
    "name": ("", "Give it a name."),
    "domain": ("halcyon", "own domain"),
    "aliases": (f"Halcyon\n{'x' * 121}", "Entry 2: Use at most 120 characters."),
    "feed_urls": (f"{PAGE}\n{FEED}\nhttp://10.0.0.8/feed", "web page, not a feed"),
    "cik": ("Halcyon", "ten digits"),
    "arr": ("lots", "Give a number."),
    "renewal_on": ("soon", "Give a date such as"),
    "_owner": ("999999", "no user with the id 999999"),
    "notes": ("a\x00b", "cannot be stored"),
}
"""Fields, each with a mistake and what is said of it."""
IDS = {"_owner": "f-members", "feed_urls": "f-feed-urls", "renewal_on": "f-renewal-on"}
_ERROR = re.compile(r'class="field-error" id="(f-[a-z-]+)-error">.*?<span>([^<]*)', re.DOTALL)
_FOCUSED = re.compile(r"<(?:input|textarea|select)[^>]* autofocus[^>]*>")


@pytest.fixture(autouse=True)
def feeds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> ScriptedFeeds:
    scripted = ScriptedFeeds()
    scripted.says(PAGE, "This address is a web page, not a feed.", FEED)
    monkeypatch.setattr(app, "extensions", install(app, scripted))
    return scripted


@pytest.mark.parametrize("headers", [{}, AJAX], ids=["plain", "htmx"])
def test_all_mistakes_are_told_at_once_each_at_its_field(
    browse_as: Browse, ben: User, feeds: ScriptedFeeds, headers: dict[str, str]
) -> None:
    form = {name: typed for name, (typed, _) in MISTAKES.items()}
    answer = browse_as(ben).post("/clients/new", data=form, headers=headers)
    assert (answer.status_code, "<html" in answer.text) == (422, not headers)
    told = dict(_ERROR.findall(answer.text))
    assert list(told) == [IDS.get(name, f"f-{name}") for name in MISTAKES]
    for name, (typed, said) in MISTAKES.items():
        assert said in told[IDS.get(name, f"f-{name}")]
        assert typed in answer.text or name == "_owner"  # a choice that there is not
    assert "private network" in told["f-feed-urls"]
    assert feeds.asked == [PAGE, FEED]
    assert db.session.query(Client).count() == 0


def test_the_first_bad_field_gets_the_focus(browse_as: Browse, ben: User) -> None:
    form = {"name": "Halcyon", "cik": "Halcyon", "domain": "halcyon"}
    text = browse_as(ben).post("/clients/new", data=form).text
    first = _FOCUSED.search(text)
    assert first is not None
    assert 'name="domain"' in first[0]


def test_a_changed_client_is_told_all_at_once_too(browse_as: Browse, ben: User) -> None:
    factories.client(ben.business)
    other = factories.client(ben.business, name="Halcyon Hotels", feed_urls=[PAGE])
    form = {"name": "halcyon health", "feed_urls": f"{PAGE}\nhttp://10.0.0.8/feed", "cik": "x"}
    text = browse_as(ben).post(f"/clients/{other.id}/edit", data=form).text
    told = dict(_ERROR.findall(text))
    assert list(told) == ["f-name", "f-feed-urls", "f-cik"]
    assert PAGE not in told["f-feed-urls"]  # it was there before
