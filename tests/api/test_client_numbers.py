"""A CIK or ticker that the SEC does not know is named, in the API and on the form."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.feeds import ScriptedFeeds, ScriptedFilers, install
from webapp.extensions import db
from webapp.models import Client, User

Caller = Callable[[User], FlaskClient]
CLIENTS = "/api/v1/clients/"
UNKNOWN = {"cik": "999", "ticker": "none"}


@pytest.fixture(autouse=True)
def filers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> ScriptedFilers:
    scripted = ScriptedFilers(known=frozenset({"0000000320", "HLCY"}))
    monkeypatch.setattr(app, "extensions", install(app, ScriptedFeeds(), scripted))
    return scripted


def test_unknown_numbers_are_422_and_named(api_as: Caller, ben: User) -> None:
    answer = api_as(ben).post(CLIENTS, json={"name": "Halcyon", **UNKNOWN})
    assert answer.status_code == 422
    assert answer.json is not None
    assert {each["field"]: each["message"] for each in answer.json["errors"]} == {
        "cik": "The SEC does not know the CIK 0000000999.",
        "ticker": "The SEC does not know the symbol NONE.",
    }
    assert db.session.query(Client).count() == 0


def test_the_form_shows_it_and_keeps_what_was_typed(browse_as: Caller, ben: User) -> None:
    page = browse_as(ben).post("/clients/new", data={"name": "Halcyon", **UNKNOWN})
    assert page.status_code == 422
    assert "The SEC does not know the CIK 0000000999." in page.text
    assert 'value="Halcyon"' in page.text


def test_known_numbers_are_stored(api_as: Caller, ben: User) -> None:
    body = {"name": "Halcyon", "cik": "320", "ticker": "nyse: hlcy"}
    answer = api_as(ben).post(CLIENTS, json=body)
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["cik"], answer.json["ticker"]) == ("0000000320", "HLCY")


def test_only_new_numbers_are_looked_up(api_as: Caller, ben: User, filers: ScriptedFilers) -> None:
    client = factories.client(ben.business, cik="0000000999", ticker="NONE")
    path = f"{CLIENTS}{client.id}"
    body = {"industry": "Health", "cik": "0000000999", "ticker": "NONE"}
    assert api_as(ben).put(path, json=body).status_code == 200
    assert filers.asked == []
    assert api_as(ben).put(path, json={"cik": "998"}).status_code == 422


def test_nobody_asks_for_another_businesss_client(
    api_as: Caller, ben: User, cleo: User, filers: ScriptedFilers
) -> None:
    client = factories.client(ben.business)
    answer = api_as(cleo).put(f"{CLIENTS}{client.id}", json={"cik": "998"})
    assert (answer.status_code, filers.asked) == (404, [])
