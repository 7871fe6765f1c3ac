"""What the status page says of each outside service: set up or not, and how it last answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from webapp.config import Settings
from webapp.enums import AIName, CRMName, MailProviderName, SourceName
from webapp.models import ProviderHealth
from webapp.services.source_gate import Conditions
from webapp.services.status_conditions import (
    CRM,
    GATED,
    OWN_KEY,
    LightState,
    ProviderStatus,
    conditioned,
    switched,
)

__all__ = ["CRM", "LightState", "ProviderStatus", "is_gated", "provider_statuses"]


@dataclass(frozen=True)
class _Provider:
    name: str
    label: str
    kind: str
    variables: str
    is_configured: Callable[[Settings], bool]
    ready: str = "Set up, not used yet"
    stands_in: str = ""


def _uses_salesforce(settings: Settings) -> bool:
    secret = settings.salesforce_client_secret.get_secret_value()
    refresh = settings.salesforce_refresh_token.get_secret_value()
    return bool(settings.salesforce_client_id and (secret or refresh))


def _uses_google(settings: Settings) -> bool:
    key = settings.google_search_api_key.get_secret_value()
    return bool(key and settings.google_search_engine_id)


_NO_CRM = "Without a CRM, accounts can be imported from a file; else simulated facts are marked."
_PROVIDERS = (
    _Provider(
        name=SourceName.SERPER,
        label="Serper",
        kind="Search",
        variables="SERPER_API_KEY",
        is_configured=lambda settings: bool(settings.serper_api_key.get_secret_value()),
    ),
    _Provider(
        name=SourceName.NEWS_API,
        label="NewsAPI",
        kind="Search",
        variables="NEWS_API_KEY",
        is_configured=lambda settings: bool(settings.news_api_key.get_secret_value()),
    ),
    _Provider(
        name=SourceName.RSS,
        label="RSS and Atom feeds",
        kind="Search",
        variables="",
        is_configured=lambda _settings: True,
        ready="Needs no key; reads the feeds of each client",
    ),
    _Provider(
        name=SourceName.GDELT,
        label="GDELT",
        kind="Search",
        variables="",
        is_configured=lambda _settings: True,
    ),
    _Provider(
        name=SourceName.EDGAR,
        label="SEC EDGAR",
        kind="Search",
        variables="EDGAR_CONTACT",
        is_configured=lambda settings: bool(settings.edgar_contact),
        stands_in="It needs no key, only a name and mail address to tell the SEC who asks.",
    ),
    _Provider(
        name=SourceName.GOOGLE_SEARCH,
        label="Google Custom Search (until 2027-01-01)",
        kind="Search",
        variables="GOOGLE_SEARCH_API_KEY and GOOGLE_SEARCH_ENGINE_ID",
        is_configured=_uses_google,
        stands_in="Google ends the service on 2027-01-01; Serper goes on after it.",
    ),
    _Provider(
        name=CRMName.SALESFORCE,
        label="Salesforce",
        kind=CRM,
        variables="SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET and SALESFORCE_REFRESH_TOKEN",
        is_configured=_uses_salesforce,
        stands_in=_NO_CRM,
    ),
    _Provider(
        name=CRMName.HUBSPOT,
        label="HubSpot",
        kind=CRM,
        variables="HUBSPOT_API_KEY",
        is_configured=lambda settings: bool(settings.hubspot_api_key.get_secret_value()),
        stands_in=_NO_CRM,
    ),
    _Provider(
        name=AIName.OPENAI,
        label="OpenAI",
        kind="AI",
        variables="OPENAI_API_KEY",
        is_configured=lambda settings: bool(settings.openai_api_key.get_secret_value()),
        stands_in="Fixed rules classify where no model is set up.",
    ),
    _Provider(
        name=AIName.ANTHROPIC,
        label="Anthropic",
        kind="AI",
        variables="ANTHROPIC_API_KEY",
        is_configured=lambda settings: bool(settings.anthropic_api_key.get_secret_value()),
        stands_in="Fixed rules classify where no model is set up.",
    ),
)


def is_gated(name: str) -> bool:
    """Tell whether a name is a service that a refused key or a spent quota keeps from calls."""
    return any(each.name == name and each.kind in GATED for each in _PROVIDERS)


def provider_statuses(
    settings: Settings,
    health: Mapping[str, ProviderHealth],
    conditions: Conditions,
    *,
    switches: Mapping[str, bool],
    own: frozenset[str] = frozenset(),
) -> list[ProviderStatus]:
    """Return the state of every outside service, mail last.

    `switches` are those that a business turns on and off for itself, `own` those that are asked
    with a key of its own.
    """
    known = [*(_of_business(each, own) for each in _PROVIDERS), _mail(settings)]
    found = [_status(each, settings, health.get(each.name), conditions) for each in known]
    return [
        switched(each, is_on=switches[each.name]) if each.name in switches else each
        for each in found
    ]


def _of_business(provider: _Provider, own: frozenset[str]) -> _Provider:
    """Return a service with where its key is set: not in the environment, if it is one's own."""
    if provider.name not in own:
        return provider
    return replace(provider, variables=OWN_KEY, label=f"{provider.label} (own key)")


def _mail(settings: Settings) -> _Provider:
    provider = settings.effective_mail_provider
    if provider is MailProviderName.CONSOLE:
        return _Provider(
            name=provider,
            label="Mail",
            kind="Mail",
            variables="SMTP_HOST",
            is_configured=lambda _settings: False,
            stands_in="Mails are kept and shown on the E-mail page; none leaves.",
        )
    return _Provider(
        name=provider,
        label="Mail (SMTP)" if provider is MailProviderName.SMTP else "Mail (SendGrid)",
        kind="Mail",
        variables="SMTP_HOST, SMTP_PORT, SMTP_USERNAME and SMTP_PASSWORD",
        is_configured=lambda _settings: True,
    )


def _status(
    provider: _Provider,
    settings: Settings,
    health: ProviderHealth | None,
    conditions: Conditions,
) -> ProviderStatus:
    is_configured = provider.is_configured(settings)
    state, summary, advice = _verdict(provider, health, is_configured=is_configured)
    status = ProviderStatus(
        name=provider.name,
        label=provider.label,
        kind=provider.kind,
        state=state,
        summary=summary,
        advice=advice,
        is_configured=is_configured,
        last_success_at=health.last_success_at if health else None,
        last_failure_at=health.last_failure_at if health else None,
        last_error=health.last_error if health else None,
        account_calls=health.api_used if health else None,
        account_limit=health.api_limit if health else None,
    )
    return conditioned(status, conditions, provider.variables) if is_configured else status


def _verdict(
    provider: _Provider, health: ProviderHealth | None, *, is_configured: bool
) -> tuple[LightState, str, str]:
    if not is_configured:
        advice = f"Set {provider.variables} to use it. {provider.stands_in}".strip()
        return LightState.OFF, "Not set up", advice
    if health is None or not (health.last_success_at or health.last_failure_at):
        return LightState.OFF, provider.ready, ""
    if health.needs_attention:
        check = f"Check {provider.variables}, then restart Beacon." if provider.variables else ""
        if provider.variables == OWN_KEY:
            check = "Set another key on the Business page, under Keys."
        return LightState.DANGER, health.last_error or "The key was refused", check
    if _failed_last(health):
        retry = "Nothing to do yet: Beacon tries again by itself at the next run."
        return LightState.WARN, health.last_error or "The last call failed", retry
    return LightState.OK, "Working", ""


def _failed_last(health: ProviderHealth) -> bool:
    if health.last_failure_at is None:
        return False
    return health.last_success_at is None or health.last_failure_at > health.last_success_at
