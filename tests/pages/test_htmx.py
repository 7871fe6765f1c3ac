"""Fragment or whole page, toasts, redirects and unchanged polls."""

import json
from typing import Any

import pytest
from flask import Flask, get_flashed_messages, make_response

from webapp.pages import htmx

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def app() -> Flask:
    """An app with nothing but the rules of this module."""
    made = Flask(__name__)
    made.secret_key = "only for this test"
    htmx.init_app(made)
    made.add_url_rule("/", "index", lambda: "<p>hello</p>")
    made.add_url_rule("/json", "json", lambda: {"a": 1})
    made.add_url_rule("/poll", "poll", lambda: htmx.polled("<p>31 of 48</p>"))
    return made


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        (FRAGMENT, True),
        ({"HX-Request": "true"}, True),
        ({**FRAGMENT, "HX-Request-Type": "full"}, False),
        ({**FRAGMENT, "HX-Boosted": "true"}, False),
        ({**FRAGMENT, "HX-History-Restore-Request": "true"}, False),
        ({"HX-Request-Type": "partial"}, False),
    ],
)
def test_only_partial_requests_of_htmx_get_a_fragment(
    app: Flask, headers: dict[str, str], expected: Any
) -> None:
    with app.test_request_context(headers=headers):
        assert htmx.is_fragment() is expected


def test_html_answers_depend_on_the_headers_of_htmx(app: Flask) -> None:
    client = app.test_client()
    assert set(htmx.SWITCHES) <= set(client.get("/").vary)
    assert not set(htmx.SWITCHES) & set(client.get("/json").vary)


def test_a_toast_travels_in_a_header_with_what_is_there_already(app: Flask) -> None:
    with app.test_request_context(headers=FRAGMENT):
        response = htmx.trigger(make_response("x"), "refresh")
        htmx.toast(response, "Done – really.", "/undo/1")  # noqa: RUF001 -- beyond ASCII on purpose
        events = json.loads(response.headers["HX-Trigger"])
    assert events["refresh"] == {}
    assert events["toast"] == {"text": "Done – really.", "kind": "ok", "undo_url": "/undo/1"}  # noqa: RUF001 -- as above


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_toast_waits_for_the_next_page_when_the_answer_leads_away(
    app: Flask, headers: dict[str, str]
) -> None:
    with app.test_request_context(headers=headers):
        response = htmx.toast(htmx.redirect_hx("/schedules"), "Saved.")
        assert "HX-Trigger" not in response.headers
        assert get_flashed_messages(with_categories=True) == [("ok", "Saved.")]


def test_plain_browsers_are_redirected_by_status_and_htmx_by_header(app: Flask) -> None:
    with app.test_request_context():
        response = htmx.redirect_hx("/a")
        assert (response.status_code, response.location) == (303, "/a")
    with app.test_request_context(headers=FRAGMENT):
        response = htmx.redirect_hx("/a")
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/a")


def test_an_unchanged_poll_has_no_body(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/poll")
    again = client.get("/poll", headers={"HX-PTag": first.headers["HX-PTag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
