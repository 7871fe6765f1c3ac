"""Raw rows that were only collected become events later: a run without a search.

The rows are opened to the pipeline and the run that judges them is written in one commit, so a
crash loses neither: a row is marked once it is judged, and what is marked is not opened again.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from webapp.enums import ClientStatus, JobType, RunStatus, RunTrigger
from webapp.errors import InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Business, Client, EventRawData, JobRun
from webapp.models.base import rows_changed
from webapp.schemas.raw_data import ReprocessInput
from webapp.services.access import Actor, Permission
from webapp.services.run_ledger import RunLedger
from webapp.services.transactions import atomic

RUN_NAME = "Reprocessing of raw data"


@dataclass(frozen=True)
class Reprocessing:
    """What was found to do; without a run nothing waited."""

    run_id: uuid.UUID | None
    rows: int = 0
    clients: int = 0
    is_new: bool = False


class ReprocessingService:
    """Starts runs that judge stored rows. At most one a business is under way."""

    def __init__(self, *, ledger: RunLedger) -> None:
        self._ledger = ledger

    def start(self, actor: Actor, wish: ReprocessInput) -> Reprocessing:
        """Start a run over the rows of the caller's business that the wish names.

        While one is under way, return that one. Raises InvalidInputError for a client of
        somebody else.
        """
        actor.require(Permission.RUN_SCHEDULES)
        return self.start_for(actor.business_id, wish, user_id=actor.user_id)

    def start_for(
        self, business_id: uuid.UUID, wish: ReprocessInput, *, user_id: int | None = None
    ) -> Reprocessing:
        """Do the same on behalf of nobody, as the command line does."""
        with atomic() as session:
            # Whoever comes second waits here and then finds the first one's run
            if session.get(Business, business_id, with_for_update=True) is None:
                raise NotFoundError("There is no business with this id.")
            _check_client(business_id, wish.client_id)
            running = _running(business_id)
            if running is not None:
                return Reprocessing(running.id, clients=len(running.client_ids or ()))
            _open(business_id, wish)
            waiting = _waiting(business_id, wish)
            if not waiting:
                return Reprocessing(None)
            run = self._ledger.create_plain_run(
                business_id,
                name=RUN_NAME,
                job_type=JobType.CLIENT_MONITORING,
                trigger=RunTrigger.REPROCESS,
                user_id=user_id,
                config={"reprocess": wish.model_dump(mode="json", exclude_defaults=True)},
                client_ids=[str(client_id) for client_id, _ in waiting],
            )
            rows = sum(count for _, count in waiting)
            return Reprocessing(run.id, rows=rows, clients=len(waiting), is_new=True)

    def business_of(self, client_id: uuid.UUID) -> uuid.UUID:
        """Return whose client this is, for the command line; else raise NotFoundError."""
        found = db.session.scalar(select(Client.business_id).where(Client.id == client_id))
        if found is None:
            raise NotFoundError("There is no client with this id.")
        return found

    def businesses(self) -> Sequence[uuid.UUID]:
        """Return every business that is there, for a reprocessing of all."""
        there = select(Business.id).where(Business.erased_at.is_(None))
        return db.session.scalars(there.order_by(Business.id)).all()


def _check_client(business_id: uuid.UUID, client_id: uuid.UUID | None) -> None:
    if client_id is None:
        return
    known = select(Client.id).where(Client.business_id == business_id, Client.id == client_id)
    if db.session.scalar(known) is None:
        raise InvalidInputError.of("client_id", "There is no such client.")


def _running(business_id: uuid.UUID) -> JobRun | None:
    query = select(JobRun).where(
        JobRun.business_id == business_id,
        JobRun.trigger == RunTrigger.REPROCESS,
        JobRun.status.in_((RunStatus.QUEUED, RunStatus.RUNNING)),
    )
    return db.session.scalar(query.order_by(JobRun.created_at).limit(1))


def _wanted(business_id: uuid.UUID, wish: ReprocessInput) -> ColumnElement[bool]:
    """Rows of active clients that the wish is about, whatever became of them."""
    watched = select(Client.id).where(
        Client.business_id == business_id, Client.status == ClientStatus.ACTIVE
    )
    conditions = [EventRawData.business_id == business_id, EventRawData.client_id.in_(watched)]
    if wish.client_id is not None:
        conditions.append(EventRawData.client_id == wish.client_id)
    if wish.since is not None:
        conditions.append(EventRawData.created_at >= wish.since)
    return and_(*conditions)


def _open(business_id: uuid.UUID, wish: ReprocessInput) -> None:
    """Open rows to the pipeline: collected ones, and those of the outcomes that were named."""
    closed = and_(EventRawData.collect_only.is_(True), EventRawData.is_processed.is_(False))
    if wish.outcomes:
        closed = or_(closed, EventRawData.outcome.in_(wish.outcomes))
    found = and_(_wanted(business_id, wish), closed)
    if wish.limit is not None:
        newest = (
            select(EventRawData.id)
            .where(found)
            .order_by(EventRawData.created_at.desc(), EventRawData.id.desc())
            .limit(wish.limit)
        )
        found = EventRawData.id.in_(newest)
    rows_changed(
        update(EventRawData)
        .where(found)
        .values(
            collect_only=False,
            is_processed=False,
            outcome=None,
            outcome_reason=None,
            processed_at=None,
        )
    )


def _waiting(business_id: uuid.UUID, wish: ReprocessInput) -> list[tuple[uuid.UUID, int]]:
    """Count the open rows of each client: those just opened, and any that a crash left.

    Deferred ones are left to their client's next run.
    """
    query = (
        select(EventRawData.client_id, func.count())
        .where(
            _wanted(business_id, wish),
            EventRawData.is_processed.is_(False),
            EventRawData.collect_only.is_(False),
            EventRawData.outcome.is_(None),
        )
        .group_by(EventRawData.client_id)
        .order_by(EventRawData.client_id)
    )
    return [(client_id, count) for client_id, count in db.session.execute(query)]
