"""How what keeps time is built: the firing of slots and the tick."""

from webapp.assembly.parts import Groups, Knowledge, Outside, Timing
from webapp.config import Settings
from webapp.queueing import JobQueue
from webapp.services.ai_backlog import AiBacklog
from webapp.services.ai_budget_stop import AiBudgetStop
from webapp.services.automation_engine import AutomationEngineService
from webapp.services.shard_deaths import ShardDeaths
from webapp.services.slot_batches import SlotBatches
from webapp.services.slot_firing import SlotFiring
from webapp.services.tick import TickService


def build_firing(
    settings: Settings, *, knowledge: Knowledge, timing: Timing, engine: AutomationEngineService
) -> SlotFiring:
    """Build what turns due slots into runs."""
    stop = AiBudgetStop(ai=knowledge.ai, accounts=knowledge.ai_accounts)
    return SlotFiring(
        batches=SlotBatches(ledger=timing.ledger, stop=stop, shard_size=settings.shard_size),
        scheduler=timing.scheduler,
        schedules=timing.schedules,
        engine=engine,
    )


def build_tick(
    settings: Settings, queue: JobQueue, *, outside: Outside, groups: Groups
) -> TickService:
    """Build what sees to it every few seconds that no promise is forgotten."""
    knowledge, timing = groups.knowledge, groups.timing
    return TickService(
        scheduler=timing.scheduler,
        firing=groups.firing,
        deaths=ShardDeaths(queue=queue),
        engine=groups.engine,
        wishes=groups.insight_requests,
        trials=groups.trials,
        backlog=AiBacklog(ai=knowledge.ai, accounts=knowledge.ai_accounts, ledger=timing.ledger),
        email=groups.people.email,
        webhooks=groups.webhooks,
        chats=groups.chats,
        queue=queue,
        ping=outside.ping,
        settings=settings,
    )
