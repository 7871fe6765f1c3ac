"""How the services hang together: each gets its collaborators through `__init__`."""

from dataclasses import dataclass, field

from webapp.assembly.building import build_client_crm, build_groups, build_status
from webapp.assembly.knowledge import build_key_checks
from webapp.assembly.mailroom import Mailroom, build_mailroom
from webapp.assembly.parts import Outside, OwnScope
from webapp.assembly.ticking import build_tick
from webapp.config import Settings
from webapp.queueing import JobQueue, Timetable
from webapp.services import audit_trail  # noqa: F401 -- it listens from its import on
from webapp.services.accounts import AccountService
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_processor import AIProcessorService
from webapp.services.ai_spending import AiSpendingService
from webapp.services.audit_log import AuditLog
from webapp.services.automation_engine import AutomationEngineService
from webapp.services.business import BusinessService
from webapp.services.calibrations import CalibrationService
from webapp.services.chats.service import ChatService
from webapp.services.client_crm import ClientCrmService
from webapp.services.clients import ClientService
from webapp.services.coverage import CoverageService
from webapp.services.crm import CRMService
from webapp.services.crm_accounts import CrmAccountService
from webapp.services.crm_import import CrmImport
from webapp.services.digests import DigestService
from webapp.services.email import EmailService
from webapp.services.email_logs import EmailLogService
from webapp.services.events import EventService
from webapp.services.held_back import HeldBackService
from webapp.services.idempotency import IdempotencyKeys
from webapp.services.insight_requests import InsightRequestService
from webapp.services.job_runs import JobRunService
from webapp.services.key_checks import KeyChecks
from webapp.services.mutes import MuteService
from webapp.services.notification_changes import NotificationChangeService
from webapp.services.notifications import NotificationService
from webapp.services.overview import OverviewService
from webapp.services.own_keys import OwnKeyService
from webapp.services.preferences import UserPreferenceService
from webapp.services.provider_health import ProviderHealthService
from webapp.services.quota_forecast import QuotaForecastService
from webapp.services.quotas import QuotaLedger
from webapp.services.rate_limits import RateLimits
from webapp.services.raw_data import EventRawDataService
from webapp.services.raw_data_reading import RawDataReading
from webapp.services.reprocessing import ReprocessingService
from webapp.services.run_ledger import RunLedger
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.schedules import AutomationScheduleService
from webapp.services.search_aggregator import SearchAggregatorService
from webapp.services.stand_ins import StandInService
from webapp.services.status import StatusService
from webapp.services.tick import TickService
from webapp.services.trials.service import TrialService
from webapp.services.users import UserService
from webapp.services.webhooks.service import WebhookService

__all__ = ["Outside", "OwnScope", "Services", "assemble"]


@dataclass(frozen=True)
class Services:
    """Every service of one process."""

    settings: Settings
    queue: JobQueue
    timetable: Timetable
    accounts: AccountService
    idempotency: IdempotencyKeys
    rate_limits: RateLimits
    calibrations: CalibrationService
    clients: ClientService
    coverage: CoverageService
    schedules: AutomationScheduleService
    scheduler: SchedulerIntegrationService
    ledger: RunLedger
    job_runs: JobRunService
    engine: AutomationEngineService
    preferences: UserPreferenceService
    notifications: NotificationService
    email: EmailService
    email_logs: EmailLogService
    mailroom: Mailroom
    digests: DigestService
    raw_data: EventRawDataService
    reprocessing: ReprocessingService
    search: SearchAggregatorService
    crm: CRMService
    client_crm: ClientCrmService
    crm_import: CrmImport
    ai: AIProcessorService
    ai_accounts: AiAccounts
    ai_spending: AiSpendingService
    insight_requests: InsightRequestService
    health: ProviderHealthService
    forecast: QuotaForecastService
    quotas: QuotaLedger
    status: StatusService
    tick: TickService
    own_keys: OwnKeyService
    key_checks: KeyChecks
    trials: TrialService
    webhooks: WebhookService
    chats: ChatService
    # What stands on the database alone
    business: BusinessService = field(default_factory=BusinessService)
    audit_log: AuditLog = field(default_factory=AuditLog)
    users: UserService = field(default_factory=UserService)
    events: EventService = field(default_factory=EventService)
    held_back: HeldBackService = field(default_factory=HeldBackService)
    notification_changes: NotificationChangeService = field(
        default_factory=NotificationChangeService
    )
    mutes: MuteService = field(default_factory=MuteService)
    stand_ins: StandInService = field(default_factory=StandInService)
    raw_data_reading: RawDataReading = field(default_factory=RawDataReading)
    crm_accounts: CrmAccountService = field(default_factory=CrmAccountService)
    overview: OverviewService = field(default_factory=OverviewService)


def assemble(
    settings: Settings, queue: JobQueue, *, timetable: Timetable, outside: Outside
) -> Services:
    """Build every service over given queues and providers."""
    groups = build_groups(settings, queue, timetable=timetable, outside=outside)
    people, knowledge, timing = groups.people, groups.knowledge, groups.timing
    return Services(
        settings=settings,
        queue=queue,
        timetable=timetable,
        accounts=AccountService(settings=settings),
        idempotency=IdempotencyKeys(settings),
        rate_limits=RateLimits(queue.connection, per_minute=settings.api_requests_per_minute),
        calibrations=CalibrationService(settings),
        own_keys=OwnKeyService(settings),
        key_checks=build_key_checks(outside, knowledge),
        clients=ClientService(feeds=outside.feeds, filers=outside.filers),
        coverage=CoverageService(search=knowledge.search),
        schedules=timing.schedules,
        scheduler=timing.scheduler,
        ledger=timing.ledger,
        job_runs=JobRunService(scheduler=timing.scheduler, ledger=timing.ledger),
        engine=groups.engine,
        preferences=people.preferences,
        notifications=people.notifications,
        email=people.email,
        email_logs=EmailLogService(email=people.email),
        mailroom=build_mailroom(settings, people.email),
        digests=people.digests,
        raw_data=knowledge.raw_data,
        reprocessing=ReprocessingService(ledger=timing.ledger),
        search=knowledge.search,
        crm=knowledge.crm,
        client_crm=build_client_crm(knowledge),
        crm_import=CrmImport(crm=knowledge.crm),
        ai=knowledge.ai,
        ai_accounts=knowledge.ai_accounts,
        ai_spending=AiSpendingService(accounts=knowledge.ai_accounts),
        insight_requests=groups.insight_requests,
        health=knowledge.health,
        forecast=knowledge.forecast,
        quotas=knowledge.quotas,
        status=build_status(settings, queue, knowledge=knowledge, timing=timing),
        tick=build_tick(settings, queue, outside=outside, groups=groups),
        trials=groups.trials,
        webhooks=groups.webhooks,
        chats=groups.chats,
    )
