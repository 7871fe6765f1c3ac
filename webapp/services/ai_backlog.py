"""What models did not judge in time is judged later, by runs without a search.

Reports that waited for the AI budget are judged once it has room: next month, or when raised.
Events that rules judged while no model answered get a second look once one does.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from webapp import clock
from webapp.enums import ClientStatus, JobType, RunStatus, RunTrigger
from webapp.extensions import db
from webapp.models import Business, Client, Event, EventRawData, JobRun
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_processor import AIProcessorService
from webapp.services.run_context import SECOND_LOOK
from webapp.services.run_ledger import RunLedger
from webapp.services.second_look import awaits_second_look
from webapp.services.transactions import atomic, snapshot

RUN_NAME = "Reports that waited for the AI budget"
SECOND_LOOK_NAME = "Second look at what rules judged while no model answered"
PAUSE = timedelta(hours=1)
"""What still waits after such a run is tried again after this long."""
OUTAGE = timedelta(minutes=10)
MOST_CLIENTS = 500
"""Clients whose events one run looks at again."""


@dataclass(frozen=True)
class _Kind:
    """One kind of backlog: how its runs are called, what they are told, and over whom they go."""

    name: str
    config: Mapping[str, bool]
    clients: Callable[[uuid.UUID], Sequence[uuid.UUID]]


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
        begun = sum(self._take_up(each, _OF_BUDGET) for each in found)
        return begun + self._look_again()

    def _look_again(self) -> int:
        """Start second looks where a model can be asked at all."""
        if not self._ai.is_configured:
            return 0
        with snapshot() as session:
            waiting = select(Event.business_id).where(awaits_second_look(), _is_settled())
            found = list(session.scalars(waiting.distinct()))
        if not found or not self._ai.is_open():
            return 0
        return sum(self._take_up(each, _SECOND_LOOK) for each in found)

    def _take_up(self, business_id: uuid.UUID, kind: _Kind) -> bool:
        with atomic() as session:
            # Whoever comes second waits here and then finds the first one's run
            business = session.get_one(Business, business_id, with_for_update=True)
            limits = self._accounts.limits_of(business)
            is_full = self._accounts.standing(business_id).reached(limits) is not None
            if (is_full and self._ai.is_configured) or _is_busy(business_id, kind.name):
                return False
            clients = kind.clients(business_id)
            if not clients:
                return False
            self._ledger.create_plain_run(
                business_id,
                name=kind.name,
                job_type=JobType.CLIENT_MONITORING,
                trigger=RunTrigger.REPROCESS,
                user_id=None,
                config={"reprocess": kind.config},
                client_ids=[str(each) for each in clients],
            )
        return True


def _is_busy(business_id: uuid.UUID, name: str) -> bool:
    """Tell whether stored rows are being judged, or these were tried a short while ago."""
    active = JobRun.status.in_((RunStatus.QUEUED, RunStatus.RUNNING))
    tried = (JobRun.schedule_name == name) & (JobRun.created_at > clock.now() - PAUSE)
    query = select(JobRun.id).where(
        JobRun.business_id == business_id, JobRun.trigger == RunTrigger.REPROCESS, active | tried
    )
    return db.session.scalar(query.limit(1)) is not None


def _with_reports(business_id: uuid.UUID) -> Sequence[uuid.UUID]:
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


def _with_events(business_id: uuid.UUID) -> Sequence[uuid.UUID]:
    query = (
        select(Event.client_id)
        .join(Client, Client.id == Event.client_id)
        .where(
            Event.business_id == business_id,
            awaits_second_look(),
            _is_settled(),
            Client.status == ClientStatus.ACTIVE,
        )
    )
    return db.session.scalars(query.distinct().order_by(Event.client_id).limit(MOST_CLIENTS)).all()


def _is_settled() -> ColumnElement[bool]:
    """Return the condition that an outage had time to end since an event was judged."""
    return Event.created_at < clock.now() - OUTAGE


_OF_BUDGET = _Kind(RUN_NAME, {"awaits_budget": True}, _with_reports)
_SECOND_LOOK = _Kind(SECOND_LOOK_NAME, SECOND_LOOK, _with_events)
