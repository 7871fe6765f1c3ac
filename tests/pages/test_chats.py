"""Chats on their pages: the team's channels, one's own, addresses never shown, nothing lost."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.doubles.chats import ScriptedChats, chat_office, put_chats_into
from webapp.config import Settings
from webapp.enums import ChatStop
from webapp.extensions import db
from webapp.models import ChatChannel, User
from webapp.providers.base import ChatReply
from webapp.services.chats.service import ChatService
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("service")
As = Callable[[User], FlaskClient]
URL, OWN = "/business/chats", "/preferences/chat"
ADDRESS = "https://hooks.slack.com/services/T0000/B0000/canary-of-the-address"
NEW = {
    "name": "#customer-news",
    "address": ADDRESS,
    "relevance_percent": "70",
    "min_severity": "",
    "category_choice": "all",
    "client_choice": "all",
}


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
def browser(browse_as: As, ana: User) -> FlaskClient:
    return browse_as(ana)


@pytest.fixture
def made(browser: FlaskClient) -> ChatChannel:
    assert browser.get(f"{URL}/new").status_code == 200
    assert browser.post(URL, data=NEW).status_code == 303
    return only()


def only() -> ChatChannel:
    db.session.rollback()
    return db.session.query(ChatChannel).populate_existing().one()


def test_no_page_shows_the_address(browser: FlaskClient, made: ChatChannel) -> None:
    for address in (URL, f"{URL}/{made.id}", f"{URL}/{made.id}/edit", f"{URL}/{made.id}/delete"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "canary" not in page.text
    assert made.min_relevance == 0.7


def test_a_mistake_is_shown_and_nothing_typed_is_lost(browser: FlaskClient) -> None:
    page = browser.post(URL, data={**NEW, "address": "json://127.0.0.1/"})
    assert page.status_code == 422
    assert "no address of a chat" in page.text
    assert 'value="#customer-news"' in page.text
    assert db.session.query(ChatChannel).count() == 0


def test_a_change_without_an_address_keeps_it(browser: FlaskClient, made: ChatChannel) -> None:
    sealed = made.address
    data = {**NEW, "name": "#risks", "address": "", "min_severity": "high"}
    assert browser.post(f"{URL}/{made.id}/edit", data=data).status_code == 303
    assert (only().name, only().address) == ("#risks", sealed)
    data["address"] = ADDRESS + "2"
    browser.post(f"{URL}/{made.id}/edit", data=data)
    assert only().address != sealed


def test_a_test_shows_what_came_of_it_as_text(
    browser: FlaskClient, service: ChatService, sender: ScriptedChats, made: ChatChannel
) -> None:
    sender.replies = [ChatReply(status=500, error="<b>broken</b>")]
    browser.post(f"{URL}/{made.id}/test")
    assert "Waiting" in browser.get(f"{URL}/{made.id}").text
    service.deliver(service.due(1)[0])
    page = browser.get(f"{URL}/{made.id}").text
    assert "&lt;b&gt;broken" in page
    assert "This is a test from Beacon" in page


def test_it_is_switched_off_with_a_way_back_and_deleted(
    browser: FlaskClient, made: ChatChannel
) -> None:
    assert "Undo" in browser.post(f"{URL}/{made.id}/off", follow_redirects=True).text
    assert not only().is_active
    browser.post(f"{URL}/{made.id}/on")
    assert only().is_active
    browser.post(f"{URL}/{made.id}/delete")
    assert db.session.query(ChatChannel).count() == 0


def test_a_csm_sets_up_a_chat_of_their_own(browse_as: As, ben: User, service: ChatService) -> None:
    browser = browse_as(ben)
    assert "Where to" in browser.get(OWN).text
    refused = browser.post(OWN, data={"address": "nonsense"})
    assert (refused.status_code, 'value="nonsense"' in refused.text) == (422, True)
    saved = browser.post(OWN, data={"address": ADDRESS}, follow_redirects=True)
    assert "canary" not in saved.text
    browser.post(f"{OWN}/test")
    service.deliver(service.due(1)[0])
    assert "Delivered" in browser.get(OWN).text
    browser.post(f"{OWN}/off")
    assert "nothing is posted there" in browser.get(OWN).text
    browser.post(f"{OWN}/delete")
    assert db.session.query(ChatChannel).count() == 0
    assert browser.post(f"{OWN}/test").status_code == 404
    assert '/preferences/chat"' in browser.get("/preferences").text


def test_what_was_switched_off_by_itself_says_why(browser: FlaskClient, made: ChatChannel) -> None:
    with atomic():
        made.stopped_reason = ChatStop.GONE
    assert "its address is no more" in browser.get(f"{URL}/{made.id}").text


def test_another_business_finds_nothing_and_a_csm_not_the_teams(
    browse_as: As, made: ChatChannel, ben: User, cleo: User
) -> None:
    boss = browse_as(factories.user(cleo.business, name="Carl", role="admin"))
    csm, one = browse_as(ben), f"{URL}/{made.id}"
    assert made.name not in boss.get(URL).text
    assert made.name not in boss.get(OWN).text
    for address in (one, f"{one}/edit", f"{one}/delete"):
        assert (boss.get(address).status_code, csm.get(address).status_code) == (404, 403)
    for tail in ("edit", "off", "test", "delete"):
        assert boss.post(f"{one}/{tail}", data=NEW).status_code == 404
        assert csm.post(f"{one}/{tail}", data=NEW).status_code == 403
    assert only().is_active
