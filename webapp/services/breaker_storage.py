"""Where the state of a circuit breaker lies: in Redis for all workers, else in this process."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pybreaker import STATE_CLOSED, STATE_HALF_OPEN, STATE_OPEN, CircuitBreakerStorage
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from webapp import clock

ResultT = TypeVar("ResultT")

FRESH_SECONDS = 1.0
"""What was read is believed for so long, so that calls cost no round trip each."""
AWAY_SECONDS = 5.0
"""A Redis that did not answer is left alone for so long."""
_TIMEOUT_SECONDS = 0.5
_STATES = (STATE_CLOSED, STATE_OPEN, STATE_HALF_OPEN)
_OPEN = STATE_OPEN.encode()
_KEY = "beacon:breaker:{}"
_FIELDS = ("state", "failures", "successes", "opened_at")


class RedisLink:
    """Redis, asked impatiently; while it is away nothing waits for it."""

    def __init__(self, redis: Redis) -> None:
        self.redis = _impatient(redis)
        self._away_until = 0.0

    def ask(self, question: Callable[[Redis], ResultT]) -> ResultT | None:
        """Return Redis's answer, or None while it has none to give."""
        if clock.monotonic() < self._away_until:
            return None
        try:
            return question(self.redis)
        except RedisError:
            self._away_until = clock.monotonic() + AWAY_SECONDS
            return None


@dataclass
class _Values:
    state: str = STATE_CLOSED
    failures: int = 0
    successes: int = 0
    opened_at: datetime | None = None


class SharedStorage(CircuitBreakerStorage):
    """One provider's breaker as a hash in Redis.

    pybreaker's own storage asks Redis for each property and forgets everything while Redis is
    away. This one reads the hash at most once a second, writes only what changed, and goes on
    with what this process knows when Redis does not answer.
    """

    def __init__(self, link: RedisLink, provider: str) -> None:
        super().__init__("redis")
        self._link = link
        self._key = _KEY.format(provider)
        self._values = _Values()
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    @property
    def state(self) -> str:
        """The state that the workers agree on."""
        self._refresh()
        return self._values.state

    @state.setter
    def state(self, state: str) -> None:
        self._values.state = state
        self._write({"state": state})

    def increment_counter(self) -> None:
        """Add a failure."""
        self._values.failures = self._increase("failures", self._values.failures)

    def reset_counter(self) -> None:
        """Forget the failures; the usual success costs nothing."""
        if self._values.failures:
            self._values.failures = 0
            self._write({"failures": 0})

    def increment_success_counter(self) -> None:
        """Add a successful trial."""
        self._values.successes = self._increase("successes", self._values.successes)

    def reset_success_counter(self) -> None:
        """Forget the successful trials."""
        if self._values.successes:
            self._values.successes = 0
            self._write({"successes": 0})

    @property
    def counter(self) -> int:
        """The failures in a row."""
        return self._values.failures

    @property
    def success_counter(self) -> int:
        """The successful trials in a row."""
        return self._values.successes

    @property
    def opened_at(self) -> datetime | None:
        """When the breaker opened last."""
        return self._values.opened_at

    @opened_at.setter
    def opened_at(self, at: datetime) -> None:
        self._values.opened_at = at
        # By Redis's clock, which is one for all workers; theirs may differ
        self._link.ask(
            lambda redis: redis.hset(self._key, mapping={"opened_at": _seconds(redis.time())})
        )

    def _refresh(self) -> None:
        with self._lock:
            now = clock.monotonic()
            if now - self._read_at < FRESH_SECONDS:
                return
            self._read_at = now
            found = self._link.ask(self._ask)
            if found is not None:
                self._values = _read(*found)

    def _ask(self, redis: Redis) -> tuple[list[Any], float]:
        """Return the hash's fields, and Redis's time where it matters."""
        fields: Any = redis.hmget(self._key, list(_FIELDS))
        return fields, _seconds(redis.time()) if fields[0] == _OPEN else 0.0

    def _write(self, fields: Mapping[Any, str | float]) -> None:
        self._link.ask(lambda redis: redis.hset(self._key, mapping=fields))

    def _increase(self, field: str, known: int) -> int:
        total = self._link.ask(lambda redis: redis.hincrby(self._key, field, 1))
        return total if isinstance(total, int) else known + 1


def _seconds(time: Any) -> float:  # noqa: ANN401 -- the client's answer may be a promise in its types
    return float(time[0]) + float(time[1]) / 1_000_000


def _read(found: list[Any], now: float) -> _Values:
    """Return what the hash holds; what cannot be read, as anybody may write there, is no state."""
    try:
        state, failures, successes, opened_at = (each.decode() if each else "" for each in found)
        return _Values(
            state if state in _STATES else STATE_CLOSED,
            int(failures or 0),
            int(successes or 0),
            _opened(float(opened_at or 0), now),
        )
    except (ValueError, OverflowError, OSError):
        return _Values()


def _opened(at: float, now: float) -> datetime:
    """Return by this process's clock what was noted by Redis's.

    What lies ahead cannot be right, and must not pause for ever: it counts as long over.
    """
    passed = now - at if at <= now + FRESH_SECONDS else now
    return datetime.now(UTC) - timedelta(seconds=passed)


def _impatient(redis: Redis) -> Redis:
    """Return a connection to the same Redis that gives up after half a second."""
    pool = redis.connection_pool
    options = {
        **pool.connection_kwargs,
        "socket_timeout": _TIMEOUT_SECONDS,
        "socket_connect_timeout": _TIMEOUT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    return Redis(connection_pool=ConnectionPool(pool.connection_class, **options))
