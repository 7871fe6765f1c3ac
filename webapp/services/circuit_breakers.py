"""Circuit breakers: a service that is down is left alone for a minute, by all workers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pybreaker import STATE_CLOSED, STATE_OPEN, CircuitBreaker, CircuitBreakerError
from redis import Redis

from webapp.enums import CRMName, SourceName
from webapp.errors import ProviderResponseError, ProviderUnavailableError
from webapp.services.breaker_storage import RedisLink, SharedStorage
from webapp.services.provider_names import label_of

MAX_FAILURES = 5
PAUSE_SECONDS = 60.0
TRIALS = 2
OUTAGES = (ProviderUnavailableError, ProviderResponseError)
"""What speaks of an outage: no answer, a server error, an answer that makes no sense. A refused
key, a spent quota or one wrong request does not: the service is up."""
WITHOUT_BREAKER = frozenset({SourceName.RSS, SourceName.MOCK, CRMName.CSV})
"""Each feed is a server of its own, and one that is down says nothing of the others."""


class ServicePausedError(ProviderUnavailableError):
    """The service was not asked, because it failed too often just now."""

    permanent = True


@dataclass(frozen=True)
class BreakerState:
    """How a breaker stands: closed is well, open is paused `until`, half-open is being tried."""

    state: str
    failures: int
    until: datetime | None


@dataclass
class _Breaker:
    storage: SharedStorage
    circuit: CircuitBreaker
    trial: threading.Lock


class CircuitBreakers:
    """One breaker a provider, made at its first use. Without Redis each process has its own."""

    def __init__(
        self,
        redis: Redis,
        *,
        max_failures: int = MAX_FAILURES,
        pause_seconds: float = PAUSE_SECONDS,
        trials: int = TRIALS,
    ) -> None:
        self._link = RedisLink(redis)
        self._max_failures = max_failures
        self._pause = timedelta(seconds=pause_seconds)
        self._trials = trials
        self._lock = threading.Lock()
        self._breakers: dict[str, _Breaker] = {}

    @contextmanager
    def attempt(self, provider: str) -> Iterator[None]:
        """Guard one call: raise ServicePausedError instead of it, and count how it ends.

        After the pause one call at a time is let through until enough of them succeeded.
        """
        if provider in WITHOUT_BREAKER:
            yield
            return
        breaker = self._of(provider)
        is_trial = breaker.circuit.current_state != STATE_CLOSED
        if is_trial and not breaker.trial.acquire(blocking=False):
            raise self._paused(provider, breaker)
        try:
            # `calling`, not `call`: that one holds a lock, and calls would wait for each other
            with breaker.circuit.calling():
                yield
        except CircuitBreakerError:
            raise self._paused(provider, breaker) from None
        finally:
            if is_trial:
                breaker.trial.release()

    def refusal(self, provider: str) -> ServicePausedError | None:
        """Return why a provider is not asked now, or None."""
        if provider in WITHOUT_BREAKER:
            return None
        breaker = self._of(provider)
        if breaker.circuit.current_state != STATE_OPEN or self._is_over(breaker):
            return None
        return self._paused(provider, breaker)

    def state(self, provider: str) -> BreakerState:
        """Return how a provider's breaker stands."""
        breaker = self._of(provider)
        state = breaker.circuit.current_state
        until = self._until(breaker) if state == STATE_OPEN else None
        return BreakerState(state, breaker.circuit.fail_counter, until)

    def close(self, provider: str) -> None:
        """Let a provider be asked again at once."""
        if provider not in WITHOUT_BREAKER:
            breaker = self._of(provider)
            breaker.storage.reset_counter()
            breaker.circuit.close()

    def _of(self, provider: str) -> _Breaker:
        found = self._breakers.get(provider)
        if found is not None:
            return found
        with self._lock:
            return self._breakers.setdefault(provider, self._made(provider))

    def _made(self, provider: str) -> _Breaker:
        storage = SharedStorage(self._link, provider)
        circuit = CircuitBreaker(
            fail_max=self._max_failures,
            reset_timeout=self._pause.total_seconds(),
            success_threshold=self._trials,
            exclude=[_is_no_outage],
            state_storage=storage,
            name=provider,
            throw_new_error_on_trip=False,
        )
        return _Breaker(storage, circuit, threading.Lock())

    def _until(self, breaker: _Breaker) -> datetime:
        return (breaker.storage.opened_at or _now()) + self._pause

    def _is_over(self, breaker: _Breaker) -> bool:
        return self._until(breaker) <= _now()

    def _paused(self, provider: str, breaker: _Breaker) -> ServicePausedError:
        until = max(self._until(breaker), _now())
        failures = max(breaker.circuit.fail_counter, 1)
        times = "failure" if failures == 1 else "failures"
        return ServicePausedError(
            f"{label_of(provider)} is paused until {until:%H:%M} UTC after {failures} {times}."
        )


def _is_no_outage(error: BaseException) -> bool:
    return not isinstance(error, OUTAGES)


def _now() -> datetime:
    """Return the time as pybreaker reads it, whatever our own clock was set to."""
    return datetime.now(UTC)
