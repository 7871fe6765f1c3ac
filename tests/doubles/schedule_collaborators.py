"""Do-nothing collaborators of the schedule service that remember what they were asked."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp.config import Settings
from webapp.enums import RunTrigger
from webapp.models import AutomationSchedule, JobRun
from webapp.queueing import JobQueue, Timetable
from webapp.services.email import EmailService
from webapp.services.notifications import NotificationService
from webapp.services.quotas import QuotaLedger
from webapp.services.run_ledger import RunLedger
from webapp.services.run_starting import RunStarting
from webapp.services.schedule_alerts import ScheduleAlerts
from webapp.services.schedule_conditions import ScheduleConditions
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.schedules import AutomationScheduleService
from webapp.services.slot_claims import SlotClaims


class SilentScheduler(SchedulerIntegrationService):
    """Registers nothing and starts nothing; `told` lists (act, schedule id)."""

    def __init__(self) -> None:
        self.told: list[tuple[str, uuid.UUID]] = []
        self.triggered: list[dict[str, Any]] = []
        self.answer: JobRun | None = None

    def add_schedule(self, schedule: AutomationSchedule) -> None:
        self.told.append(("add", schedule.id))

    def update_schedule(self, schedule: AutomationSchedule) -> None:
        self.told.append(("update", schedule.id))

    def remove_schedule(self, schedule_id: uuid.UUID) -> None:
        self.told.append(("remove", schedule_id))

    def trigger_manual_run(
        self,
        schedule: AutomationSchedule,
        *,
        user_id: int | None,
        trigger: RunTrigger = RunTrigger.MANUAL,
        config: dict[str, Any] | None = None,
        client_ids: Sequence[str] | None = None,
        retry_of: uuid.UUID | None = None,
    ) -> JobRun:
        self.triggered.append(
            {
                "schedule_id": schedule.id,
                "user_id": user_id,
                "trigger": trigger,
                "config": config,
                "client_ids": client_ids,
                "retry_of": retry_of,
            }
        )
        assert self.answer is not None
        return self.answer


class KeptAlerts(NotificationService):
    """Sends nothing; `alerts` holds what was to be told."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, Any]] = []

    def alert(self, **told: Any) -> int:
        self.alerts.append(told)
        return len(told["user_ids"])


class KeptMails(EmailService):
    """Queues nothing; `mails` holds what was to be sent."""

    def __init__(self) -> None:
        self.mails: list[dict[str, Any]] = []

    def queue_alert(self, **told: Any) -> int:
        self.mails.append(told)
        return len(told["user_ids"])


@dataclass
class ScheduleDesk:
    """A schedule service and the collaborators that watch it."""

    service: AutomationScheduleService
    scheduler: SilentScheduler
    notifications: KeptAlerts
    email: KeptMails


def schedule_desk(settings: Settings) -> ScheduleDesk:
    """A schedule service over collaborators that do nothing."""
    scheduler, notifications, email = SilentScheduler(), KeptAlerts(), KeptMails()
    service = AutomationScheduleService(
        scheduler=scheduler,
        alerts=ScheduleAlerts(notifications=notifications, email=email),
        settings=settings,
    )
    return ScheduleDesk(service, scheduler, notifications, email)


def unreachable_redis() -> Redis:
    """A connection to a port where nothing listens."""
    return Redis(port=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))


def real_scheduler(settings: Settings) -> tuple[SchedulerIntegrationService, RunLedger]:
    """The product's scheduler and ledger, over a Redis that is not there."""
    queue = JobQueue(unreachable_redis())
    ledger = RunLedger(queue=queue, settings=settings)
    alerts = ScheduleAlerts(notifications=KeptAlerts(), email=KeptMails())
    timetable = Timetable(unreachable_redis())
    starting = RunStarting(
        ledger=ledger, conditions=ScheduleConditions(quotas=QuotaLedger(settings=settings))
    )
    claims = SlotClaims(ledger=ledger, starting=starting, alerts=alerts)
    return (
        SchedulerIntegrationService(timetable=timetable, queue=queue, ledger=ledger, claims=claims),
        ledger,
    )
