"""Chats in a real browser: set up, tested and looked at on every screen."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask, current_app
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.screens import Screen, axe_findings, draw, every_screen, overflow
from tests.doubles.chats import ScriptedChats, chat_office, put_chats_into
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import User
from webapp.providers.base import ChatReply
from webapp.services.chats.service import ChatService

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ADDRESS = "https://hooks.slack.com/services/T0000/B0000/abcdefghijklmnop"
REFUSED = ChatReply(status=403, error="The chat does not accept this address (403).")


@pytest.fixture
def look(page: Page, screen: Screen) -> Callable[[str], None]:
    """Check what every page must be, and keep a picture of it."""

    def check(name: str) -> None:
        assert axe_findings(page) == []
        assert overflow(page) <= 0
        draw(page, f"chats-{name}", screen)

    return check


@pytest.fixture
def service(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> ChatService:
    service = chat_office(settings, ScriptedChats(replies=[REFUSED]))
    put_chats_into(app, service, monkeypatch)
    return service


def work(service: ChatService) -> None:
    """Do what a worker does, beside the server."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's own way

    def act() -> None:
        with app.app_context():
            for each in service.due(10):
                service.deliver(each)
            db.session.remove()

    worker = threading.Thread(target=act)
    worker.start()
    worker.join(20)


@every_screen
def test_every_part_of_it_is_accessible_and_fits(
    page: Page, sign_in: SignIn, ana: User, service: ChatService, look: Callable[[str], None]
) -> None:
    sign_in(ana)
    page.goto("/business/chats/new")
    page.get_by_label("Name").fill("#customer-news")
    page.get_by_label("Address").fill(ADDRESS)
    page.get_by_text("Where do I find the address?").click()
    look("form")
    page.get_by_role("button", name="Add channel").click()
    page.get_by_role("button", name="Send a test").click()
    work(service)
    expect(page.get_by_text("The chat does not accept this address")).to_be_visible()
    look("detail")
    page.goto("/business/chats")
    look("list")
    page.goto("/preferences/chat")
    page.get_by_label("Address").fill(ADDRESS)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Where it is")).to_be_visible()
    look("own")
