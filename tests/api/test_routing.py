"""What a declared route does before its handler and after it."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import Field

from tests.doubles.queues import NO_REDIS
from webapp import failures, security
from webapp.api.routing import Api
from webapp.config import Settings
from webapp.container import EXTENSION
from webapp.errors import ConflictError, TooManyRequestsError
from webapp.schemas.base import Answer, Schema
from webapp.services.rate_limits import RateLimits

PATH = "/api/v1/things"
api = Api("things", prefix="/things", tag="Things")


class ThingInput(Schema):
    name: str = Field(max_length=10)
    size: float | None = None
    config: dict[str, Any] | None = None


class ThingQuery(Schema):
    limit: int = Field(5, le=10)
    tags: list[str] | None = None


class ThingAnswer(Answer):
    text: str


@api.get("/", permission=None, query=ThingQuery, answer=ThingAnswer, summary="List")
def list_things(query: ThingQuery) -> ThingAnswer:
    return ThingAnswer(text=f"{query.limit} {query.tags}")


@api.post("/", permission=None, body=ThingInput, answer=ThingAnswer, status=201, summary="Make")
def make_thing(body: ThingInput) -> tuple[ThingAnswer, dict[str, str]]:
    return ThingAnswer(text=body.name), {"Location": f"{PATH}/1"}


@api.get("/<uuid:thing_id>", permission=None, answer=ThingAnswer, summary="Get")
def get_thing(thing_id: uuid.UUID) -> ThingAnswer:
    return ThingAnswer(text=str(thing_id))


@api.get("/<int:number>/number", permission=None, answer=ThingAnswer, summary="Number")
def get_number(number: int) -> ThingAnswer:
    return ThingAnswer(text=str(number))


@api.get("/busy", permission=None, answer=ThingAnswer, summary="Busy")
def busy() -> ThingAnswer:
    error = TooManyRequestsError("Wait.")
    error.retry_after = 7
    raise error


@api.delete("/kept", permission=None, answer=ThingAnswer, summary="Kept")
def kept() -> ThingAnswer:
    raise ConflictError("It is in use.")


@api.get("/broken", permission=None, answer=ThingAnswer, summary="Broken")
def broken() -> ThingAnswer:
    raise ZeroDivisionError("secret detail")


@pytest.fixture
def things(settings: Settings) -> FlaskClient:
    app = Flask("things")
    security.configure(app, settings)
    security.init_app(app, settings)
    failures.init_app(app)
    app.register_blueprint(api.blueprint)
    limits = RateLimits(NO_REDIS, per_minute=0)
    app.extensions[EXTENSION] = SimpleNamespace(rate_limits=limits)
    return app.test_client()


@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
def test_both_forms_of_the_slash_answer_directly(things: FlaskClient, path: str) -> None:
    assert things.get(path).json == {"text": "5 None"}
    assert things.post(path, json={"name": "a"}).status_code == 201


def test_a_handler_can_add_headers(things: FlaskClient) -> None:
    response = things.post(PATH, json={"name": "lamp"})
    assert response.headers["Location"] == f"{PATH}/1"
    assert response.mimetype == "application/json"


def test_a_list_in_the_query_is_given_several_times(things: FlaskClient) -> None:
    assert things.get(f"{PATH}?tags=a&tags=b&limit=2").json == {"text": "2 ['a', 'b']"}
    assert things.get(f"{PATH}?tags=a").json == {"text": "5 ['a']"}


UNREADABLE = [
    (b"{", "application/json", 400),
    (b"", "application/json", 400),
    (b"[]", "application/json", 400),
    (b'"text"', "application/json", 400),
    (b"null", "application/json", 400),
    (b"\xff\xfe\xfd", "application/json", 400),
    (b'{"name": "a", "size": NaN}', "application/json", 400),
    (b'{"name": "a", "size": -Infinity}', "application/json", 400),
    (b'{"name": "a", "size": 1e999}', "application/json", 400),
    (b'{"name": "a", "config": {"x": 1e999}}', "application/json", 400),
    (b'{"name": "a", "config": {"x": ' + b"9" * 5000 + b"}}", "application/json", 400),
    (b'{"name": "a\\u0000b"}', "application/json", 400),
    (b'{"name": "\\ud800"}', "application/json", 400),
    (b'{"name": "a", "config": ' + b"[" * 40 + b"]" * 40 + b"}", "application/json", 400),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "application/json", 400),
    (b"name=a", "application/x-www-form-urlencoded", 415),
    (b'{"name": "a"}', "text/plain", 415),
    (b'{"name": "a"}', None, 415),
    (b'{"name": "' + b"a" * 1_100_000 + b'"}', "application/json", 413),
    (b'{"name": "a", "colour": "red"}', "application/json", 422),
    (b'{"name": 7}', "application/json", 422),
    (b'{"name": "far too long a name"}', "application/json", 422),
    (b"{}", "application/json", 422),
]


@pytest.mark.parametrize(("body", "kind", "status"), UNREADABLE)
def test_what_cannot_be_read_or_accepted_is_a_problem(
    things: FlaskClient, body: bytes, kind: str | None, status: int
) -> None:
    response = things.post(PATH, data=body, content_type=kind)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json is not None
    assert response.json["status"] == status


def test_a_bad_value_is_named_by_its_field(things: FlaskClient) -> None:
    response = things.post(PATH, json={"name": "x" * 11, "colour": "red"})
    assert response.json is not None
    assert {each["field"] for each in response.json["errors"]} == {"name", "colour"}
    assert all(each["message"] for each in response.json["errors"])


@pytest.mark.parametrize("query", ["limit=11", "limit=x", "page=2", "tags=%00", "limit="])
def test_a_bad_query_is_422(things: FlaskClient, query: str) -> None:
    assert things.get(f"{PATH}?{query}").status_code == 422


@pytest.mark.parametrize(
    "path", ["/not-a-uuid", "/12", f"/{2**31}/number", f"/{10**30}/number", "/-1/number"]
)
def test_an_id_that_cannot_be_one_is_404(things: FlaskClient, path: str) -> None:
    response = things.get(PATH + path)
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"


def test_an_id_comes_converted(things: FlaskClient) -> None:
    some = uuid.uuid4()
    assert things.get(f"{PATH}/{some}").json == {"text": str(some)}
    assert things.get(f"{PATH}/{2**31 - 1}/number").json == {"text": str(2**31 - 1)}


def test_an_error_of_ours_keeps_its_status(things: FlaskClient) -> None:
    response = things.delete(f"{PATH}/kept")
    assert response.status_code == 409
    assert response.json is not None
    assert response.json["detail"] == "It is in use."


def test_who_has_to_wait_is_told_how_long(things: FlaskClient) -> None:
    response = things.get(f"{PATH}/busy")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


def test_a_bug_shows_its_request_id_and_nothing_else(things: FlaskClient) -> None:
    response = things.get(f"{PATH}/broken", headers={"X-Request-ID": "abc-1"})
    assert response.status_code == 500
    assert response.json is not None
    assert response.json["request_id"] == response.headers["X-Request-ID"] == "abc-1"
    assert "secret" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("path", [PATH, f"{PATH}/", f"{PATH}/busy/"])
def test_a_wrong_method_says_which_are_right(things: FlaskClient, path: str) -> None:
    response = things.put(path, json={})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
