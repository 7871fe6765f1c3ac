"""TrialService: estimated, started, looked at, then adopted as shown or discarded."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from webapp import clock
from webapp.enums import AIName, TrialKind, TrialStatus
from webapp.errors import ConflictError, NotFoundError
from webapp.extensions import db
from webapp.models import Business, ReprocessTrial, ReprocessTrialItem
from webapp.models.base import new_uuid
from webapp.schemas.trials import TrialInput, TrialSelection
from webapp.services.access import Actor, Permission, scoped
from webapp.services.transactions import atomic
from webapp.services.trials.classifier import TrialClassifier, TrialClassifiers
from webapp.services.trials.ledger import ACTIVE, TrialLedger
from webapp.services.trials.runner import TrialRunner
from webapp.services.trials.selection import check_clients, measure, selected_rows

NO_ROWS = "No stored row is like this. Choose a longer time, more clients or more outcomes."
ONE_AT_A_TIME = "Another trial is under way. Wait for it, or cancel it."


@dataclass(frozen=True)
class TrialEstimate:
    """What a trial would be about, and about what it would cost; None where nobody knows."""

    rows: int
    clients: int
    ai_calls: int
    estimated_usd: float | None
    provider: AIName
    model: str


class TrialService:
    """Starts and ends trials; `runner` is what workers do for them."""

    def __init__(
        self, *, ledger: TrialLedger, classifiers: TrialClassifiers, runner: TrialRunner
    ) -> None:
        self._ledger = ledger
        self._classifiers = classifiers
        self.runner = runner

    @property
    def choices(self) -> list[tuple[AIName, str]]:
        """Every classifier that can be tried, with its model."""
        return self._classifiers.choices

    def dispatch(self) -> int:
        """Have trials taken up again whose worker died; returns how many."""
        return self._ledger.dispatch()

    def estimate(self, actor: Actor, wish: TrialInput) -> TrialEstimate:
        """Say what a trial would be about; nothing is written."""
        actor.require(Permission.ADMINISTER)
        return self.estimate_for(actor.business_id, wish)

    def estimate_for(self, business_id: uuid.UUID, wish: TrialInput) -> TrialEstimate:
        """Do the same on behalf of nobody, as the command line does."""
        classifier = self._classifiers.find(wish.provider, wish.model)
        check_clients(business_id, wish)
        batches = measure(business_id, wish, classifier.provider)
        used = classifier.likely(batches)
        return TrialEstimate(
            rows=sum(each.rows for each in batches),
            clients=len(batches),
            ai_calls=used.calls,
            estimated_usd=used.cost_usd,
            provider=classifier.provider,
            model=classifier.model,
        )

    def start(self, actor: Actor, wish: TrialInput) -> uuid.UUID:
        """Start a trial of the caller's business; return its id.

        Raises ConflictError while another one is under way or where no row is meant, and
        InvalidInputError for a classifier that is not set up or a client of somebody else.
        """
        actor.require(Permission.ADMINISTER)
        return self.start_for(actor.business_id, wish, user_id=actor.user_id)

    def start_for(
        self, business_id: uuid.UUID, wish: TrialInput, *, user_id: int | None = None
    ) -> uuid.UUID:
        """Do the same on behalf of nobody."""
        classifier = self._classifiers.find(wish.provider, wish.model)
        with atomic() as session:
            self._lock(business_id)
            check_clients(business_id, wish)
            batches = measure(business_id, wish, classifier.provider)
            rows = selected_rows(business_id, wish, classifier.provider)
            if not rows:
                raise ConflictError(NO_ROWS)
            trial = _trial(business_id, wish, classifier, user_id=user_id)
            trial.estimated_usd = classifier.likely(batches).cost_usd
            trial.rows_total = len(rows)
            session.add(trial)
            session.flush()
            session.execute(insert(ReprocessTrialItem), [*_items(trial, rows)])
            self._ledger.enqueue(trial)
            return trial.id

    def cancel(self, actor: Actor, trial_id: uuid.UUID) -> None:
        """Ask a trial to stop before its next call; a queued one ends at once.

        Raises ConflictError for one that is being adopted or has ended.
        """
        with atomic():
            trial = self._own(actor, trial_id)
            if trial.status is TrialStatus.QUEUED:
                trial.status, trial.finished_at = TrialStatus.CANCELLED, clock.now()
            elif trial.status is not TrialStatus.RUNNING:
                raise ConflictError(f"The trial is {trial.status}, so it cannot be cancelled.")
            trial.cancel_requested_at = trial.cancel_requested_at or clock.now()

    def adopt(self, actor: Actor, trial_id: uuid.UUID) -> None:
        """Have everything written that a trial showed; a second time changes nothing.

        Raises ConflictError for one that is not ready, or while another is under way.
        """
        actor.require(Permission.ADMINISTER)
        with atomic():
            self.adopt_for(self._own(actor, trial_id), user_id=actor.user_id)

    def adopt_for(self, trial: ReprocessTrial, *, user_id: int | None = None) -> None:
        """Do the same on behalf of nobody, in the caller's transaction."""
        if trial.status in (TrialStatus.ADOPTING, TrialStatus.ADOPTED):
            return
        if trial.status is not TrialStatus.READY:
            raise ConflictError(f"The trial is {trial.status}, so it cannot be adopted.")
        self._lock(trial.business_id)
        trial.status, trial.attempt = TrialStatus.ADOPTING, 0
        trial.decided_by_user_id, trial.decided_at = user_id, clock.now()
        db.session.flush()
        self._ledger.enqueue(trial)

    def discard(self, actor: Actor, trial_id: uuid.UUID) -> None:
        """Let a trial that has ended be of no consequence; a second time changes nothing.

        Raises ConflictError for one that is under way or was adopted.
        """
        actor.require(Permission.ADMINISTER)
        with atomic():
            self.discard_for(self._own(actor, trial_id), user_id=actor.user_id)

    def discard_for(self, trial: ReprocessTrial, *, user_id: int | None = None) -> None:
        """Do the same on behalf of nobody, in the caller's transaction."""
        if trial.status is TrialStatus.DISCARDED:
            return
        if trial.status.is_active or trial.status is TrialStatus.ADOPTED:
            raise ConflictError(f"The trial is {trial.status}, so it cannot be discarded.")
        trial.status = TrialStatus.DISCARDED
        trial.decided_by_user_id, trial.decided_at = user_id, clock.now()

    def _own(self, actor: Actor, trial_id: uuid.UUID) -> ReprocessTrial:
        """Return a trial of the caller's business, which nobody else changes meanwhile."""
        actor.require(Permission.ADMINISTER)
        wanted = scoped(ReprocessTrial, actor.business_id).where(ReprocessTrial.id == trial_id)
        locked = wanted.with_for_update().execution_options(populate_existing=True)
        found: ReprocessTrial | None = db.session.scalar(locked)
        if found is None:
            raise NotFoundError("There is no such trial.")
        return found

    def _lock(self, business_id: uuid.UUID) -> None:
        """Let nobody else start or adopt a trial; refuse while one is under way."""
        if db.session.get(Business, business_id, with_for_update=True) is None:
            raise NotFoundError("There is no business with this id.")
        active = scoped(ReprocessTrial, business_id).where(ReprocessTrial.status.in_(ACTIVE))
        if db.session.scalar(active.limit(1)) is not None:
            raise ConflictError(ONE_AT_A_TIME)


def _trial(
    business_id: uuid.UUID,
    wish: TrialInput,
    classifier: TrialClassifier,
    *,
    user_id: int | None,
) -> ReprocessTrial:
    selection = TrialSelection.model_validate(
        wish.model_dump(include=set(TrialSelection.model_fields))
    )
    return ReprocessTrial(
        id=new_uuid(),
        business_id=business_id,
        created_by_user_id=user_id,
        status=TrialStatus.QUEUED,
        selection=selection.model_dump(mode="json", exclude_none=True),
        provider=classifier.provider,
        model=classifier.model,
        cost_cap_usd=wish.cost_cap_usd,
        tells=wish.tells,
    )


def _items(trial: ReprocessTrial, rows: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for place, row in enumerate(rows):
        yield {
            "id": new_uuid(),
            "business_id": trial.business_id,
            "trial_id": trial.id,
            "client_id": row.client_id,
            "raw_data_id": row.id,
            "event_id": row.event_id,
            "place": place,
            "title": row.title,
            "kind": TrialKind.WAITING,
        }
