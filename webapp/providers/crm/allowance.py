"""How much of an account's daily calls is used, and that Beacon leaves the last of them."""

from webapp import clock
from webapp.errors import ProviderQuotaError
from webapp.providers.base import CRMUsage

SPARED_SHARE = 0.05
"""The end of the day's calls, which is left to whoever else works with the account."""
LOOK_AGAIN_SECONDS = 3600.0


class Allowance:
    """What the last answer told; safe to use from many threads."""

    def __init__(self, whose: str) -> None:
        self._whose = whose
        self._told: tuple[CRMUsage, float] | None = None

    @property
    def usage(self) -> CRMUsage | None:
        """The calls of the day so far, None where no answer told them."""
        return self._told[0] if self._told else None

    def note(self, usage: CRMUsage | None) -> None:
        """Remember what an answer told."""
        if usage is not None:
            self._told = (usage, clock.monotonic())

    def spare(self) -> None:
        """Raise ProviderQuotaError where only the last calls are left; an hour later, not."""
        if self._told is None:
            return
        usage, at = self._told
        is_recent = clock.monotonic() - at < LOOK_AGAIN_SECONDS
        if is_recent and usage.used >= usage.limit * (1 - SPARED_SHARE):
            raise ProviderQuotaError(
                f"{usage.used:,} of {self._whose}'s {usage.limit:,} API calls of 24 hours are "
                "used; Beacon leaves the rest to others."
            )
