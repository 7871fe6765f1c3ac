"""Webhooks over JSON: for admins, their secret told once, their deliveries in full."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.webhooks import ScriptedWebhooks, post_office, put_into
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import User, Webhook
from webapp.providers.base import WebhookReply
from webapp.services.webhooks.service import MAX_WEBHOOKS, WebhookService

pytestmark = pytest.mark.usefixtures("service")
As = Callable[[User], FlaskClient]
URL = "/api/v1/webhooks/"
NEW = {"name": "CRM sync", "url": "https://hooks.example.com/beacon"}
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def sender() -> ScriptedWebhooks:
    return ScriptedWebhooks()


@pytest.fixture
def service(
    app: Flask, settings: Settings, sender: ScriptedWebhooks, monkeypatch: pytest.MonkeyPatch
) -> WebhookService:
    """The app's service of webhooks, over a way out that the test scripts."""
    service = post_office(settings, sender)
    put_into(app, service, monkeypatch)
    return service


@pytest.fixture
def program(api_as: As, ana: User) -> FlaskClient:
    return api_as(ana)


@pytest.fixture
def made(program: FlaskClient) -> dict[str, Any]:
    answer = program.post(URL, json=NEW)
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(answer.get_json()["id"])
    return dict(answer.get_json())


def test_the_secret_is_told_once(program: FlaskClient, made: dict[str, Any]) -> None:
    assert made["secret"].startswith("whsec_")
    assert made["event_types"] == ["event.created"]
    for address in (URL, URL + made["id"]):
        answer = program.get(address)
        assert made["secret"] not in answer.text
        assert "secret" not in answer.get_json()


def test_a_change_merges(program: FlaskClient, made: dict[str, Any]) -> None:
    body = {"min_severity": "high", "categories": ["risk"], "is_active": False}
    changed = program.put(URL + made["id"], json=body).get_json()
    assert (changed["name"], changed["url"]) == (NEW["name"], NEW["url"])
    assert (changed["min_severity"], changed["categories"]) == ("high", ["risk"])
    assert (changed["is_active"], changed["stopped_reason"]) == (False, "switched_off")
    assert program.put(URL + made["id"], json={"is_active": True}).get_json()["is_active"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"url": ""}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["webhook.test"]}, "event_types"),
        ({"event_types": ["event.deleted"]}, "event_types.0"),
        ({"categories": ["weather"]}, "categories"),
        ({"min_relevance": 1.01}, "min_relevance"),
        ({"min_relevance": None}, "min_relevance"),
        ({"min_severity": "awful"}, "min_severity"),
        ({"client_ids": [NOBODY]}, "client_ids"),
        ({"secret": "whsec_mine"}, "secret"),
        ({"stopped_reason": None}, "stopped_reason"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    program: FlaskClient, made: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    for answer in (
        program.post(URL, json={**NEW, **change}),
        program.put(URL + made["id"], json=change),
    ):
        assert answer.status_code == 422
        assert field in [each["field"] for each in answer.get_json()["errors"]]
    kept = program.get(URL).get_json()
    assert kept["total"] == 1
    assert all(kept["webhooks"][0][name] == made[name] for name in kept["webhooks"][0])


def test_a_client_of_another_business_is_refused(program: FlaskClient, cleo: User) -> None:
    theirs = factories.client(cleo.business)
    answer = program.post(URL, json={**NEW, "client_ids": [str(theirs.id)]})
    assert answer.status_code == 422


def test_an_address_that_does_not_answer_is_refused(
    program: FlaskClient, sender: ScriptedWebhooks, made: dict[str, Any]
) -> None:
    sender.unreachable = "hooks.example.com could not be reached."
    assert program.post(URL, json=NEW).status_code == 422
    moved = program.put(URL + made["id"], json={"url": "https://new.example.com/"})
    assert "could not be reached" in moved.get_json()["errors"][0]["message"]
    assert program.put(URL + made["id"], json={"name": "Sync"}).status_code == 200


def test_a_business_has_a_bounded_number(program: FlaskClient) -> None:
    for _ in range(MAX_WEBHOOKS):
        assert program.post(URL, json=NEW).status_code == 201
    assert program.post(URL, json=NEW).status_code == 409


def test_a_new_secret_is_told_once_and_says_until_when_both_sign(
    program: FlaskClient, made: dict[str, Any]
) -> None:
    address = f"{URL}{made['id']}/rotate-secret"
    changed = program.post(address).get_json()
    assert changed["secret"] not in {made["secret"], None}
    assert changed["previous_secret_until"] is not None
    ended = program.post(address, json={"overlap_hours": 0}).get_json()
    assert ended["previous_secret_until"] is None
    assert program.post(address, json={"overlap_hours": 169}).status_code == 422


def test_a_delivery_tells_what_was_sent_and_what_came_back_and_is_replayed(
    program: FlaskClient,
    service: WebhookService,
    sender: ScriptedWebhooks,
    made: dict[str, Any],
) -> None:
    sender.replies = [WebhookReply(status=500, body="<b>no", error="It answered with status 500.")]
    address = URL + made["id"]
    test = program.post(f"{address}/test")
    assert (test.status_code, test.get_json()["status"]) == (202, "pending")
    service.deliver(service.due(1)[0])
    listed = program.get(f"{address}/deliveries?status=failed").get_json()
    assert [each["id"] for each in listed["deliveries"]] == [test.get_json()["id"]]
    one = f"{address}/deliveries/{test.get_json()['id']}"
    shown = program.get(one).get_json()
    assert (shown["attempts"][0]["response_body"], shown["tries"]) == ("<b>no", 1)
    assert '"type":"webhook.test"' in shown["payload"]
    again = program.post(f"{one}/replay")
    assert (again.status_code, again.get_json()["status"]) == (202, "pending")
    assert program.post(f"{one}/replay").status_code == 409
    service.deliver(service.due(1)[0])
    after = program.get(one).get_json()
    assert (after["status"], len(after["attempts"])) == ("delivered", 2)
    assert after["message_id"] == shown["message_id"]
    assert program.post(f"{address}/deliveries/replay-failed").status_code == 202


def test_deleted_is_gone(program: FlaskClient, made: dict[str, Any]) -> None:
    assert program.delete(URL + made["id"]).status_code == 200
    assert program.get(URL + made["id"]).status_code == 404
    assert db.session.query(Webhook).count() == 0


def acts(webhook_id: str, delivery_id: str) -> list[tuple[str, str, Any]]:
    one = f"{URL}{webhook_id}"
    return [
        ("GET", one, None),
        ("PUT", one, {"name": "Mine"}),
        ("DELETE", one, None),
        ("POST", f"{one}/rotate-secret", None),
        ("POST", f"{one}/test", None),
        ("GET", f"{one}/deliveries", None),
        ("GET", f"{one}/deliveries/{delivery_id}", None),
        ("POST", f"{one}/deliveries/{delivery_id}/replay", None),
        ("POST", f"{one}/deliveries/replay-failed", None),
    ]


def test_another_business_finds_nothing_and_a_csm_may_nothing(
    program: FlaskClient, api_as: As, made: dict[str, Any], ben: User, cleo: User
) -> None:
    delivery = program.post(f"{URL}{made['id']}/test").get_json()["id"]
    boss = api_as(factories.user(cleo.business, name="Carl", role="admin"))
    csm = api_as(ben)
    for method, address, body in acts(made["id"], delivery):
        assert boss.open(address, method=method, json=body).status_code == 404, address
        assert csm.open(address, method=method, json=body).status_code == 403, address
    assert boss.get(URL).get_json()["total"] == 0
    assert program.get(URL).get_json()["webhooks"][0]["name"] == NEW["name"]


def test_a_delivery_of_another_webhook_is_not_found(
    program: FlaskClient, made: dict[str, Any]
) -> None:
    other = program.post(URL, json=NEW).get_json()
    delivery = program.post(f"{URL}{made['id']}/test").get_json()["id"]
    for tail in ("", "/replay"):
        method = "POST" if tail else "GET"
        address = f"{URL}{other['id']}/deliveries/{delivery}{tail}"
        assert program.open(address, method=method).status_code == 404
