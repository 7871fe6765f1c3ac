"""What a search of all sources comes to: how each answered, and the different items found."""

from dataclasses import dataclass, field
from datetime import datetime

from webapp import clock
from webapp.enums import SimulationReason, SourceName, SourceStatus
from webapp.errors import ProviderError, ProviderQuotaError, ProviderTimeoutError
from webapp.providers.base import SearchResult
from webapp.services.provider_names import label_of
from webapp.services.quotas import QuotaSpentError
from webapp.services.raw_rows import FoundItem

MAX_MESSAGE = 300
_ANSWERED = frozenset({SourceStatus.FOUND, SourceStatus.EMPTY, SourceStatus.CACHED})
_FAILED = frozenset({SourceStatus.FAILED, SourceStatus.OVER_QUOTA})


@dataclass(frozen=True)
class SourceAnswer:
    """How one source answered: its status and what it found.

    `calls` is how often it was really called; 0 for an answer from the cache and for a source
    that was not asked. `fingerprint` tells the query apart from other ones to the source.
    """

    source: SourceName
    status: SourceStatus
    results: tuple[SearchResult, ...] = ()
    message: str | None = None
    account_wide: bool = False
    seconds: float = 0.0
    fingerprint: str | None = None
    calls: int = 0
    found_before: int = 0

    @property
    def found(self) -> int:
        """How many results the source has for the query; for a cached answer, those of then."""
        return self.found_before if self.status is SourceStatus.CACHED else len(self.results)

    @property
    def is_waiting(self) -> bool:
        """Whether only this client has to wait for its turn; the source itself works."""
        return self.status is SourceStatus.OVER_QUOTA and not self.account_wide

    @property
    def is_failed(self) -> bool:
        """Whether the source did not answer, and not merely because it is another's turn."""
        return self.status in _FAILED and not self.is_waiting


@dataclass(frozen=True)
class SearchOutcome:
    """All answers for one client, and the different items among them."""

    answers: tuple[SourceAnswer, ...]
    items: tuple[FoundItem, ...]
    simulation_reason: SimulationReason | None = None
    asked_at: datetime = field(default_factory=clock.now)

    @property
    def live_answers(self) -> tuple[SourceAnswer, ...]:
        """The answers of real sources."""
        return tuple(each for each in self.answers if each.source is not SourceName.MOCK)

    @property
    def failed(self) -> tuple[SourceAnswer, ...]:
        """The real sources that did not answer."""
        return tuple(each for each in self.live_answers if each.is_failed)

    @property
    def waiting(self) -> tuple[SourceAnswer, ...]:
        """The real sources that this client waits for, as others came first."""
        return tuple(each for each in self.live_answers if each.is_waiting)

    @property
    def is_answered(self) -> bool:
        """Whether a real source answered, now or within the cache's time."""
        return any(each.status in _ANSWERED for each in self.live_answers)

    @property
    def asked(self) -> int:
        """How many sources were really asked, with success or without."""
        return sum(each.status is not SourceStatus.CACHED for each in self.answers)

    @property
    def found(self) -> int:
        """How many results came before duplicates were taken out; cached ones came earlier."""
        return sum(len(each.results) for each in self.answers)

    @property
    def calls(self) -> dict[str, int]:
        """How often each source was called."""
        return {each.source: each.calls for each in self.answers if each.calls}


def failed_answer(
    source: SourceName, error: ProviderError, *, seconds: float = 0.0, calls: int = 0
) -> SourceAnswer:
    """Return the answer of a source that failed or was not asked."""
    over_quota = isinstance(error, ProviderQuotaError)
    return SourceAnswer(
        source,
        SourceStatus.OVER_QUOTA if over_quota else SourceStatus.FAILED,
        message=str(error)[:MAX_MESSAGE],
        account_wide=error.account_wide,
        seconds=seconds,
        calls=calls,
    )


def never_began(source: SourceName) -> SourceAnswer:
    """Say that all threads were busy; it says nothing of the source."""
    error = ProviderTimeoutError(
        f"{label_of(source)} was not asked in time, as others took too long; "
        "it is asked again at the next run."
    )
    return failed_answer(source, error)


def not_its_turn(source: SourceName) -> QuotaSpentError:
    """Return why a client is not searched for where there are too few searches for all."""
    waits = QuotaSpentError(
        f"{label_of(source)} takes fewer searches than there are clients, and others have waited "
        "longer or matter more; this one's turn comes."
    )
    waits.account_wide = False  # the source works; only this client has to wait
    return waits
