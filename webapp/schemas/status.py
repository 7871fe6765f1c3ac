"""The state of the machine as it goes out."""

from pydantic import Field

from webapp.schemas.ai_spending import AiBudgetAnswer
from webapp.schemas.base import Answer, UtcTime


class PartAnswer(Answer):
    """One part of the machine: `state` is ok, warn, danger or off."""

    name: str
    state: str
    summary: str
    advice: str
    at: UtcTime | None


class ProviderStatusAnswer(Answer):
    """One outside service, what keeps it from being asked, and its calls against its quota.

    `breaker` is closed (all is well), open (paused until `paused_until`) or half-open (tried).
    """

    name: str
    label: str
    kind: str
    state: str
    summary: str
    advice: str
    is_configured: bool
    last_success_at: UtcTime | None
    last_failure_at: UtcTime | None
    last_error: str | None
    breaker: str
    paused_until: UtcTime | None
    can_try_again: bool
    calls: int | None
    quota: int | None
    quota_resets_at: UtcTime | None
    account_calls: int | None
    account_limit: int | None
    is_switched_on: bool | None = Field(
        description="What an admin chose for your business; null where there is no choice"
    )


class StatusAnswer(Answer):
    """Every part and every outside service; `queues` is null while Redis cannot be asked."""

    processes: list[PartAnswer]
    providers: list[ProviderStatusAnswer]
    queues: dict[str, int] | None
    ai_budget: AiBudgetAnswer
    troubles: int
