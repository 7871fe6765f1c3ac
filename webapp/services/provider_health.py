"""How the outside services fare: the last success and failure of each, and refused keys.

A service that refuses its key is not asked again with that key, but for one try an hour: more
tries would only lock the account. Another key, or "Try again" on the status page, ends this.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from webapp import clock
from webapp.enums import AIName
from webapp.errors import ProviderAuthError, ProviderError, ProviderQuotaError
from webapp.extensions import db
from webapp.models import ProviderHealth
from webapp.models.base import insert_or_ignore, rows_changed
from webapp.providers.base import CRMUsage
from webapp.services.provider_keys import KEYLESS
from webapp.services.transactions import atomic, snapshot

WRITE_EVERY_SECONDS = 20
"""The same news about a provider is written at most this often, not once a call."""
TRY_AGAIN_AFTER = timedelta(hours=1)
MAX_ERROR = 300
MAX_NAME = 40


class KeyRefusedError(ProviderAuthError):
    """The service was not asked, because it refused this key before."""


@dataclass(frozen=True)
class Refusal:
    """That a service refused the key which is set now, and when it was last tried."""

    provider: str
    reason: str
    tried_at: datetime


class ProviderHealthService:
    """Notes successes and failures cheaply, whichever thread they come from.

    `keys` are the fingerprints of the configured keys by provider. Those in `own` are of one
    business alone, whose name is `scope`: how they fare is kept apart from everybody else's.
    """

    def __init__(
        self,
        keys: Mapping[str, str] | None = None,
        *,
        own: frozenset[str] = frozenset(),
        scope: str = "",
    ) -> None:
        self._keys = keys or {}
        self.own = own
        self._row_of = {provider: f"{provider}:{scope}"[:MAX_NAME] for provider in own}
        self._lock = threading.Lock()
        self._written: dict[tuple[str, bool], float] = {}
        self._refused: dict[str, Refusal] = {}
        self._usage: dict[str, tuple[CRMUsage, float]] = {}

    @property
    def keys(self) -> frozenset[str]:
        """The fingerprints of the keys that are set."""
        return frozenset(self._keys.values())

    def rows(self) -> dict[str, ProviderHealth]:
        """Return what is known of each provider by its name."""
        found = {row.provider: row for row in db.session.scalars(select(ProviderHealth))}
        ours = {name: found[row] for name, row in self._row_of.items() if row in found}
        return {
            name: row for name, row in found.items() if name not in self.own and ":" not in name
        } | ours

    def note_success(self, provider: str) -> None:
        """Note that a provider answered as it should."""
        if self._is_news(provider, success=True):
            with self._lock:
                self._refused.pop(provider, None)
            self._write(
                provider,
                last_success_at=clock.now(),
                needs_attention=False,
                refused_key_fingerprint=None,
            )

    def note_failure(self, provider: str, error: ProviderError) -> None:
        """Note that a provider failed; a refused key needs a person, and is not tried again.

        Nor is a model whose account is empty.
        """
        is_refusal = isinstance(error, ProviderAuthError) or _is_empty_account(provider, error)
        if is_refusal and error.account_wide:
            self._note_refusal(provider, error)
        elif self._is_news(provider, success=False):
            self._write(
                provider,
                last_failure_at=clock.now(),
                last_error=str(error)[:MAX_ERROR],
                needs_attention=isinstance(error, ProviderAuthError),
            )

    def note_usage(self, provider: str, usage: CRMUsage | None) -> None:
        """Note how much of its day's calls an account has used, where that is news."""
        if usage is None:
            return
        with self._lock:
            last = self._usage.get(provider)
            if last is not None and (last[0] == usage or clock.monotonic() < last[1]):
                return
            self._usage[provider] = usage, clock.monotonic() + WRITE_EVERY_SECONDS
        self._write(provider, api_used=usage.used, api_limit=usage.limit)

    def refusal(self, provider: str) -> Refusal | None:
        """Return why a provider is not asked, as far as this process has learnt; no query."""
        return self._refused.get(provider)

    def refused_keys(self) -> list[Refusal]:
        """Return every refusal of a key that is set now, in one query."""
        with snapshot() as session:
            rows = session.scalars(
                select(ProviderHealth).where(ProviderHealth.refused_key_fingerprint.is_not(None))
            ).all()
            return [
                _refusal_of(row, name)
                for row in rows
                if (name := self._provider_of(row)) is not None and self._is_current(row, name)
            ]

    def learn(self) -> None:
        """Take over what other processes met."""
        found = {each.provider: each for each in self.refused_keys()}
        with self._lock:
            self._refused = found

    def may_try_again(self, refusal: Refusal) -> bool:
        """Tell whether this caller may try a refused key: one of all processes, once an hour."""
        now = clock.now()
        if refusal.tried_at > now - TRY_AGAIN_AFTER:
            return False
        with atomic():
            won = rows_changed(
                update(ProviderHealth)
                .where(
                    ProviderHealth.provider == self._row(refusal.provider),
                    ProviderHealth.last_failure_at == refusal.tried_at,
                )
                .values(last_failure_at=now)
            )
        with self._lock:
            self._refused[refusal.provider] = Refusal(refusal.provider, refusal.reason, now)
        return won == 1

    def forget_refusal(self, provider: str) -> None:
        """Ask a provider again at the next run, whatever it said of its key."""
        with self._lock:
            self._refused.pop(provider, None)
        with atomic():
            rows_changed(
                update(ProviderHealth)
                .where(ProviderHealth.provider == self._row(provider))
                .values(refused_key_fingerprint=None, needs_attention=False)
            )

    def _note_refusal(self, provider: str, error: ProviderError) -> None:
        now = clock.now()
        with self._lock:
            self._written[provider, False] = clock.monotonic()
            self._refused[provider] = Refusal(provider, str(error)[:MAX_ERROR], now)
        self._write(
            provider,
            last_failure_at=now,
            last_error=str(error)[:MAX_ERROR],
            needs_attention=True,
            refused_key_fingerprint=self._keys.get(provider, KEYLESS),
        )

    def _write(self, provider: str, **values: Any) -> None:  # noqa: ANN401 -- any column
        name = self._row(provider)
        with atomic():
            insert_or_ignore(
                ProviderHealth,
                [{"provider": name, "needs_attention": False}],
                conflict=["provider"],
            )
            rows_changed(
                update(ProviderHealth).where(ProviderHealth.provider == name).values(**values)
            )

    def _row(self, provider: str) -> str:
        """Return the name of the row that keeps how a provider fares for us."""
        return self._row_of.get(provider, provider)

    def _provider_of(self, row: ProviderHealth) -> str | None:
        """Return whose row it is; None for one that is another business's own, or not ours."""
        name = row.provider.partition(":")[0]
        return name if self._row(name) == row.provider else None

    def _is_current(self, row: ProviderHealth, provider: str) -> bool:
        return row.refused_key_fingerprint == self._keys.get(provider, KEYLESS)

    def _is_news(self, provider: str, *, success: bool) -> bool:
        with self._lock:
            now = clock.monotonic()
            last = self._written.get((provider, success))
            other = self._written.get((provider, not success))
            changed = other is not None and (last is None or other > last)
            if last is not None and now - last < WRITE_EVERY_SECONDS and not changed:
                return False
            self._written[provider, success] = now
            return True


def _is_empty_account(provider: str, error: ProviderError) -> bool:
    """Tell whether a person has to pay first; the quota of a source comes back by itself."""
    return isinstance(error, ProviderQuotaError) and provider in set(AIName)


def _refusal_of(row: ProviderHealth, provider: str) -> Refusal:
    tried_at = row.last_failure_at or row.last_success_at or clock.now()
    return Refusal(provider, row.last_error or "The key was refused.", tried_at)
