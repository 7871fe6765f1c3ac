"""A service that is down is left alone by all workers, and tried again after the pause."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pybreaker import STATE_OPEN
from redis import Redis

from tests.doubles.queues import NO_REDIS
from tests.doubles.redis_server import RedisServer, running_redis
from webapp.enums import SourceName
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from webapp.services.breaker_storage import RedisLink, SharedStorage
from webapp.services.circuit_breakers import CircuitBreakers, ServicePausedError

SERPER = SourceName.SERPER
DOWN = ProviderUnavailableError("Serper answered 503.")


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture
def redis(server: RedisServer) -> Iterator[Redis]:
    with Redis.from_url(server.url) as connection:
        connection.flushall()
        yield connection


def worker(redis: Redis) -> CircuitBreakers:
    """Another process's breakers, as far as Redis can tell."""
    return CircuitBreakers(redis)


def attempt(breakers: CircuitBreakers, error: Exception | None = None) -> None:
    with breakers.attempt(SERPER):
        if error is not None:
            raise error


def fail(breakers: CircuitBreakers, error: Exception = DOWN, *, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(type(error)):
            attempt(breakers, error)


def let_the_pause_pass(redis: Redis) -> None:
    redis.hset("beacon:breaker:serper", "opened_at", time.time() - 61)


def test_after_five_failures_nobody_asks_for_a_minute(redis: Redis) -> None:
    breakers = worker(redis)
    fail(breakers, times=5)
    with pytest.raises(ServicePausedError, match=r"paused until \d\d:\d\d UTC after 5 failures"):
        attempt(breakers)
    with pytest.raises(ServicePausedError):
        attempt(worker(redis))
    assert worker(redis).refusal(SERPER) is not None


@pytest.mark.parametrize("ahead", [30, 3600, 1e12])
def test_a_pause_that_begins_in_the_future_is_over(redis: Redis, ahead: float) -> None:
    fail(worker(redis), times=5)
    redis.hset("beacon:breaker:serper", "opened_at", time.time() + ahead)
    breakers = worker(redis)
    assert breakers.refusal(SERPER) is None
    attempt(breakers)


def test_a_pause_without_a_beginning_is_over(redis: Redis) -> None:
    redis.hset("beacon:breaker:serper", "state", "open")
    breakers = worker(redis)
    assert breakers.refusal(SERPER) is None
    attempt(breakers)


def test_the_pause_is_noted_by_the_clock_of_redis(redis: Redis) -> None:
    storage = SharedStorage(RedisLink(redis), "serper")
    storage.state = STATE_OPEN
    storage.opened_at = datetime.now(UTC) + timedelta(hours=1)  # a clock that is ahead
    noted = float(redis.hget("beacon:breaker:serper", "opened_at") or 0)
    assert abs(noted - time.time()) < 5


def test_failures_of_several_workers_add_up(redis: Redis) -> None:
    for _ in range(5):
        fail(worker(redis))
    assert worker(redis).state(SERPER).state == "open"


def test_a_success_in_between_starts_the_count_anew(redis: Redis) -> None:
    breakers = worker(redis)
    fail(breakers, times=4)
    attempt(breakers)
    fail(breakers, times=4)
    assert breakers.state(SERPER).state == "closed"


def test_two_successes_after_the_pause_close_it(redis: Redis) -> None:
    fail(worker(redis), times=5)
    let_the_pause_pass(redis)
    breakers = worker(redis)
    attempt(breakers)
    assert breakers.state(SERPER).state == "half-open"
    attempt(breakers)
    assert worker(redis).state(SERPER).state == "closed"


def test_a_failed_trial_opens_it_again(redis: Redis) -> None:
    fail(worker(redis), times=5)
    let_the_pause_pass(redis)
    breakers = worker(redis)
    fail(breakers)
    assert worker(redis).refusal(SERPER) is not None


def test_a_trial_goes_alone(redis: Redis) -> None:
    fail(worker(redis), times=5)
    let_the_pause_pass(redis)
    breakers = worker(redis)
    with breakers.attempt(SERPER), pytest.raises(ServicePausedError):
        attempt(breakers)


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (ProviderUnavailableError("503"), True),
        (ProviderTimeoutError("late"), True),
        (ProviderResponseError("HTML instead of JSON"), True),
        (ProviderAuthError("wrong key"), False),
        (ProviderQuotaError("spent"), False),
        (ProviderRateLimitedError("slow down"), False),
        (ProviderRequestError("bad query"), False),
        (ProviderError("unforeseen"), False),
        (RuntimeError("a mistake of ours"), False),
    ],
)
def test_only_outages_count(redis: Redis, error: Exception, *, counts: bool) -> None:
    breakers = worker(redis)
    fail(breakers, error, times=6 if not counts else 5)
    assert (breakers.state(SERPER).state == "open") is counts


def test_feeds_are_many_servers_and_have_no_breaker(redis: Redis) -> None:
    breakers = worker(redis)
    for _ in range(6):
        with pytest.raises(ProviderUnavailableError), breakers.attempt(SourceName.RSS):
            raise DOWN
    assert breakers.refusal(SourceName.RSS) is None


def test_without_redis_each_process_has_its_own() -> None:
    here, there = CircuitBreakers(NO_REDIS), CircuitBreakers(NO_REDIS)
    fail(here, times=5)
    with pytest.raises(ServicePausedError):
        attempt(here)
    attempt(there)


def test_a_redis_that_goes_away_stops_no_search() -> None:
    with running_redis() as server, Redis.from_url(server.url) as connection:
        breakers = worker(connection)
        fail(breakers, times=3)
        server.kill()
        started = time.monotonic()
        fail(breakers, times=2)
        assert breakers.refusal(SERPER) is not None
        assert time.monotonic() - started < 2


def test_a_redis_that_was_emptied_forgets_the_pause(redis: Redis) -> None:
    fail(worker(redis), times=5)
    redis.flushall()
    attempt(worker(redis))


@pytest.mark.parametrize(
    "value", [b"nonsense", b"\xff\xfe", b"open; drop", b"1e999", b"-1", b"9" * 400]
)
def test_what_is_no_state_of_ours_is_passed_over(redis: Redis, value: bytes) -> None:
    for field in ("state", "failures", "successes", "opened_at"):
        redis.hset("beacon:breaker:serper", field, value)
        attempt(worker(redis))
        redis.flushall()


def test_a_thousand_good_calls_ask_redis_but_a_few_times(redis: Redis) -> None:
    breakers = worker(redis)
    before = redis.info("commandstats").get("cmdstat_hmget", {"calls": 0})["calls"]
    started = time.monotonic()
    for _ in range(1_000):
        attempt(breakers)
    asked = redis.info("commandstats")["cmdstat_hmget"]["calls"] - before
    assert asked <= 2 + (time.monotonic() - started)


def test_it_can_be_closed_by_hand(redis: Redis) -> None:
    breakers = worker(redis)
    fail(breakers, times=5)
    breakers.close(SERPER)
    attempt(worker(redis))
