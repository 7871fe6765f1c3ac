"""How the outside services fare: the last success and failure of each, for the status page."""

import threading
from typing import Any

from sqlalchemy import select, update

from webapp import clock
from webapp.errors import ProviderAuthError, ProviderError
from webapp.extensions import db
from webapp.models import ProviderHealth
from webapp.models.base import insert_or_ignore, rows_changed
from webapp.services.transactions import atomic

WRITE_EVERY_SECONDS = 20
"""The same news about a provider is written at most this often, not once a call."""


class ProviderHealthService:
    """Notes successes and failures cheaply, whichever thread they come from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written: dict[tuple[str, bool], float] = {}

    def rows(self) -> dict[str, ProviderHealth]:
        """Return what is known of each provider by its name."""
        return {row.provider: row for row in db.session.scalars(select(ProviderHealth))}

    def note_success(self, provider: str) -> None:
        """Note that a provider answered as it should."""
        if self._is_news(provider, success=True):
            _write(provider, last_success_at=clock.now(), needs_attention=False)

    def note_failure(self, provider: str, error: ProviderError) -> None:
        """Note that a provider failed; a wrong key needs a person's attention."""
        if self._is_news(provider, success=False):
            _write(
                provider,
                last_failure_at=clock.now(),
                last_error=str(error)[:300],
                needs_attention=isinstance(error, ProviderAuthError),
            )

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


def _write(provider: str, **values: Any) -> None:  # noqa: ANN401 -- any column
    with atomic():
        insert_or_ignore(
            ProviderHealth,
            [{"provider": provider, "needs_attention": False}],
            conflict=["provider"],
        )
        rows_changed(
            update(ProviderHealth).where(ProviderHealth.provider == provider).values(**values)
        )
