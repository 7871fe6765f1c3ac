"""Chats in a real browser: set up, tested and looked at on every screen."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look, SignIn
from tests.browser.delivering import work
from tests.browser.screens import every_screen
from tests.doubles.chats import ScriptedChats, chat_office, put_chats_into
from webapp.config import Settings
from webapp.models import User
from webapp.providers.base import ChatReply
from webapp.services.chats.service import ChatService

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ADDRESS = "https://hooks.slack.com/services/T0000/B0000/abcdefghijklmnop"
REFUSED = ChatReply(status=403, error="The chat does not accept this address (403).")


@pytest.fixture
def service(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> ChatService:
    service = chat_office(settings, ScriptedChats(replies=[REFUSED]))
    put_chats_into(app, service, monkeypatch)
    return service


@every_screen
def test_every_part_of_it_is_accessible_and_fits(
    page: Page, sign_in: SignIn, ana: User, service: ChatService, look: Look
) -> None:
    sign_in(ana)
    page.goto("/business/chats/new")
    page.get_by_label("Name").fill("#customer-news")
    page.get_by_label("Address").fill(ADDRESS)
    page.get_by_text("Where do I find the address?").click()
    look("chats-form")
    page.get_by_role("button", name="Add channel").click()
    page.get_by_role("button", name="Send a test").click()
    work(service)
    expect(page.get_by_text("The chat does not accept this address")).to_be_visible()
    look("chats-detail")
    page.goto("/business/chats")
    look("chats-list")
    page.goto("/preferences/chat")
    page.get_by_label("Address").fill(ADDRESS)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Where it is")).to_be_visible()
    look("chats-own")
