"""Reports that waited for the AI budget are judged once it has room: next month, or when raised."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from webapp import clock
from webapp.enums import ClientStatus, JobType, RunStatus, RunTrigger
from webapp.extensions import db
from webapp.models import Business, Client, EventRawData, JobRun
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_processor import AIProcessorService
from webapp.services.run_ledger import RunLedger
from webapp.services.transactions import atomic, snapshot

RUN_NAME = "Reports that waited for the AI budget"
PAUSE = timedelta(hours=1)
"""What still waits after such a run is tried again after this long."""


class AiBacklog:
    """Starts a run without a search over the clients of whom reports wait."""

    def __init__(self, *, ai: AIProcessorService, accounts: AiAccounts, ledger: RunLedger) -> None:
        self._ai = ai
        self._accounts = accounts
        self._ledger = ledger

    def take_up(self) -> int:
        """Start the runs that are due, at most one a business; return how many."""
        with snapshot() as session:
            waiting = select(EventRawData.business_id).where(EventRawData.awaits_budget.is_(True))
            found = list(session.scalars(waiting.distinct()))
        return sum(self._take_up(each) for each in found)

    def _take_up(self, business_id: uuid.UUID) -> bool:
        with atomic() as session:
            # Whoever comes second waits here and then finds the first one's run
            business = session.get_one(Business, business_id, with_for_update=True)
            limits = self._accounts.limits_of(business)
            is_full = self._accounts.standing(business_id).reached(limits) is not None
            if (is_full and self._ai.is_configured) or _is_busy(business_id):
                return False
            clients = _clients(business_id)
            if not clients:
                return False
            self._ledger.create_plain_run(
                business_id,
                name=RUN_NAME,
                job_type=JobType.CLIENT_MONITORING,
                trigger=RunTrigger.REPROCESS,
                user_id=None,
                config={"reprocess": {"awaits_budget": True}},
                client_ids=[str(each) for each in clients],
            )
        return True


def _is_busy(business_id: uuid.UUID) -> bool:
    """Tell whether stored rows are being judged, or these were tried a short while ago."""
    active = JobRun.status.in_((RunStatus.QUEUED, RunStatus.RUNNING))
    tried = (JobRun.schedule_name == RUN_NAME) & (JobRun.created_at > clock.now() - PAUSE)
    query = select(JobRun.id).where(
        JobRun.business_id == business_id, JobRun.trigger == RunTrigger.REPROCESS, active | tried
    )
    return db.session.scalar(query.limit(1)) is not None


def _clients(business_id: uuid.UUID) -> Sequence[uuid.UUID]:
    query = (
        select(EventRawData.client_id)
        .join(Client, Client.id == EventRawData.client_id)
        .where(
            EventRawData.business_id == business_id,
            EventRawData.awaits_budget.is_(True),
            Client.status == ClientStatus.ACTIVE,
        )
    )
    return db.session.scalars(query.distinct().order_by(EventRawData.client_id)).all()
