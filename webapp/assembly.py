"""How the services hang together: each gets its collaborators through `__init__`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from webapp.config import Settings
from webapp.providers.base import AIProvider, CRMProvider, MailProvider, SearchProvider
from webapp.providers.ping import Ping
from webapp.providers.search.feed_check import FeedChecker, NoFeedCheck
from webapp.queueing import JobQueue, Timetable
from webapp.services.accounts import AccountService
from webapp.services.ai_processor import AIProcessorService
from webapp.services.automation_engine import AutomationEngineService
from webapp.services.business import BusinessService
from webapp.services.circuit_breakers import CircuitBreakers
from webapp.services.client_pipeline import ClientPipeline
from webapp.services.clients import ClientService
from webapp.services.coverage import CoverageService
from webapp.services.crm import CRMService
from webapp.services.digests import DigestService
from webapp.services.email import EmailService
from webapp.services.email_logs import EmailLogService
from webapp.services.event_creation import EventCreation
from webapp.services.events import EventService
from webapp.services.insight_writing import InsightWriting
from webapp.services.job_runs import JobRunService
from webapp.services.missed_runs import MissedRunNotice
from webapp.services.notifications import NotificationService
from webapp.services.overview import OverviewService
from webapp.services.preferences import UserPreferenceService
from webapp.services.provider_health import ProviderHealthService
from webapp.services.provider_keys import key_fingerprints
from webapp.services.quota_forecast import QuotaForecastService
from webapp.services.quota_turns import QuotaTurns
from webapp.services.quotas import QuotaLedger
from webapp.services.raw_data import EventRawDataService
from webapp.services.raw_data_reading import RawDataReading
from webapp.services.reprocessing import ReprocessingService
from webapp.services.run_completion import RunCompletion
from webapp.services.run_context import RunContextLoader
from webapp.services.run_ledger import RunLedger
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.schedules import AutomationScheduleService
from webapp.services.search_aggregator import SearchAggregatorService
from webapp.services.search_cache import SearchCache
from webapp.services.shard_leases import ShardLeases
from webapp.services.source_gate import SourceGate
from webapp.services.status import StatusService
from webapp.services.tick import TickService


@dataclass(frozen=True)
class Outside:
    """The providers of every family that a process works with."""

    sources: Sequence[SearchProvider]
    mock_source: SearchProvider
    crms: Sequence[CRMProvider]
    mock_crm: CRMProvider
    models: Sequence[AIProvider]
    rules: AIProvider
    mail: MailProvider
    ping: Ping
    feeds: FeedChecker = field(default_factory=NoFeedCheck)


@dataclass(frozen=True)
class Services:
    """Every service of one process."""

    settings: Settings
    queue: JobQueue
    timetable: Timetable
    accounts: AccountService
    business: BusinessService
    clients: ClientService
    coverage: CoverageService
    schedules: AutomationScheduleService
    scheduler: SchedulerIntegrationService
    ledger: RunLedger
    job_runs: JobRunService
    engine: AutomationEngineService
    preferences: UserPreferenceService
    events: EventService
    notifications: NotificationService
    email: EmailService
    email_logs: EmailLogService
    digests: DigestService
    raw_data: EventRawDataService
    raw_data_reading: RawDataReading
    reprocessing: ReprocessingService
    search: SearchAggregatorService
    crm: CRMService
    ai: AIProcessorService
    health: ProviderHealthService
    forecast: QuotaForecastService
    overview: OverviewService
    status: StatusService
    tick: TickService


@dataclass(frozen=True)
class _People:
    """What decides and tells."""

    preferences: UserPreferenceService
    notifications: NotificationService
    email: EmailService
    digests: DigestService


@dataclass(frozen=True)
class _Knowledge:
    """What finds things out."""

    health: ProviderHealthService
    raw_data: EventRawDataService
    search: SearchAggregatorService
    crm: CRMService
    ai: AIProcessorService
    gate: SourceGate
    quotas: QuotaLedger
    forecast: QuotaForecastService


@dataclass(frozen=True)
class _Timing:
    """What decides when something runs."""

    ledger: RunLedger
    scheduler: SchedulerIntegrationService
    schedules: AutomationScheduleService


def assemble(
    settings: Settings, queue: JobQueue, *, timetable: Timetable, outside: Outside
) -> Services:
    """Build every service over given queues and providers."""
    people = _people(settings, queue, outside)
    knowledge = _knowledge(settings, outside, queue)
    timing = _timing(settings, queue, timetable=timetable, people=people)
    engine = _engine(settings, queue, people=people, knowledge=knowledge, timing=timing)
    return Services(
        settings=settings,
        queue=queue,
        timetable=timetable,
        accounts=AccountService(settings=settings),
        business=BusinessService(),
        clients=ClientService(feeds=outside.feeds),
        coverage=CoverageService(search=knowledge.search),
        schedules=timing.schedules,
        scheduler=timing.scheduler,
        ledger=timing.ledger,
        job_runs=JobRunService(scheduler=timing.scheduler, ledger=timing.ledger),
        engine=engine,
        preferences=people.preferences,
        events=EventService(),
        notifications=people.notifications,
        email=people.email,
        email_logs=EmailLogService(email=people.email),
        digests=people.digests,
        raw_data=knowledge.raw_data,
        raw_data_reading=RawDataReading(),
        reprocessing=ReprocessingService(ledger=timing.ledger),
        search=knowledge.search,
        crm=knowledge.crm,
        ai=knowledge.ai,
        health=knowledge.health,
        forecast=knowledge.forecast,
        overview=OverviewService(),
        status=_status(settings, queue, knowledge=knowledge, timing=timing),
        tick=TickService(
            scheduler=timing.scheduler,
            engine=engine,
            email=people.email,
            queue=queue,
            ping=outside.ping,
            settings=settings,
        ),
    )


def _people(settings: Settings, queue: JobQueue, outside: Outside) -> _People:
    preferences = UserPreferenceService()
    notifications = NotificationService()
    email = EmailService(provider=outside.mail, queue=queue, settings=settings)
    digests = DigestService(preferences=preferences, email=email, notifications=notifications)
    return _People(preferences, notifications, email, digests)


def _knowledge(settings: Settings, outside: Outside, queue: JobQueue) -> _Knowledge:
    health, raw_data = ProviderHealthService(key_fingerprints(settings)), EventRawDataService()
    breakers, quotas = CircuitBreakers(queue.connection), QuotaLedger(settings=settings)
    gate = SourceGate(health=health, quotas=quotas, breakers=breakers)
    search = SearchAggregatorService(
        providers=outside.sources,
        mock=outside.mock_source,
        gate=gate,
        cache=SearchCache(settings),
        settings=settings,
    )
    crm = CRMService(
        providers=outside.crms,
        mock=outside.mock_crm,
        health=health,
        breakers=breakers,
        settings=settings,
    )
    ai = AIProcessorService(
        providers=outside.models,
        rules=outside.rules,
        health=health,
        breakers=breakers,
        settings=settings,
    )
    forecast = QuotaForecastService(search=search, quotas=quotas, settings=settings)
    return _Knowledge(health, raw_data, search, crm, ai, gate, quotas, forecast)


def _status(
    settings: Settings, queue: JobQueue, *, knowledge: _Knowledge, timing: _Timing
) -> StatusService:
    return StatusService(
        scheduler=timing.scheduler,
        queue=queue,
        health=knowledge.health,
        settings=settings,
        gate=knowledge.gate,
    )


def _timing(
    settings: Settings, queue: JobQueue, *, timetable: Timetable, people: _People
) -> _Timing:
    ledger = RunLedger(queue=queue, settings=settings)
    notice = MissedRunNotice(notifications=people.notifications, email=people.email)
    scheduler = SchedulerIntegrationService(
        timetable=timetable, queue=queue, ledger=ledger, notice=notice
    )
    schedules = AutomationScheduleService(
        scheduler=scheduler,
        notifications=people.notifications,
        email=people.email,
        settings=settings,
    )
    return _Timing(ledger, scheduler, schedules)


def _engine(
    settings: Settings,
    queue: JobQueue,
    *,
    people: _People,
    knowledge: _Knowledge,
    timing: _Timing,
) -> AutomationEngineService:
    shards = ShardLeases(queue=queue, settings=settings)
    creation = EventCreation(
        raw_data=knowledge.raw_data,
        preferences=people.preferences,
        notifications=people.notifications,
        email=people.email,
        settings=settings,
    )
    insights = InsightWriting(
        ai=knowledge.ai, email=people.email, pool=knowledge.search.pool, settings=settings
    )
    pipeline = ClientPipeline(
        search=knowledge.search,
        raw_data=knowledge.raw_data,
        crm=knowledge.crm,
        ai=knowledge.ai,
        creation=creation,
        insights=insights,
        shards=shards,
    )
    contexts = RunContextLoader(
        preferences=people.preferences,
        ai=knowledge.ai,
        turns=QuotaTurns(quotas=knowledge.quotas, settings=settings),
        settings=settings,
    )
    return AutomationEngineService(
        ledger=timing.ledger,
        shards=shards,
        pipeline=pipeline,
        contexts=contexts,
        completion=RunCompletion(ledger=timing.ledger, schedules=timing.schedules),
        digests=people.digests,
        settings=settings,
    )
