"""Chromium, a running server, and a page that lets no error of the browser pass."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from werkzeug.exceptions import NotFound
from werkzeug.serving import BaseWSGIServer, make_server

from tests.browser.screens import DESKTOP, Screen, axe_findings, draw, overflow
from webapp.container import services
from webapp.models import User

SignIn = Callable[[User], None]
Look = Callable[[str], None]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",
]
ANCHOR = "/static/img/favicon.svg"
"""A page that stays open keeps the renderer of its profile alive between tests."""
REPORT_CSP = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI || 'inline'}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as a browser test."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is: CHROMIUM_PATH, else the first usual name on PATH."""
    named = os.environ.get("CHROMIUM_PATH")
    found = named or next((path for path in map(shutil.which, NAMES) if path), None)
    if found and (shutil.which(found) or os.path.isfile(found)):  # noqa: PTH113 -- as given by the user
        return found
    reason = f"no Chromium: set CHROMIUM_PATH or install one of {', '.join(NAMES)}"
    if os.environ.get("BEACON_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium_path: str
) -> dict[str, Any]:
    """Start the machine's own Chromium: Playwright has no other way to be told."""
    return {**browser_type_launch_args, "executable_path": chromium_path, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Leave the plugin's own idea of an address out: each context gets its server's."""


@pytest.fixture(scope="session")
def server() -> Iterator[BaseWSGIServer]:
    """A server on a free port for all tests of a process: each puts its own app behind it."""
    made = make_server("127.0.0.1", 0, NotFound(), threaded=True)
    thread = threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join(5)


@pytest.fixture
def live_server(app: Flask, server: BaseWSGIServer) -> str:
    """Serve the test's `app`; the address has no slash at its end."""
    server.app = app
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def screen(request: pytest.FixtureRequest) -> Screen:
    """The window of this test; `every_screen` gives several in turn."""
    return getattr(request, "param", DESKTOP)


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Callable[[Screen, str], BrowserContext]:
    """Give the browser's profile for a screen, made once a test process."""
    made: dict[Screen, BrowserContext] = {}

    def get(screen: Screen, address: str) -> BrowserContext:
        if screen not in made:
            made[screen] = browser.new_context(**screen.context_args, base_url=address)
            made[screen].new_page().goto(ANCHOR)
        return made[screen]

    return get


@pytest.fixture
def context(
    profiles: Callable[[Screen, str], BrowserContext], screen: Screen, live_server: str
) -> BrowserContext:
    """A browser profile on this screen that remembers nothing; relative addresses lead to the app.

    It keeps compiled scripts and a running renderer: a profile of its own costs each test seconds.
    """
    profile = profiles(screen, live_server)
    profile.clear_cookies()
    devtools = profile.new_cdp_session(profile.pages[0])
    devtools.send("Storage.clearDataForOrigin", {"origin": live_server, "storageTypes": "all"})
    devtools.detach()
    return profile


@pytest.fixture
def problems() -> list[str]:
    """What the browser complained of; a test that provokes an error empties it itself."""
    return []


@pytest.fixture
def page(context: BrowserContext, live_server: str, problems: list[str]) -> Iterator[Page]:
    """A page that fails its test on console errors, CSP violations and off-origin requests."""
    opened = context.new_page()

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((live_server, "data:", "blob:", "about:")):
            problems.append(f"left our origin: {request.url}")

    opened.on("console", on_console)
    opened.on("pageerror", lambda error: problems.append(f"script: {error}"))
    opened.on("request", on_request)
    opened.add_init_script(REPORT_CSP)
    yield opened
    opened.close()
    assert problems == []


@pytest.fixture
def sign_in(app: Flask, context: BrowserContext, live_server: str) -> SignIn:
    """Give the browser the session of a user, without the form."""

    def act(user: User) -> None:
        secret = services().accounts.sessions.start(user.id, address=None, user_agent=None)
        client = app.test_client()
        with client.session_transaction() as session:
            session["sid"] = secret
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server}])

    return act


@pytest.fixture
def look(page: Page, screen: Screen) -> Look:
    """Check what every page must be, and keep a picture of it under a name."""

    def check(name: str) -> None:
        assert axe_findings(page) == []
        assert overflow(page) <= 0
        draw(page, name, screen)

    return check
