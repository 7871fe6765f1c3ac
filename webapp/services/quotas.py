"""The ledger of calls: how many each key may make a day, refused before the call, not after it.

A row counts the calls to one provider with one key on one day of the provider's own zone. A
limited provider's call is reserved in one statement before it leaves, so that workers together
never exceed the limit; calls without a limit are added up with the client's other rows.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.config import Settings
from webapp.enums import SourceName, WebSearch
from webapp.errors import ProviderError, ProviderQuotaError
from webapp.models import QuotaUse
from webapp.models.base import new_uuid, rows_changed, run, table_of
from webapp.services.provider_keys import KEYLESS, key_fingerprints
from webapp.services.provider_names import label_of
from webapp.services.transactions import atomic, snapshot

_UTC, _PACIFIC = ZoneInfo("UTC"), ZoneInfo("America/Los_Angeles")
_USES = table_of(QuotaUse)
_STATE_COLUMNS = ("provider", "key_fingerprint", "day", "calls", "is_spent")


class QuotaSpentError(ProviderQuotaError):
    """The call was refused here, before it left; the provider was not asked."""


@dataclass(frozen=True)
class QuotaRule:
    """Calls a day (0 is no limit), the zone whose midnight resets them, and parts of that day.

    NewsAPI gives half of its allowance every twelve hours: two parts.
    """

    limit: int = 0
    zone: ZoneInfo = _UTC
    parts: int = 1

    def window(self, now: datetime) -> "Window":
        """Return the stretch of time that a call made now counts in."""
        local = now.astimezone(self.zone)
        hours = 24 // self.parts
        part = local.hour // hours
        limit = (self.limit + self.parts - 1 - part) // self.parts if self.limit else None
        start = local.replace(hour=part * hours, minute=0, second=0, microsecond=0)
        last = part == self.parts - 1
        # Wall-clock arithmetic: a day on which clocks change still ends at midnight
        end = start.replace(hour=0) + timedelta(days=1) if last else start + timedelta(hours=hours)
        suffix = f"/{part + 1}" if self.parts > 1 else ""
        return Window(local.date(), suffix, limit, end.astimezone(_UTC))


@dataclass(frozen=True)
class Window:
    """One stretch of a provider's day: which row counts it, how much it takes, when it ends.

    `limit` is None where there is none.
    """

    day: date
    suffix: str
    limit: int | None
    resets_at: datetime


@dataclass(frozen=True)
class QuotaState:
    """How a provider's quota stands. `limit` and `left` are None where there is no limit."""

    used: int
    limit: int | None
    left: int | None
    resets_at: datetime
    is_spent: bool


class QuotaLedger:
    """Counts and refuses."""

    def __init__(self, *, settings: Settings) -> None:
        self._keys = key_fingerprints(settings)
        self._rules = {
            SourceName.NEWS_API: QuotaRule(settings.news_api_daily_quota, parts=2),
            SourceName.GOOGLE_SEARCH: QuotaRule(settings.google_search_daily_quota, _PACIFIC),
            SourceName.SERPER: QuotaRule(settings.serper_daily_quota),
            SourceName.GDELT: QuotaRule(settings.gdelt_daily_quota),
        }
        kinds = 1 if settings.serper_web is WebSearch.NEVER else 2
        self._most_calls = {
            SourceName.SERPER: kinds * settings.serper_pages,
            SourceName.NEWS_API: settings.news_api_pages,
        }
        self._lock = threading.Lock()
        self._spent: dict[str, datetime] = {}
        self._pausing: dict[str, datetime] = {}

    def limit_of(self, provider: str) -> int | None:
        """Return the calls a day that a provider's key has; None where none is set."""
        return self._rule(provider).limit or None

    def most_calls(self, source: SourceName) -> int:
        """Return how many calls one search takes at most, retries aside."""
        return self._most_calls.get(source, 1)

    def is_limited(self, provider: str) -> bool:
        """Tell whether each call has to be reserved."""
        return self._rule(provider).limit > 0

    def refusal(self, provider: str) -> QuotaSpentError | None:
        """Return why a provider is not asked, as far as this process knows; asks no database."""
        now = clock.now()
        for known in (self._spent, self._pausing):
            until = known.get(provider)
            if until is not None and until > now:
                return _spent(provider, until)
        return None

    def reserve(self, provider: str) -> None:
        """Count one call before it is made; raise QuotaSpentError when there is none left."""
        if not self.is_limited(provider):
            return
        if (known := self.refusal(provider)) is not None:
            raise known
        window = self._rule(provider).window(clock.now())
        if window.limit and self._add(provider, window, calls=1, below=window.limit):
            return
        with self._lock:
            self._spent[provider] = window.resets_at
        raise _spent(provider, window.resets_at)

    def count(self, calls: Mapping[str, int]) -> None:
        """Add calls that needed no reservation, inside the caller's transaction."""
        for provider in sorted(calls):
            if calls[provider] and not self.is_limited(provider):
                window = self._rule(provider).window(clock.now())
                self._add(provider, window, calls=calls[provider], below=None)

    def note_spent(self, provider: str, error: ProviderError) -> None:
        """Remember that the provider itself refused for its quota, until that resets."""
        if isinstance(error, QuotaSpentError) or not error.account_wide:
            return
        window = self._rule(provider).window(clock.now())
        if error.retry_after is not None:
            soon = clock.now() + timedelta(seconds=error.retry_after)
            with self._lock:
                self._pausing[provider] = min(soon, window.resets_at)
            return
        with self._lock:
            self._spent[provider] = window.resets_at
        with atomic():
            self._add(provider, window, calls=0, below=None, is_spent=True)

    def forget_spent(self, provider: str) -> None:
        """Ask a provider again that had said that its quota is spent."""
        window = self._rule(provider).window(clock.now())
        with self._lock:
            self._spent.pop(provider, None)
            self._pausing.pop(provider, None)
        with atomic():
            rows_changed(
                update(QuotaUse).where(*self._is_row(provider, window)).values(is_spent=False)
            )

    def learn(self) -> None:
        """Take over what other processes met: providers whose quota is spent."""
        spent = {name: each.resets_at for name, each in self.states().items() if each.is_spent}
        with self._lock:
            self._spent = spent

    def states(self) -> dict[str, QuotaState]:
        """Return how each provider's quota stands, in one query."""
        now = clock.now()
        windows = {name: self._rule(name).window(now) for name in self._keys}
        with snapshot() as session:
            rows = session.execute(
                select(*(_USES.c[name] for name in _STATE_COLUMNS))
                # A zone's day is never further from UTC's
                .where(QuotaUse.day >= (now - timedelta(days=1)).date())
            ).all()
        known = {
            (row.provider, row.key_fingerprint, row.day): (row.calls, row.is_spent) for row in rows
        }
        states = {}
        for name, window in windows.items():
            place = (name, self._row_key(name, window), window.day)
            used, was_told = known.get(place, (0, False))
            states[name] = _state(used, window, was_told=was_told)
        return states

    def _rule(self, provider: str) -> QuotaRule:
        return self._rules.get(SourceName(provider), _NO_RULE) if _is_source(provider) else _NO_RULE

    def _row_key(self, provider: str, window: Window) -> str:
        return self._keys.get(provider, KEYLESS) + window.suffix

    def _is_row(self, provider: str, window: Window) -> tuple[Any, ...]:
        return (
            QuotaUse.provider == provider,
            QuotaUse.key_fingerprint == self._row_key(provider, window),
            QuotaUse.day == window.day,
        )

    def _add(
        self,
        provider: str,
        window: Window,
        *,
        calls: int,
        below: int | None,
        is_spent: bool = False,
    ) -> bool:
        """Add to a row, making it where it is missing; False when it is at its limit or spent."""
        row: dict[str, Any] = {
            "id": new_uuid(),
            "provider": provider,
            "key_fingerprint": self._row_key(provider, window),
            "day": window.day,
            "calls": calls,
            "is_spent": is_spent,
        }
        if below is not None:
            row["below"] = below
        with atomic() as session:
            dialect = session.get_bind().dialect.name
            return run(_upsert(dialect, below is not None), row).first() is not None


@lru_cache
def _upsert(dialect: str, is_limited: bool) -> Any:  # noqa: ANN401, FBT001 -- a dialect's own statement; the key of a cache
    """Build the statement once: add calls to a row, making it where it is missing."""
    make: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[dialect]
    names = ("id", "provider", "key_fingerprint", "day", "calls", "is_spent")
    statement = make(_USES).values({name: bindparam(name) for name in names})
    return statement.on_conflict_do_update(
        index_elements=["provider", "key_fingerprint", "day"],
        set_={
            "calls": _USES.c.calls + statement.excluded.calls,
            "is_spent": or_(_USES.c.is_spent, statement.excluded.is_spent),
        },
        where=and_(_USES.c.calls < bindparam("below"), ~_USES.c.is_spent) if is_limited else None,
    ).returning(_USES.c.calls)


_NO_RULE = QuotaRule()


def _is_source(provider: str) -> bool:
    return provider in set(SourceName)


def _state(used: int, window: Window, *, was_told: bool) -> QuotaState:
    left = None if window.limit is None else max(0, window.limit - used)
    is_spent = was_told or left == 0
    return QuotaState(used, window.limit, 0 if is_spent else left, window.resets_at, is_spent)


def _spent(provider: str, until: datetime) -> QuotaSpentError:
    return QuotaSpentError(
        f"The quota of {label_of(provider)} is used up; "
        f"it is asked again from {until:%d %b %H:%M} UTC on."
    )
