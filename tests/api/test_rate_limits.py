"""How many requests a caller may make, and how they are told."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from tests.doubles.queues import NO_REDIS
from tests.doubles.redis_server import running_redis
from webapp.container import EXTENSION
from webapp.models import User
from webapp.services.rate_limits import RateLimits

Caller = Callable[[User], FlaskClient]
EVENTS = "/api/v1/events/"
LEFT = "RateLimit-Remaining"


@pytest.fixture
def three(app: Flask) -> Iterator[RateLimits]:
    """Three requests a minute, with no Redis."""
    services = app.extensions[EXTENSION]
    before = services.rate_limits
    limits = RateLimits(NO_REDIS, per_minute=3)
    object.__setattr__(services, "rate_limits", limits)
    yield limits
    object.__setattr__(services, "rate_limits", before)


@pytest.mark.usefixtures("three")
def test_who_asks_too_often_waits_and_others_do_not(api_as: Caller, ben: User, cleo: User) -> None:
    program = api_as(ben)
    assert [program.get(EVENTS).headers[LEFT] for _ in range(3)] == ["2", "1", "0"]
    refused = program.get(EVENTS)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Limit"] == "3"
    assert api_as(cleo).get(EVENTS).status_code == 200
    assert api_as(ben).get(EVENTS).status_code == 200, "another token counts for itself"


@pytest.mark.usefixtures("three")
def test_what_went_wrong_counts_too(api_as: Caller, ben: User) -> None:
    program = api_as(ben)
    assert program.get(f"{EVENTS}?limit=0").headers[LEFT] == "2"
    assert program.get("/api/v1/users").headers[LEFT] == "1"


@pytest.mark.usefixtures("three")
def test_guessing_tokens_is_slowed_down_by_address(client: FlaskClient) -> None:
    def guess(number: int) -> int:
        headers = {"Authorization": f"Bearer bcn_{number}", "X-Forwarded-For": f"10.0.0.{number}"}
        return client.get(EVENTS, headers=headers).status_code

    assert [guess(number) for number in range(5)] == [401, 401, 401, 429, 429]


def test_processes_share_what_they_count() -> None:
    with running_redis() as server:
        one, other = (RateLimits(Redis.from_url(server.url), per_minute=2) for _ in range(2))
        taken = [each.take("token/a") for each in (one, other, one)]
        assert [each.is_admitted for each in taken if each] == [True, True, False]


def test_nothing_is_counted_where_nothing_is_limited() -> None:
    assert RateLimits(NO_REDIS, per_minute=0).take("token/a") is None
