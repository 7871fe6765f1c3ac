"""Webhooks on their pages: the secret shown once, deliveries in full, nothing lost by a mistake."""

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.webhooks import ScriptedWebhooks, post_office, put_into
from webapp.config import Settings
from webapp.enums import ClientStatus, Severity
from webapp.extensions import db
from webapp.models import User, Webhook, WebhookDelivery
from webapp.providers.base import WebhookReply
from webapp.services.transactions import atomic
from webapp.services.webhooks.service import WebhookService

As = Callable[[User], FlaskClient]
pytestmark = pytest.mark.usefixtures("service")
URL = "/business/webhooks"
NEW = {
    "name": "CRM sync",
    "url": "https://hooks.example.com/beacon",
    "event_types": "event.created",
    "relevance_percent": "70",
    "min_severity": "high",
    "category_choice": "chosen",
    "categories": ["risk", "funding"],
    "client_choice": "all",
}


@pytest.fixture
def sender() -> ScriptedWebhooks:
    return ScriptedWebhooks()


@pytest.fixture
def service(
    app: Flask, settings: Settings, sender: ScriptedWebhooks, monkeypatch: pytest.MonkeyPatch
) -> WebhookService:
    service = post_office(settings, sender)
    put_into(app, service, monkeypatch)
    return service


@pytest.fixture
def browser(browse_as: As, ana: User) -> FlaskClient:
    return browse_as(ana)


@pytest.fixture
def made(browser: FlaskClient) -> Webhook:
    assert browser.post(URL, data=NEW).status_code == 200
    return only()


def only() -> Webhook:
    db.session.rollback()
    return db.session.query(Webhook).populate_existing().one()


def test_what_is_created_shows_its_secret_this_once(browser: FlaskClient) -> None:
    assert browser.get(f"{URL}/new").status_code == 200
    shown = browser.post(URL, data=NEW)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]{40,}", shown.text)
    assert secret is not None
    assert "no-store" in shown.headers["Cache-Control"]
    row = only()
    assert (row.min_relevance, row.min_severity) == (0.7, Severity.HIGH)
    assert (row.categories, row.client_ids) == (["risk", "funding"], None)
    for address in (URL, f"{URL}/{row.id}", f"{URL}/{row.id}/edit"):
        page = browser.get(address)
        assert page.status_code == 200
        assert secret[0] not in page.text


def test_a_mistake_is_shown_and_nothing_typed_is_lost(
    browser: FlaskClient, sender: ScriptedWebhooks
) -> None:
    sender.refused = "10.0.0.1 leads into a private network."
    page = browser.post(URL, data={**NEW, "url": "https://10.0.0.1/"})
    assert page.status_code == 422
    assert "leads into a private network" in page.text
    assert 'value="https://10.0.0.1/"' in page.text
    assert re.search(r'value="funding"[^>]* checked', page.text)
    for change in ({"name": ""}, {"relevance_percent": "101"}, {"client_ids": ["x"]}):
        sender.refused = None
        data = {**NEW, "client_choice": "chosen", **change}
        assert browser.post(URL, data=data).status_code == 422
    assert db.session.query(Webhook).count() == 0


def test_a_change_keeps_clients_that_are_archived(
    browser: FlaskClient, made: Webhook, ana: User
) -> None:
    gone = factories.client(ana.business, name="Old Oak", status=ClientStatus.ARCHIVED)
    data = {**NEW, "name": "Sync", "client_choice": "chosen", "client_ids": [str(gone.id)]}
    assert browser.post(f"{URL}/{made.id}/edit", data=data).status_code == 303
    assert only().client_ids == [str(gone.id)]
    assert "Old Oak (archived)" in browser.get(f"{URL}/{made.id}/edit").text


def test_what_came_back_is_shown_as_text(
    browser: FlaskClient, service: WebhookService, sender: ScriptedWebhooks, made: Webhook
) -> None:
    sender.replies = [
        WebhookReply(status=500, body="<script>alert(1)</script>", error="It answered with 500.")
    ]
    sent = browser.post(f"{URL}/{made.id}/test")
    assert "Waiting" in browser.get(sent.headers["Location"]).text
    service.deliver(service.due(1)[0])
    page = browser.get(sent.headers["Location"]).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "webhook-signature: v1," in page
    again = browser.post(sent.headers["Location"] + "/replay", follow_redirects=True)
    assert "sent again, under the same id" in again.text


def test_it_is_switched_off_and_that_is_taken_back(browser: FlaskClient, made: Webhook) -> None:
    page = browser.post(f"{URL}/{made.id}/off", follow_redirects=True).text
    assert "Undo" in page
    assert not only().is_active
    browser.post(f"{URL}/{made.id}/on")
    assert only().is_active


def test_a_new_secret_is_shown_once_with_how_long_both_sign(
    browser: FlaskClient, made: Webhook
) -> None:
    page = browser.post(f"{URL}/{made.id}/secret", data={"overlap_hours": "48"})
    assert "whsec_" in page.text
    assert "signed with the old secret too" in page.text
    refused = browser.post(f"{URL}/{made.id}/secret", data={"overlap_hours": "-1"})
    assert refused.status_code == 303


def test_failed_messages_are_replayed_together(
    browser: FlaskClient, service: WebhookService, sender: ScriptedWebhooks, made: Webhook
) -> None:
    sender.replies = [WebhookReply(status=500, error="no")] * 2
    for _ in range(2):
        browser.post(f"{URL}/{made.id}/test")
    for each in service.due(2):
        service.deliver(each)
    page = browser.post(f"{URL}/{made.id}/replay-failed", follow_redirects=True)
    assert "2 messages are sent again" in page.text
    assert browser.get(f"{URL}/{made.id}?status=pending").text.count("webhook.test") == 2


def test_deleting_asks_first(browser: FlaskClient, made: Webhook) -> None:
    assert "Delete “CRM sync”?" in browser.get(f"{URL}/{made.id}/delete").text
    assert only().id == made.id
    browser.post(f"{URL}/{made.id}/delete")
    assert db.session.query(Webhook).count() == 0


def test_another_business_finds_nothing_and_a_csm_may_nothing(
    browser: FlaskClient, browse_as: As, made: Webhook, ben: User, cleo: User
) -> None:
    browser.post(f"{URL}/{made.id}/test")
    delivery = db.session.query(WebhookDelivery).one().id
    boss = browse_as(factories.user(cleo.business, name="Carl", role="admin"))
    csm, one = browse_as(ben), f"{URL}/{made.id}"
    assert made.name not in boss.get(URL).text
    for address in (one, f"{one}/edit", f"{one}/delete", f"{one}/deliveries/{delivery}"):
        assert boss.get(address).status_code == 404
        assert csm.get(address).status_code == 403
    acts = ("edit", "off", "secret", "test", "delete", "replay-failed")
    for tail in (*acts, f"deliveries/{delivery}/replay"):
        assert boss.post(f"{one}/{tail}", data=NEW).status_code == 404
        assert csm.post(f"{one}/{tail}").status_code == 403
    assert only().is_active


def test_an_address_that_leads_nowhere_is_404(browser: FlaskClient) -> None:
    assert browser.get(f"{URL}/{uuid.uuid4()}").status_code == 404


def test_what_failed_and_what_waits_are_told_apart(browser: FlaskClient, made: Webhook) -> None:
    with atomic():
        made.failing_since = made.created_at
    assert "Failing" in browser.get(URL).text
    assert "Every try has failed since" in browser.get(f"{URL}/{made.id}").text
