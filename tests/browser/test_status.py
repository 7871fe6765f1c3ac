"""The status page while sources are paused, and the button that ends a pause."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.screens import Screen, axe_findings, draw, every_screen, overflow
from tests.databases import SECRET
from webapp.app import create_app
from webapp.config import Settings
from webapp.container import services
from webapp.errors import ProviderAuthError, ProviderQuotaError
from webapp.extensions import db


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A product with two keys: Serper refuses its one, NewsAPI's quota is spent."""
    keys = {"serper_api_key": "a", "news_api_key": "b", "redis_url": "redis://127.0.0.1:1/0"}
    made = create_app(Settings.from_env(secret_key=SECRET, instance_dir=tmp_path, **keys))
    with made.app_context():
        db.create_all()
        health = services().health
        health.note_failure("serper", ProviderAuthError("Serper does not accept the key (403)."))
        spent = ProviderQuotaError("NewsAPI's allowance is spent.")
        services().search._gate.note("news_api", spent)
        yield made
        db.session.remove()
        db.engine.dispose()


@every_screen
def test_a_paused_source_can_be_tried_again(page: Page, screen: Screen, sign_in: SignIn) -> None:
    sign_in(factories.user(factories.business(), name="Ana", role="admin"))
    page.goto("/status")
    serper = page.get_by_role("row", name="Serper Search")
    expect(serper).to_contain_text("Paused: its key was refused")
    draw(page, "status", screen)
    assert (overflow(page), axe_findings(page)) == (0, [])
    serper.get_by_role("button", name="Try again").click()
    expect(serper).not_to_contain_text("Paused")
    expect(page.get_by_text("Serper is asked again at the next run.")).to_be_visible()
