"""How many requests a caller may make in a minute: counted in Redis for all web processes."""

from dataclasses import dataclass
from functools import cached_property

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis import Redis

from webapp import clock
from webapp.services.breaker_storage import RedisLink

WINDOW_SECONDS = 60
_PREFIX = "beacon:limit"


@dataclass(frozen=True)
class Allowance:
    """What a caller has left of the minute under way; `resets_in` is in seconds."""

    limit: int
    remaining: int
    resets_in: int
    is_admitted: bool = True


class RateLimits:
    """Counts requests. While Redis is away each process counts for itself, and all goes on."""

    def __init__(self, redis: Redis, *, per_minute: int) -> None:
        self._link = RedisLink(redis)
        self._per_minute = per_minute
        self._item = RateLimitItemPerMinute(max(per_minute, 1))
        # The address is read and not used: it goes over our own connections
        pool = self._link.redis.connection_pool
        storage = RedisStorage("redis://", connection_pool=pool, key_prefix=_PREFIX)
        self._shared = FixedWindowRateLimiter(storage)

    def take(self, caller: str) -> Allowance | None:
        """Count one request of a caller and return what is left; None where nothing is limited."""
        if not self._per_minute:
            return None
        shared = self._link.ask(lambda _redis: self._take(self._shared, caller))
        return shared or self._take(self._own, caller)

    @cached_property
    def _own(self) -> FixedWindowRateLimiter:
        """What counts while Redis is away; made when it is first, as it starts a thread."""
        return FixedWindowRateLimiter(MemoryStorage())

    def _take(self, limiter: FixedWindowRateLimiter, caller: str) -> Allowance:
        is_admitted = limiter.hit(self._item, caller)
        stats = limiter.get_window_stats(self._item, caller)
        seconds = round(stats.reset_time - clock.now().timestamp())
        resets_in = min(max(seconds, 1), WINDOW_SECONDS)
        return Allowance(self._per_minute, int(stats.remaining), resets_in, is_admitted)
