"""Chats over JSON: the team's for admins, one's own for everybody, addresses never told again."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.chats import ScriptedChats, chat_office, put_chats_into
from webapp.config import Settings
from webapp.models import User
from webapp.providers.base import ChatReply
from webapp.services.chats.service import MAX_CHANNELS, ChatService

pytestmark = pytest.mark.usefixtures("service")
As = Callable[[User], FlaskClient]
URL = "/api/v1/chat-channels/"
ADDRESS = "https://hooks.slack.com/services/T0000/B0000/canary-of-the-address"
NEW = {"name": "#customer-news", "address": ADDRESS}


@pytest.fixture
def sender() -> ScriptedChats:
    return ScriptedChats()


@pytest.fixture
def service(
    app: Flask, settings: Settings, sender: ScriptedChats, monkeypatch: pytest.MonkeyPatch
) -> ChatService:
    service = chat_office(settings, sender)
    put_chats_into(app, service, monkeypatch)
    return service


@pytest.fixture
def made(api_as: As, ana: User) -> dict[str, Any]:
    answer = api_as(ana).post(URL, json={**NEW, "min_severity": "high"})
    assert answer.status_code == 201
    return dict(answer.get_json())


def test_an_address_is_taken_and_never_told(api_as: As, ana: User, made: dict[str, Any]) -> None:
    program = api_as(ana)
    for address in (URL, URL + made["id"]):
        assert "canary" not in program.get(address).text
    assert (made["kind"], made["hint"], made["min_severity"]) == ("slack", "…ress", "high")


def test_a_change_keeps_the_address(api_as: As, ana: User, made: dict[str, Any]) -> None:
    changed = api_as(ana).put(URL + made["id"], json={"name": "#risks", "is_active": False})
    body = changed.get_json()
    assert (body["name"], body["hint"], body["is_active"]) == ("#risks", made["hint"], False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"address": "file:///etc/passwd"}, "address"),
        ({"min_relevance": -0.1}, "min_relevance"),
        ({"categories": ["weather"]}, "categories"),
        ({"user_id": 1}, "user_id"),
        ({"kind": "teams"}, "kind"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    api_as: As, ana: User, made: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    program = api_as(ana)
    for answer in (
        program.post(URL, json={**NEW, **change}),
        program.put(URL + made["id"], json=change),
    ):
        assert answer.status_code == 422
        assert field in [each["field"] for each in answer.get_json()["errors"]]
    kept = program.get(URL).get_json()
    assert (kept["total"], kept["channels"][0]["updated_at"]) == (1, made["updated_at"])


def test_a_team_has_a_bounded_number(api_as: As, ana: User) -> None:
    program = api_as(ana)
    statuses = [program.post(URL, json=NEW).status_code for _ in range(MAX_CHANNELS + 1)]
    assert statuses == [201] * MAX_CHANNELS + [409]


def test_ones_own_chat_is_set_tested_switched_off_and_forgotten(
    api_as: As, ben: User, service: ChatService, sender: ScriptedChats
) -> None:
    program = api_as(ben)
    assert program.get(f"{URL}me").status_code == 404
    assert program.put(f"{URL}me", json={"address": ADDRESS}).get_json()["is_active"]
    sender.replies = [ChatReply(status=403, error="The chat does not accept this address (403).")]
    assert program.post(f"{URL}me/test").status_code == 202
    service.deliver(service.due(1)[0])
    (message,) = program.get(f"{URL}me/messages").get_json()["messages"]
    assert (message["status"], message["response_status"]) == ("failed", 403)
    off = program.put(f"{URL}me/active", json={"is_active": False}).get_json()
    assert (off["is_active"], off["stopped_reason"]) == (False, "switched_off")
    assert program.delete(f"{URL}me").status_code == 200
    assert program.get(f"{URL}me").status_code == 404


def test_another_business_finds_nothing_and_a_csm_not_the_teams(
    api_as: As, made: dict[str, Any], ana: User, ben: User, cleo: User
) -> None:
    boss = api_as(factories.user(cleo.business, name="Carl", role="admin"))
    csm, one = api_as(ben), URL + made["id"]
    acts = [
        ("GET", one, None),
        ("PUT", one, {"name": "Mine"}),
        ("DELETE", one, None),
        ("POST", f"{one}/test", None),
        ("GET", f"{one}/messages", None),
    ]
    for method, address, body in acts:
        assert boss.open(address, method=method, json=body).status_code == 404, address
        assert csm.open(address, method=method, json=body).status_code == 403, address
    assert csm.put(f"{URL}me", json={"address": ADDRESS}).status_code == 200
    own = csm.get(f"{URL}me").get_json()["id"]
    assert api_as(ana).get(URL + own).status_code == 404
    assert boss.get(URL).get_json()["total"] == 0
    assert api_as(ana).get(one).get_json()["name"] == NEW["name"]
