"""The Valkey of the tests behaves like a server of its own."""

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.doubles.redis_server import running_redis


@pytest.mark.parametrize(("keep_data", "expected"), [(True, b"kept"), (False, None)])
def test_data_outlives_a_restart_only_when_asked_to(
    keep_data: bool,  # noqa: FBT001 -- the case of a table
    expected: bytes | None,
) -> None:
    with running_redis(keep_data=keep_data) as server, Redis.from_url(server.url) as redis:
        redis.set("word", "kept")
        server.stop()
        server.start()
        assert redis.get("word") == expected


def test_a_killed_server_is_gone_and_comes_back_at_the_same_address() -> None:
    with running_redis() as server, Redis.from_url(server.url) as redis:
        server.kill()
        assert not server.answers()
        with pytest.raises(RedisConnectionError):
            redis.ping()
        server.start()
        assert redis.ping()


def test_databases_do_not_see_each_other() -> None:
    with (
        running_redis() as server,
        Redis.from_url(server.database(1)) as one,
        Redis.from_url(server.database(63)) as other,
    ):
        one.set("word", "here")
        assert other.get("word") is None
