"""The headers of every answer."""

import re

import pytest
from flask.testing import FlaskClient

from webapp.security import CSP

PATHS = ("/login", "/nope", "/healthz", "/api/v1/events/", "/api/nope", "/openapi.json", "/docs")


@pytest.mark.parametrize("path", [*PATHS, "/static/css/base.css", "/static/img/icons.svg"])
def test_every_answer_is_protected(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_policy_allows_nothing_inline_or_foreign() -> None:
    assert "default-src 'none'" in CSP
    assert "unsafe" not in CSP
    assert "http" not in CSP


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_kept_by_no_cache(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Cookie" in response.headers["Vary"]


def test_pages_differ_by_what_htmx_asks_for(client: FlaskClient) -> None:
    assert "HX-Request" in client.get("/login").headers["Vary"]


def test_static_files_are_kept_for_a_year(client: FlaskClient) -> None:
    with client.get("/static/css/base.css") as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]


@pytest.mark.parametrize("given", ["abc-123", "A.b_c-9", "x" * 64])
def test_a_request_id_is_taken_over(client: FlaskClient, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "<script>", "a;b", "ä"])
def test_a_request_id_that_is_none_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_the_cookie_is_out_of_reach_of_scripts(client: FlaskClient) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]
    assert cookie.startswith("beacon=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
