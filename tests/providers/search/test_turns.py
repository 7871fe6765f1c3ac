"""Turns are handed out with the distance that a service asks for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from tests.doubles.redis_server import running_redis
from webapp.providers.search.turns import LocalTurns, SharedTurns, Turns


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_redis() as server:
        yield server.url


@pytest.fixture(params=["local", "shared", "shared without redis"])
def turns(request: pytest.FixtureRequest, address: str) -> Turns:
    if request.param == "local":
        return LocalTurns(5)
    reachable = request.param == "shared"
    redis = Redis.from_url(address if reachable else "redis://127.0.0.1:1/0")
    if reachable:
        redis.flushdb()
    return SharedTurns(redis, key="turns", interval=5)


def test_each_turn_is_an_interval_after_the_one_before(turns: Turns) -> None:
    waits = [turns.take(patience=60) for _ in range(3)]
    assert waits == [0, pytest.approx(5, abs=1), pytest.approx(10, abs=1)]


def test_a_turn_that_nobody_waits_for_is_not_taken(turns: Turns) -> None:
    turns.take(patience=60)
    assert [turns.take(patience=3) for _ in range(3)] == [None, None, None]
    assert turns.take(patience=60) == pytest.approx(5, abs=1)


def test_a_pause_holds_everybody_off(turns: Turns) -> None:
    turns.pause(30)
    assert turns.take(patience=20) is None
    assert turns.take(patience=60) == pytest.approx(30, abs=1)


def test_a_shorter_pause_does_not_end_a_longer_one(turns: Turns) -> None:
    turns.pause(30)
    turns.pause(1)
    assert turns.take(patience=60) == pytest.approx(30, abs=1)


def test_threads_never_share_a_turn(turns: Turns) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: turns.take(patience=100), range(8)))
    starts = sorted(wait for wait in waits if wait is not None)
    assert starts == [pytest.approx(5 * place, abs=2) for place in range(8)]


def test_processes_on_one_redis_share_their_turns(address: str) -> None:
    here, there = Redis.from_url(address), Redis.from_url(address)
    here.flushdb()
    SharedTurns(here, key="turns", interval=5).take(patience=0)
    assert SharedTurns(there, key="turns", interval=5).take(patience=0) is None
    assert 0 < here.pttl("turns") <= 6000
