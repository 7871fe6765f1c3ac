"""Webhooks in a real browser: made, tested and looked at on every screen."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look, SignIn
from tests.browser.delivering import work
from tests.browser.screens import Screen, every_screen
from tests.doubles.webhooks import ScriptedWebhooks, post_office, put_into
from webapp.config import Settings
from webapp.models import User
from webapp.providers.base import WebhookReply
from webapp.services.webhooks.service import WebhookService

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
no_scripts = pytest.mark.parametrize("screen", [Screen(1440, 900, scripts=False)], indirect=True)
BROKEN = WebhookReply(
    status=500,
    headers={"content-type": "text/html", "server": "nginx"},
    body="<h1>Internal Server Error</h1>",
    error="It answered with status 500.",
    milliseconds=82,
)


@pytest.fixture
def service(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> WebhookService:
    service = post_office(settings, ScriptedWebhooks(replies=[BROKEN]))
    put_into(app, service, monkeypatch)
    return service


def make(page: Page) -> None:
    page.goto("/business/webhooks")
    page.get_by_role("link", name="New webhook").first.click()
    page.get_by_label("Name").fill("CRM sync")
    page.get_by_label("Address").fill("https://hooks.example.com/beacon")
    page.get_by_role("button", name="Create webhook").click()
    expect(page.get_by_text("Copy the secret now")).to_be_visible()


@every_screen
def test_every_part_of_it_is_accessible_and_fits(
    page: Page, sign_in: SignIn, ana: User, service: WebhookService, look: Look
) -> None:
    sign_in(ana)
    page.goto("/business/webhooks/new")
    page.get_by_role("group", name="Categories").get_by_label("Only these").check()
    look("webhooks-form")
    make(page)
    look("webhooks-secret")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("it goes out at once")).to_be_visible()
    work(service)
    expect(page.get_by_text("It answered with status 500.").first).to_be_visible()
    look("webhooks-delivery")
    page.get_by_role("link", name="All deliveries").click()
    look("webhooks-detail")
    page.goto("/business/webhooks")
    look("webhooks-list")


@no_scripts
def test_it_is_made_and_tried_again_without_scripts(
    page: Page, sign_in: SignIn, ana: User, service: WebhookService
) -> None:
    sign_in(ana)
    make(page)
    page.get_by_role("button", name="Send a test").click()
    work(service)
    page.reload()
    page.get_by_role("button", name="Replay").click()
    work(service)
    page.reload()
    expect(page.get_by_role("heading", name="Try 2")).to_be_visible()
    expect(page.get_by_text("Delivered").first).to_be_visible()
