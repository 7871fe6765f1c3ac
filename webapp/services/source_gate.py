"""Whether a service may be asked now, and each attempt at it: key, quota and circuit breaker."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from webapp import clock
from webapp.enums import AIName
from webapp.errors import ProviderError, ProviderQuotaError
from webapp.providers.metering import CallBudget, spending
from webapp.services.circuit_breakers import BreakerState, CircuitBreakers, ServicePausedError
from webapp.services.provider_health import KeyRefusedError, ProviderHealthService, Refusal
from webapp.services.provider_names import label_of
from webapp.services.quotas import QuotaLedger, QuotaSpentError, QuotaState
from webapp.services.retrying import call_with_retries
from webapp.services.transactions import atomic

ResultT = TypeVar("ResultT")
_MODELS = frozenset(AIName)
LEARN_EVERY_SECONDS = 5.0
NOT_ASKED = (QuotaSpentError, ServicePausedError, KeyRefusedError)
"""Our own refusals: they say nothing new of the service."""


@dataclass
class Tally:
    """How many calls one search took, and how many seconds; also one that failed."""

    calls: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Conditions:
    """What keeps providers from being asked, by provider."""

    refused: Mapping[str, Refusal]
    quotas: Mapping[str, QuotaState]
    breaker_of: Callable[[str], BreakerState]


class SourceGate:
    """Guards sources and models. `call` may run in any thread; the rest wants an app context."""

    def __init__(
        self, *, health: ProviderHealthService, quotas: QuotaLedger, breakers: CircuitBreakers
    ) -> None:
        self._health = health
        self._quotas = quotas
        self._breakers = breakers
        self._lock = threading.Lock()
        self._learnt_at = float("-inf")
        self._counted: Counter[str] = Counter()

    def learn(self) -> None:
        """Look every few seconds at what other processes have met."""
        with self._lock:
            now = clock.monotonic()
            if now - self._learnt_at < LEARN_EVERY_SECONDS:
                return
            self._learnt_at = now
        self._health.learn()
        self._quotas.learn()

    def refusal(self, provider: str) -> ProviderError | None:
        """Return why a provider is not asked now, or None when it may be."""
        refused = self._health.refusal(provider)
        if refused is not None and not self._health.may_try_again(refused):
            return _kept_closed(provider, refused)
        return self._quotas.refusal(provider) or self._breakers.refusal(provider)

    def needs_database(self, provider: str) -> bool:
        """Tell whether a call of this provider writes into the ledger first."""
        return self._quotas.is_limited(provider)

    def call(
        self, provider: str, call: Callable[[], ResultT], *, seconds: float, tally: Tally
    ) -> ResultT:
        """Call, again where that makes sense, within so many seconds; raise ProviderError."""
        deadline = clock.monotonic() + seconds

        def attempt() -> ResultT:
            with self._attempt(provider, deadline, tally):
                return call()

        return call_with_retries(attempt, total_seconds=seconds)

    def note(self, provider: str, error: ProviderError | None) -> None:
        """Write down how a provider answered that was really asked."""
        if error is None:
            self._health.note_success(provider)
        elif not isinstance(error, NOT_ASKED):
            self._health.note_failure(provider, error)
            if isinstance(error, ProviderQuotaError) and provider not in _MODELS:
                self._quotas.note_spent(provider, error)

    def count(self, calls: dict[str, int]) -> None:
        """Add up calls without a limit. All clients count the same few: they are written together.

        What a killed process had not written yet is missing in the figures and in no limit.
        """
        with self._lock:
            self._counted.update(calls)

    def write_counts(self) -> None:
        """Write what was added up into the ledger, in a transaction."""
        with self._lock:
            calls, self._counted = self._counted, Counter()
        if calls:
            with atomic():
                self._quotas.count(calls)

    def conditions(self) -> "Conditions":
        """Return how every provider stands, for people: one query each for keys and quotas."""
        return Conditions(
            refused={each.provider: each for each in self._health.refused_keys()},
            quotas=self._quotas.states(),
            breaker_of=self._breakers.state,
        )

    def try_again(self, provider: str) -> None:
        """Let a provider be asked at the next run, whatever kept it from being asked."""
        self._health.forget_refusal(provider)
        self._quotas.forget_spent(provider)
        self._breakers.close(provider)

    @contextmanager
    def _attempt(self, provider: str, deadline: float, tally: Tally) -> Iterator[None]:
        # A paused service costs no quota, so it is looked at before the ledger
        if (paused := self._breakers.refusal(provider)) is not None:
            raise paused
        self._quotas.reserve(provider)
        reserve = partial(self._quotas.reserve, provider) if self.needs_database(provider) else None
        budget = CallBudget(deadline, reserve)
        try:
            with self._breakers.attempt(provider), spending(budget):
                yield
        except ServicePausedError:
            raise
        except BaseException:
            tally.calls += max(1, budget.calls)
            raise
        tally.calls += max(1, budget.calls)


def _kept_closed(provider: str, refused: Refusal) -> KeyRefusedError:
    if provider in _MODELS:
        return KeyRefusedError(f"{label_of(provider)} is paused: {refused.reason}")
    return KeyRefusedError(
        f"{label_of(provider)} is paused, because its key was refused: {refused.reason} "
        "Set the right key, or try again on the Status page."
    )
