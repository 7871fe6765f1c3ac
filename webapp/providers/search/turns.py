"""Turns with a service that takes one request in so many seconds, whoever asks."""

import threading
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import RedisError

from webapp import clock


class Turns(Protocol):
    """Hands out turns, none closer to the one before than the service allows."""

    def take(self, *, patience: float) -> float | None:
        """Reserve the next turn and return the seconds until it.

        None, and nothing is reserved, where it is further off than `patience`.
        """
        ...

    def pause(self, seconds: float) -> None:
        """Let the next turn be no sooner than in so many seconds."""
        ...


class LocalTurns:
    """Turns among the threads of one process."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._lock = threading.Lock()
        self._free_at = 0.0

    def take(self, *, patience: float) -> float | None:
        """Do what `Turns.take` promises."""
        with self._lock:
            now = clock.monotonic()
            turn = max(now, self._free_at)
            if turn - now > patience:
                return None
            self._free_at = turn + self._interval
            return turn - now

    def pause(self, seconds: float) -> None:
        """Do what `Turns.pause` promises."""
        with self._lock:
            self._free_at = max(self._free_at, clock.monotonic() + seconds)


# One step in Redis, by its own clock, so that no two processes can get the same turn.
_NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000) "
_FREE = "local free = tonumber(redis.call('GET', KEYS[1]) or '0') "
_SET = "redis.call('SET', KEYS[1], string.format('%.0f', free), 'PX', free - now + 1000) "
_TAKE = (
    _NOW
    + _FREE
    + "local turn = math.max(now, free) "
    + "if turn - now > tonumber(ARGV[2]) then return -1 end "
    + "free = turn + tonumber(ARGV[1]) "
    + _SET
    + "return turn - now"
)
_PAUSE = _NOW + _FREE + "free = math.max(free, now + tonumber(ARGV[1])) " + _SET + "return 0"


class SharedTurns:
    """Turns among all processes that share a Redis; without it, among the threads of this one."""

    def __init__(self, redis: Redis, *, key: str, interval: float) -> None:
        self._redis = redis
        self._key = key
        self._interval = interval
        self._local = LocalTurns(interval)

    def take(self, *, patience: float) -> float | None:
        """Do what `Turns.take` promises."""
        try:
            wait: Any = self._redis.eval(
                _TAKE, 1, self._key, _milliseconds(self._interval), _milliseconds(patience)
            )
        except RedisError:
            return self._local.take(patience=patience)
        return None if wait < 0 else wait / 1000

    def pause(self, seconds: float) -> None:
        """Do what `Turns.pause` promises."""
        self._local.pause(seconds)
        try:
            self._redis.eval(_PAUSE, 1, self._key, _milliseconds(seconds))
        except RedisError:
            return


def _milliseconds(seconds: float) -> str:
    return str(max(0, round(seconds * 1000)))
