"""One light of the status page, and what keeps a source from being asked."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pybreaker import STATE_CLOSED, STATE_OPEN

from webapp.services.circuit_breakers import WITHOUT_BREAKER, BreakerState
from webapp.services.quotas import QuotaState
from webapp.services.source_gate import Conditions

SEARCH, CRM, MODEL = "Search", "CRM", "AI"
OWN_KEY = "the key of your own"
"""Where a key is set that a business brought itself: not in the environment."""
GATED = frozenset({SEARCH, CRM, MODEL})
"""The kinds of services that are not asked with a key which they refused."""


class LightState(StrEnum):
    """How something is: working, worth a look, broken, or not in use."""

    OK = "ok"
    WARN = "warn"
    DANGER = "danger"
    OFF = "off"


@dataclass(frozen=True)
class ProviderStatus:
    """One outside service. `advice` says what a person can do, and is empty when all is well.

    `breaker` is closed, open or half-open; `paused_until` ends an open one. `can_try_again` says
    that an admin may end what keeps the service from being asked. `calls` are those of the
    quota's day (NewsAPI's: of its half day), against `quota` where one is set. `account_calls`
    are those of the day by everybody who works with the account, as the service counts them.
    `is_switched_on` is what an admin chose for this business, None where there is no choice.
    """

    name: str
    label: str
    kind: str
    state: LightState
    summary: str
    advice: str = ""
    is_configured: bool = False
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_error: str | None = None
    breaker: str = STATE_CLOSED
    paused_until: datetime | None = None
    can_try_again: bool = False
    calls: int | None = None
    quota: int | None = None
    quota_resets_at: datetime | None = None
    is_switched_on: bool | None = None
    account_calls: int | None = None
    account_limit: int | None = None


_SPENT_ADVICE = {
    SEARCH: "Clients take turns meanwhile. Search fewer of them or less often, or take a "
    "larger plan.",
    CRM: "The last good facts stand in meanwhile, marked as such.",
}


def conditioned(status: ProviderStatus, conditions: Conditions, variables: str) -> ProviderStatus:
    """Return a configured provider's status with what keeps it from being asked.

    A refused key weighs more than an outage, that more than a spent quota.
    """
    if quota := conditions.quotas.get(status.name):
        status = _counted(status, quota)
    if status.name not in WITHOUT_BREAKER:
        status = _guarded(status, conditions.breaker_of(status.name))
    if status.name not in conditions.refused:
        return status
    if status.kind == MODEL:
        return _model_refused(status, variables)
    return _refused(status, variables) if status.kind in GATED else status


def switched(status: ProviderStatus, *, is_on: bool) -> ProviderStatus:
    """Return the status of a service that each business switches on for itself."""
    status = replace(status, is_switched_on=is_on)
    if not is_on:
        return replace(
            status,
            state=LightState.OFF,
            summary="Switched off for your business",
            advice="An admin can switch it on under Business.",
            can_try_again=False,
        )
    if status.state is LightState.OFF:
        return replace(status, summary="Switched on for your business, not used yet")
    if status.state is LightState.OK:
        return replace(status, summary=f"{status.summary}; switched on for your business")
    return status


def _counted(status: ProviderStatus, quota: QuotaState) -> ProviderStatus:
    status = replace(status, calls=quota.used, quota=quota.limit, quota_resets_at=quota.resets_at)
    if not quota.is_spent:
        return status
    return replace(
        status,
        state=LightState.WARN,
        summary=f"The quota is used up until {quota.resets_at:%d %b %H:%M} UTC",
        advice=_SPENT_ADVICE.get(status.kind, ""),
        can_try_again=True,
    )


def _guarded(status: ProviderStatus, breaker: BreakerState) -> ProviderStatus:
    status = replace(status, breaker=breaker.state, paused_until=breaker.until)
    if breaker.state != STATE_OPEN or breaker.until is None:
        return status
    return replace(
        status,
        state=LightState.WARN,
        summary=f"Paused until {breaker.until:%H:%M} UTC after {breaker.failures} failures",
        advice="It does not answer. Nothing to do: Beacon tries again by itself.",
        can_try_again=True,
    )


def _refused(status: ProviderStatus, variables: str) -> ProviderStatus:
    fix = f"Set the right {variables} and restart Beacon, or try again. " if variables else ""
    if variables == OWN_KEY:
        fix = "Set another key on the Business page, under Keys, or try again. "
    return replace(
        status,
        state=LightState.DANGER,
        summary="Paused: its key was refused",
        advice=f"{fix}Beacon tries once an hour by itself.",
        can_try_again=True,
    )


def _new_key(variables: str) -> str:
    if variables == OWN_KEY:
        return "another key is set on the Business page, under Keys"
    return f"a new {variables} needs a restart"


def _model_refused(status: ProviderStatus, variables: str) -> ProviderStatus:
    """Say what a person has to mend: the key, or the account's credit."""
    return replace(
        status,
        state=LightState.DANGER,
        summary=f"Paused: {status.last_error or 'its key was refused'}",
        advice=f"Mend that ({_new_key(variables)}), then try again. Rules or the "
        "other model answer meanwhile; Beacon tries once an hour by itself.",
        can_try_again=True,
    )
