"""Chains: a schedule that starts when another one's run has ended."""

import uuid

from sqlalchemy import select

from webapp import clock
from webapp.enums import DependencyCondition, RunReason, RunStatus, RunTrigger
from webapp.errors import InvalidInputError
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun
from webapp.services import run_log
from webapp.services.access import Actor
from webapp.services.run_ledger import RunLedger
from webapp.services.run_starting import RunStarting

FIELD = "depends_on_schedule_id"


class ScheduleChains:
    """Follows the end of a run, in the transaction that writes it: once, whatever is killed."""

    def __init__(self, *, ledger: RunLedger, starting: RunStarting) -> None:
        self._ledger = ledger
        self._starting = starting

    def follow(self, run: JobRun) -> None:
        """Start every active schedule that waits for this one; what is not started says why.

        A run that somebody cancelled starts nothing.
        """
        if run.schedule_id is None or run.status is RunStatus.CANCELLED:
            return
        for waiting in self._waiting_for(run):
            why = f"“{run.schedule_name}” ended {run.status} with {run.events} new events"
            if not _is_met(waiting.depends_on_condition, run):
                wanted = _WANTED[waiting.depends_on_condition or DependencyCondition.SUCCESS]
                skipped = self._ledger.record_unrun(
                    waiting, None, status=RunStatus.SKIPPED, reason=RunReason.CONDITION_NOT_MET
                )
                skipped.trigger, skipped.chained_from_id = RunTrigger.CHAIN, run.id
                run_log.note(skipped, f"Not started: {why}, wanted {wanted}")
                run_log.note(run, f"“{waiting.name}” was not started: it wants {wanted}")
                continue
            next_run = self._starting.start(
                waiting,
                trigger=RunTrigger.CHAIN,
                at=clock.now(),
                chained_from=run.id,
                because=[f"Follows {why}"],
            )
            outcome = "was started" if next_run.status.is_active else "was skipped"
            run_log.note(run, f"“{waiting.name}” {outcome}")

    def _waiting_for(self, run: JobRun) -> list[AutomationSchedule]:
        """Return the schedules that follow, locked, without those that this run started before."""
        started = select(JobRun.schedule_id).where(JobRun.chained_from_id == run.id)
        return list(
            db.session.scalars(
                select(AutomationSchedule)
                .where(
                    AutomationSchedule.business_id == run.business_id,
                    AutomationSchedule.depends_on_schedule_id == run.schedule_id,
                    AutomationSchedule.is_active.is_(True),
                    AutomationSchedule.id.not_in(started),
                )
                .order_by(AutomationSchedule.id)
                .with_for_update()
            )
        )


def check_dependency(actor: Actor, schedule_id: uuid.UUID | None, wanted: uuid.UUID | None) -> None:
    """Refuse a foreign schedule, and one that itself waits for this one, over however many.

    Call inside the transaction that saves: it locks the business's chained schedules, so that
    two that are saved at once cannot close a circle together.
    """
    if wanted is None:
        return
    rows = db.session.execute(
        select(AutomationSchedule.id, AutomationSchedule.depends_on_schedule_id)
        .where(AutomationSchedule.business_id == actor.business_id)
        .order_by(AutomationSchedule.id)
        .with_for_update()
    )
    waits_for = {row.id: row.depends_on_schedule_id for row in rows}
    if wanted not in waits_for:
        raise InvalidInputError.of(FIELD, "There is no schedule with this id.")
    seen: set[uuid.UUID] = set()
    step: uuid.UUID | None = wanted
    while step is not None and step not in seen:
        if step == schedule_id:
            message = "That schedule waits for this one, so neither would ever start the other."
            raise InvalidInputError.of(
                FIELD, "A schedule cannot wait for itself." if wanted == schedule_id else message
            )
        seen.add(step)
        step = waits_for.get(step)


_WANTED = {
    DependencyCondition.SUCCESS: "a success",
    DependencyCondition.ANY_END: "any end",
    DependencyCondition.NEW_EVENTS: "new events",
}


def _is_met(condition: DependencyCondition | None, run: JobRun) -> bool:
    match condition:
        case DependencyCondition.ANY_END:
            return True
        case DependencyCondition.NEW_EVENTS:
            return run.status.is_success and run.events > 0
        case _:
            return run.status.is_success
