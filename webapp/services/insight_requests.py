"""Insights that a user asks for: for an event below the threshold, or instead of the rules' text.

The wish is kept with the event and a worker answers it, so that no page waits for a model. A job
that is lost is put on its queue again by the tick.
"""

import uuid
from datetime import timedelta

from sqlalchemy import delete, select, update

from webapp import clock
from webapp.enums import Provenance
from webapp.errors import ConflictError
from webapp.extensions import db
from webapp.models import Business, Client, Event, Insight
from webapp.models.base import rows_changed
from webapp.providers.base import CRMLookup
from webapp.queueing import JobName, JobQueue
from webapp.services.access import Actor, Permission, get_owned
from webapp.services.ai_accounts import AiAccounts
from webapp.services.ai_calls import Caller
from webapp.services.ai_limits import reached_in_words
from webapp.services.ai_processor import AIProcessorService
from webapp.services.crm import CRMService
from webapp.services.insight_writing import InsightWriting, Wanted, calls_of
from webapp.services.transactions import after_commit, atomic, snapshot

LOST_AFTER = timedelta(minutes=2)
GIVEN_UP_AFTER = timedelta(hours=1)
"""A wish that no worker answered for this long is taken back; the user may ask again."""
BATCH = 50
HAS_ONE = "A model has written an insight about this event already."


class InsightRequestService:
    """Takes wishes from users, and answers them in a worker."""

    def __init__(
        self,
        *,
        insights: InsightWriting,
        ai: AIProcessorService,
        accounts: AiAccounts,
        crm: CRMService,
        queue: JobQueue,
    ) -> None:
        self._insights = insights
        self._ai = ai
        self._accounts = accounts
        self._crm = crm
        self._queue = queue

    def ask(self, actor: Actor, event_id: uuid.UUID) -> Event:
        """Keep the wish for an insight about an event; asking twice changes nothing.

        Raises ConflictError where a model wrote one already, or where the AI budget has no room
        and the business wants to wait then.
        """
        actor.require(Permission.GENERATE_INSIGHTS)
        with atomic():
            event = get_owned(Event, event_id, actor.business_id)
            written = db.session.scalar(select(Insight).where(Insight.event_id == event.id))
            if written is not None and not written.by_fallback:
                raise ConflictError(HAS_ONE)
            self._check_budget(actor.business_id)
            if event.insight_wanted_at is None:
                event.insight_wanted_at = clock.now()
                after_commit(lambda: self._enqueue(event_id))
        return event

    def write(self, event_id: uuid.UUID) -> bool:
        """Answer a wish; True if an insight was stored. Does nothing where none is open."""
        with snapshot():
            event = db.session.get(Event, event_id)
            if event is None or event.insight_wanted_at is None:
                return False
            client = db.session.get_one(Client, event.client_id)
            lookup = CRMLookup(str(client.id), client.name, client.domain, client.crm_account_id)
            caller = Caller(event.business_id, client.id)
            is_simulated = event.provenance is Provenance.SIMULATED
        wanted = self._insights.wanted_for(event_id)
        if wanted is None:
            return False
        return self._write(wanted, lookup, caller, is_free=is_simulated)

    def dispatch(self) -> int:
        """Put wishes on the queue again whose job was lost, and take old ones back."""
        now = clock.now()
        with atomic() as session:
            rows_changed(
                update(Event)
                .where(Event.insight_wanted_at < now - GIVEN_UP_AFTER)
                .values(insight_wanted_at=None)
            )
            lost = select(Event.id).where(Event.insight_wanted_at < now - LOST_AFTER)
            found = list(session.scalars(lost.limit(BATCH)))
        for event_id in found:
            self._enqueue(event_id)
        return len(found)

    def _enqueue(self, event_id: uuid.UUID) -> None:
        self._queue.enqueue(JobName.WRITE_INSIGHT, str(event_id))

    def _check_budget(self, business_id: uuid.UUID) -> None:
        limits = self._accounts.limits_of(db.session.get_one(Business, business_id))
        reached = self._accounts.standing(business_id).reached(limits)
        if reached is not None and limits.defers and self._ai.is_configured:
            raise ConflictError(f"{reached_in_words(reached, limits)} Ask again when it has room.")

    def _write(self, wanted: Wanted, lookup: CRMLookup, caller: Caller, *, is_free: bool) -> bool:
        business_id = caller.business_id
        crm = self._crm.settle(lookup, self._crm.fetch(lookup, force_mock=is_free))
        with snapshot():
            limits = self._accounts.limits_of(db.session.get_one(Business, business_id))
        written = self._insights.write(
            [wanted], crm, business_id=business_id, limits=limits, is_free=is_free
        )
        calls = calls_of(written)
        failures = tuple(failure for each in written for failure in each.failures)
        self._ai.note_health(business_id, calls, failures)
        with atomic():
            if any(each.answer is not None for each in written):
                # Only what stood in for a model gives way
                rows_changed(
                    delete(Insight).where(
                        Insight.event_id == wanted.event_id, Insight.by_fallback.is_(True)
                    )
                )
            saved = self._insights.save(written, business_id=business_id)
            rows_changed(
                update(Event).where(Event.id == wanted.event_id).values(insight_wanted_at=None)
            )
            allowances = [each.allowance for each in written]
            self._accounts.book(calls, caller, limits=limits, allowances=allowances)
        return saved > 0
