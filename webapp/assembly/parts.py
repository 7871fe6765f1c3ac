"""What is put together: the providers that come in, and the groups that services form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from webapp.enums import AIName
from webapp.providers.base import (
    AIProvider,
    ChatSender,
    CRMProvider,
    LanguageModel,
    MailProvider,
    SearchProvider,
    WebhookSender,
)
from webapp.providers.ping import Ping
from webapp.providers.search.edgar_check import FilerChecker, NoFilerCheck
from webapp.providers.search.feed_check import FeedChecker, NoFeedCheck
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_processor import AIProcessorService
from webapp.services.automation_engine import AutomationEngineService
from webapp.services.chats.outbox import ChatOutbox
from webapp.services.chats.service import ChatService
from webapp.services.crm import CRMService
from webapp.services.digests import DigestService
from webapp.services.email import EmailService
from webapp.services.insight_requests import InsightRequestService
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.provider_health import ProviderHealthService
from webapp.services.quota_forecast import QuotaForecastService
from webapp.services.quotas import QuotaLedger
from webapp.services.raw_data import EventRawDataService
from webapp.services.run_ledger import RunLedger
from webapp.services.schedule_chains import ScheduleChains
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.schedules import AutomationScheduleService
from webapp.services.search_aggregator import SearchAggregatorService
from webapp.services.slot_firing import SlotFiring
from webapp.services.source_gate import SourceGate
from webapp.services.trials.service import TrialService
from webapp.services.webhooks.service import WebhookService


@dataclass(frozen=True)
class OwnScope:
    """Of which services a business brought keys of its own, and its name beside others' rows."""

    providers: frozenset[str] = frozenset()
    scope: str = ""


@dataclass(frozen=True)
class Outside:
    """The providers of every family that a process works with."""

    sources: Sequence[SearchProvider]
    mock_source: SearchProvider
    crms: Sequence[CRMProvider]
    imported_crm: CRMProvider
    mock_crm: CRMProvider
    models: Sequence[LanguageModel]
    rules: AIProvider
    mail: MailProvider
    webhooks: WebhookSender
    chats: ChatSender
    ping: Ping
    other_model: Callable[[AIName, str], LanguageModel]
    """Makes the provider of any model, for trials."""
    feeds: FeedChecker = field(default_factory=NoFeedCheck)
    filers: FilerChecker = field(default_factory=NoFilerCheck)
    own: OwnScope = field(default_factory=OwnScope)


@dataclass(frozen=True)
class People:
    """What decides and tells."""

    preferences: UserPreferenceService
    notifications: NotificationService
    email: EmailService
    digests: DigestService
    chats: ChatOutbox


@dataclass(frozen=True)
class Knowledge:
    """What finds things out."""

    health: ProviderHealthService
    raw_data: EventRawDataService
    search: SearchAggregatorService
    crm: CRMService
    ai: AIProcessorService
    ai_accounts: AiAccounts
    gate: SourceGate
    quotas: QuotaLedger
    forecast: QuotaForecastService


@dataclass(frozen=True)
class Timing:
    """What decides when something runs."""

    ledger: RunLedger
    scheduler: SchedulerIntegrationService
    schedules: AutomationScheduleService
    chains: ScheduleChains


@dataclass(frozen=True)
class Groups:
    """All of them, and the engine that works with each."""

    people: People
    knowledge: Knowledge
    timing: Timing
    engine: AutomationEngineService
    firing: SlotFiring
    insight_requests: InsightRequestService
    trials: TrialService
    webhooks: WebhookService
    chats: ChatService
