"""How each group of services is built over its collaborators."""

from webapp.assembly.chats import build_chats
from webapp.assembly.knowledge import build_knowledge
from webapp.assembly.parts import Groups, Knowledge, Outside, People, Timing
from webapp.assembly.ticking import build_firing
from webapp.assembly.trials import build_trials
from webapp.assembly.webhooks import build_webhooks
from webapp.config import Settings
from webapp.queueing import JobQueue, Timetable
from webapp.services.ai_budget_stop import AiBudgetStop
from webapp.services.ai_spending import AiSpendingService
from webapp.services.automation_engine import AutomationEngineService
from webapp.services.chats.outbox import ChatOutbox
from webapp.services.client_crm import ClientCrmService
from webapp.services.client_pipeline import ClientPipeline
from webapp.services.client_records import ClientRecords
from webapp.services.digests import DigestService
from webapp.services.email import EmailService
from webapp.services.event_creation import EventCreation
from webapp.services.insight_requests import InsightRequestService
from webapp.services.insight_writing import InsightWriting
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.quota_turns import QuotaTurns
from webapp.services.quotas import QuotaLedger
from webapp.services.run_completion import RunCompletion
from webapp.services.run_context import RunContextLoader
from webapp.services.run_ledger import RunLedger
from webapp.services.run_starting import RunStarting
from webapp.services.schedule_alerts import ScheduleAlerts
from webapp.services.schedule_chains import ScheduleChains
from webapp.services.schedule_conditions import ScheduleConditions
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.schedules import AutomationScheduleService
from webapp.services.second_look import SecondLook
from webapp.services.shard_leases import ShardLeases
from webapp.services.slot_claims import SlotClaims
from webapp.services.status import StatusService
from webapp.services.trials.told import TrialTold
from webapp.services.webhooks.service import WebhookService


def build_people(settings: Settings, queue: JobQueue, outside: Outside) -> People:
    """Build what decides and tells."""
    preferences = UserPreferenceService()
    notifications = NotificationService()
    email = EmailService(provider=outside.mail, queue=queue, settings=settings)
    digests = DigestService(preferences=preferences, email=email, notifications=notifications)
    chats = ChatOutbox(queue=queue, settings=settings)
    return People(preferences, notifications, email, digests, chats)


def build_status(
    settings: Settings, queue: JobQueue, *, knowledge: Knowledge, timing: Timing
) -> StatusService:
    """Build what says how the machine is."""
    return StatusService(
        scheduler=timing.scheduler,
        queue=queue,
        health=knowledge.health,
        settings=settings,
        gate=knowledge.gate,
        spending=AiSpendingService(accounts=knowledge.ai_accounts),
    )


def build_client_crm(knowledge: Knowledge) -> ClientCrmService:
    """Build what shows and chooses a client's CRM account."""
    return ClientCrmService(crm=knowledge.crm, gate=knowledge.gate, health=knowledge.health)


def build_timing(
    settings: Settings,
    queue: JobQueue,
    *,
    timetable: Timetable,
    people: People,
    quotas: QuotaLedger,
) -> Timing:
    """Build what decides when something runs."""
    ledger = RunLedger(queue=queue, settings=settings)
    starting = RunStarting(ledger=ledger, conditions=ScheduleConditions(quotas=quotas))
    alerts = ScheduleAlerts(notifications=people.notifications, email=people.email)
    claims = SlotClaims(ledger=ledger, starting=starting, alerts=alerts)
    scheduler = SchedulerIntegrationService(
        timetable=timetable, queue=queue, ledger=ledger, claims=claims
    )
    schedules = AutomationScheduleService(scheduler=scheduler, alerts=alerts, settings=settings)
    chains = ScheduleChains(ledger=ledger, starting=starting)
    return Timing(ledger, scheduler, schedules, chains)


def build_insights(settings: Settings, *, people: People, knowledge: Knowledge) -> InsightWriting:
    """Build what writes why an event matters."""
    return InsightWriting(
        ai=knowledge.ai,
        accounts=knowledge.ai_accounts,
        email=people.email,
        chats=people.chats,
        pool=knowledge.search.pool,
        settings=settings,
    )


def build_engine(
    settings: Settings,
    queue: JobQueue,
    *,
    people: People,
    knowledge: Knowledge,
    timing: Timing,
    webhooks: WebhookService,
) -> AutomationEngineService:
    """Build what takes a run through its clients."""
    shards = ShardLeases(queue=queue, settings=settings)
    pipeline = _pipeline(settings, people, knowledge, webhooks, ClientRecords(shards=shards))
    contexts = RunContextLoader(
        preferences=people.preferences,
        turns=QuotaTurns(quotas=knowledge.quotas, settings=settings),
        settings=settings,
    )
    return AutomationEngineService(
        ledger=timing.ledger,
        shards=shards,
        pipeline=pipeline,
        contexts=contexts,
        completion=RunCompletion(
            ledger=timing.ledger,
            schedules=timing.schedules,
            chains=timing.chains,
            webhooks=webhooks.outbox,
        ),
        stop=AiBudgetStop(ai=knowledge.ai, accounts=knowledge.ai_accounts),
        digests=people.digests,
        settings=settings,
    )


def _pipeline(
    settings: Settings,
    people: People,
    knowledge: Knowledge,
    webhooks: WebhookService,
    records: ClientRecords,
) -> ClientPipeline:
    creation = EventCreation(
        raw_data=knowledge.raw_data,
        preferences=people.preferences,
        notifications=people.notifications,
        email=people.email,
        webhooks=webhooks.outbox,
        chats=people.chats,
        settings=settings,
    )
    return ClientPipeline(
        search=knowledge.search,
        raw_data=knowledge.raw_data,
        crm=knowledge.crm,
        ai=knowledge.ai,
        accounts=knowledge.ai_accounts,
        creation=creation,
        insights=build_insights(settings, people=people, knowledge=knowledge),
        records=records,
        second_look=_second_look(settings, people, knowledge, webhooks, records),
    )


def _second_look(
    settings: Settings,
    people: People,
    knowledge: Knowledge,
    webhooks: WebhookService,
    records: ClientRecords,
) -> SecondLook:
    told = TrialTold(
        notifications=people.notifications,
        email=people.email,
        webhooks=webhooks.outbox,
        chats=people.chats,
    )
    return SecondLook(
        ai=knowledge.ai,
        accounts=knowledge.ai_accounts,
        search=knowledge.search,
        preferences=people.preferences,
        told=told,
        records=records,
        settings=settings,
    )


def build_groups(
    settings: Settings, queue: JobQueue, *, timetable: Timetable, outside: Outside
) -> Groups:
    """Build every group over those that it needs."""
    people = build_people(settings, queue, outside)
    knowledge = build_knowledge(settings, queue, outside=outside, people=people)
    timing = build_timing(
        settings, queue, timetable=timetable, people=people, quotas=knowledge.quotas
    )
    webhooks = build_webhooks(settings, queue, outside=outside, people=people)
    engine = build_engine(
        settings, queue, people=people, knowledge=knowledge, timing=timing, webhooks=webhooks
    )
    firing = build_firing(settings, knowledge=knowledge, timing=timing, engine=engine)
    wishes = InsightRequestService(
        insights=build_insights(settings, people=people, knowledge=knowledge),
        ai=knowledge.ai,
        accounts=knowledge.ai_accounts,
        crm=knowledge.crm,
        queue=queue,
    )
    trials = build_trials(
        settings,
        queue,
        outside=outside,
        people=people,
        knowledge=knowledge,
        webhooks=webhooks.outbox,
    )
    chats = build_chats(settings, outside=outside, people=people)
    return Groups(people, knowledge, timing, engine, firing, wishes, trials, webhooks, chats)
