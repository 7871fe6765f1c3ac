"""No HTML ever leaves the API."""

import pytest
from flask.testing import FlaskClient

FIELDS = {"type", "title", "status", "detail", "request_id"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/v1/events/not-an-id", 404),
        ("PATCH", "/api/v1/events/", 405),
        ("GET", "/api/v1/auth/token", 405),
        ("GET", "/api/v1/events/", 401),
        ("POST", "/api/v1/auth/token", 415),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_every_error_is_a_problem(
    client: FlaskClient, method: str, path: str, status: int, accept: str
) -> None:
    answer = client.open(path, method=method, headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert set(answer.json) == FIELDS
    assert answer.json["status"] == status
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


def test_only_422_lists_fields(client: FlaskClient) -> None:
    answer = client.post("/api/v1/auth/token", json={})
    assert answer.json is not None
    assert set(answer.json) == FIELDS | {"errors"}
    assert [each["field"] for each in answer.json["errors"]] == ["email", "password"]


def test_a_page_that_is_not_there_is_html(client: FlaskClient) -> None:
    answer = client.get("/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert answer.headers["X-Request-ID"] in answer.text


def test_htmx_gets_a_toast_instead_of_a_page(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "toast" in answer.headers["HX-Trigger"]
    assert answer.data == b""
