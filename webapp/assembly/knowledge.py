"""How what finds things out is built."""

from webapp.assembly.parts import Knowledge, Outside, People
from webapp.config import Settings
from webapp.queueing import JobQueue
from webapp.services.admin_alerts import AdminAlerts
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_budget_notice import AiBudgetNotice
from webapp.services.ai_processor import AIProcessorService
from webapp.services.ai_trouble_notice import AiTroubleNotice
from webapp.services.circuit_breakers import CircuitBreakers
from webapp.services.crm import CRMService
from webapp.services.key_checks import KeyChecks
from webapp.services.provider_health import ProviderHealthService
from webapp.services.provider_keys import key_fingerprints
from webapp.services.quota_forecast import QuotaForecastService
from webapp.services.quotas import QuotaLedger
from webapp.services.raw_data import EventRawDataService
from webapp.services.search_aggregator import SearchAggregatorService
from webapp.services.search_cache import SearchCache
from webapp.services.source_gate import SourceGate


def build_knowledge(
    settings: Settings, queue: JobQueue, *, outside: Outside, people: People
) -> Knowledge:
    """Build what finds things out."""
    own = outside.own
    health = ProviderHealthService(key_fingerprints(settings), own=own.providers, scope=own.scope)
    raw_data = EventRawDataService()
    breakers, quotas = CircuitBreakers(queue.connection), QuotaLedger(settings=settings)
    gate = SourceGate(health=health, quotas=quotas, breakers=breakers)
    alerts = AdminAlerts(notifications=people.notifications, email=people.email)
    search = SearchAggregatorService(
        providers=outside.sources,
        mock=outside.mock_source,
        gate=gate,
        cache=SearchCache(settings),
        settings=settings,
    )
    crm = CRMService(
        providers=outside.crms,
        imported=outside.imported_crm,
        mock=outside.mock_crm,
        gate=gate,
        health=health,
        breakers=breakers,
        settings=settings,
    )
    ai = AIProcessorService(
        providers=outside.models,
        rules=outside.rules,
        gate=gate,
        trouble=AiTroubleNotice(alerts),
        settings=settings,
    )
    forecast = QuotaForecastService(search=search, quotas=quotas, settings=settings)
    accounts = AiAccounts(notice=AiBudgetNotice(alerts), settings=settings)
    return Knowledge(health, raw_data, search, crm, ai, accounts, gate, quotas, forecast)


def build_key_checks(outside: Outside, knowledge: Knowledge) -> KeyChecks:
    """Build what tries a key."""
    return KeyChecks(
        sources=outside.sources,
        crms=outside.crms,
        models=outside.models,
        gate=knowledge.gate,
        accounts=knowledge.ai_accounts,
    )
