"""AutomationScheduleService: schedules, their due times, and what their runs did to them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import ScheduleType
from webapp.errors import ForbiddenError, NotFoundError
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun
from webapp.schemas.schedule_conditions import Condition
from webapp.schemas.schedules import (
    PreviewInput,
    ScheduleInput,
    ScheduleListQuery,
    SchedulePatch,
    TimingInput,
)
from webapp.services import schedule_outcomes as outcomes
from webapp.services import schedule_rules as rules
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.list_order import newest, part_of
from webapp.services.schedule_alerts import ScheduleAlerts
from webapp.services.schedule_chains import check_dependency
from webapp.services.schedule_times import explain, upcoming
from webapp.services.scheduler_integration import SchedulerIntegrationService
from webapp.services.transactions import after_commit, atomic

_PLAIN_COLUMNS = (
    "name",
    "description",
    "job_type",
    "config",
    "grace_minutes",
    "depends_on_schedule_id",
    "depends_on_condition",
)


@dataclass(frozen=True)
class SchedulePreview:
    """A cadence in words and its next due times in UTC."""

    description: str
    timezone: str
    next_runs: list[datetime]


ORDER = newest(AutomationSchedule)


class AutomationScheduleService:
    """Creates, changes, starts and watches schedules. The timetable follows each commit."""

    def __init__(
        self,
        scheduler: SchedulerIntegrationService,
        alerts: ScheduleAlerts,
        settings: Settings,
    ) -> None:
        self._scheduler = scheduler
        self._alerts = alerts
        self._settings = settings

    def create_schedule(self, actor: Actor, given: ScheduleInput) -> AutomationSchedule:
        """Store a new schedule of the caller and put it on the timetable."""
        actor.require(Permission.EDIT_SCHEDULES)
        rules.check_owner(actor, given.business_id, given.created_by_user_id)
        rules.check_timing(rules.timing_from(given, default_zone=actor.zone), self._settings)
        with atomic() as session:
            rules.check_clients(actor, given.client_ids)
            rules.check_room(actor, self._settings)
            check_dependency(actor, None, given.depends_on_schedule_id)
            schedule = AutomationSchedule(
                business_id=actor.business_id,
                created_by_user_id=actor.user_id,
                client_ids=_as_text(given.client_ids),
                is_active=given.is_active,
                conditions=_as_rows(given.conditions),
                **given.model_dump(include=set(_PLAIN_COLUMNS)),
                **rules.timing_columns(given, default_zone=actor.zone),
            )
            outcomes.plan(schedule)
            session.add(schedule)
            after_commit(lambda: self._scheduler.add_schedule(schedule))
        return schedule

    def get_schedule(self, actor: Actor, schedule_id: uuid.UUID) -> AutomationSchedule:
        """Return one schedule of the caller's business."""
        actor.require(Permission.VIEW)
        return get_owned(AutomationSchedule, schedule_id, actor.business_id)

    def get_schedules(
        self, actor: Actor, query: ScheduleListQuery
    ) -> tuple[list[AutomationSchedule], int]:
        """Return a page of the business's schedules, newest first, and how many match in all."""
        actor.require(Permission.VIEW)
        matching = _matching(actor, query)
        total = db.session.scalar(select(func.count()).select_from(matching.subquery())) or 0
        return [*db.session.scalars(part_of(matching, ORDER, query))], total

    def update_schedule(
        self, actor: Actor, schedule_id: uuid.UUID, patch: SchedulePatch
    ) -> AutomationSchedule:
        """Change what the patch holds; the next run is planned anew when its timing changed."""
        rules.check_owner(actor, patch.business_id, patch.created_by_user_id)
        with atomic():
            schedule = self._changeable(actor, schedule_id)
            columns = self._new_timing(actor, schedule, patch)
            columns |= patch.model_dump(include=set(_PLAIN_COLUMNS) & patch.model_fields_set)
            if "client_ids" in patch.model_fields_set:
                rules.check_clients(actor, patch.client_ids)
                columns["client_ids"] = _as_text(patch.client_ids)
            if "depends_on_schedule_id" in patch.model_fields_set:
                check_dependency(actor, schedule_id, patch.depends_on_schedule_id)
            if "conditions" in patch.model_fields_set:
                columns["conditions"] = _as_rows(patch.conditions)
            replanned = _assign(schedule, columns)
            if "is_active" in patch.model_fields_set and patch.is_active != schedule.is_active:
                _switch(schedule, to=patch.is_active)
            elif replanned:
                outcomes.plan(schedule)
            after_commit(lambda: self._scheduler.update_schedule(schedule))
        return schedule

    def delete_schedule(self, actor: Actor, schedule_id: uuid.UUID) -> str:
        """Delete a schedule and return its name; its runs and mails stay."""
        with atomic() as session:
            schedule = self._changeable(actor, schedule_id)
            session.delete(schedule)
            after_commit(lambda: self._scheduler.remove_schedule(schedule_id))
        return schedule.name

    def activate_schedule(self, actor: Actor, schedule_id: uuid.UUID) -> AutomationSchedule:
        """Start a schedule; its failures and its error are forgotten."""
        return self._set_active(actor, schedule_id, to=True)

    def deactivate_schedule(self, actor: Actor, schedule_id: uuid.UUID) -> AutomationSchedule:
        """Stop a schedule; a run under way goes on."""
        return self._set_active(actor, schedule_id, to=False)

    def trigger(
        self, actor: Actor, schedule_id: uuid.UUID, *, bypass_cache: bool = False
    ) -> JobRun:
        """Start a run now, also of an inactive schedule; return the running one if there is one.

        With `bypass_cache` every source is asked anew, however lately it answered.
        """
        actor.require(Permission.RUN_SCHEDULES)
        schedule = get_owned(AutomationSchedule, schedule_id, actor.business_id)
        try:
            return self._scheduler.trigger_manual_run(
                schedule,
                user_id=actor.user_id,
                config={"bypass_cache": True} if bypass_cache else None,
            )
        except LookupError:
            raise NotFoundError("This schedule was deleted meanwhile.") from None

    def preview(self, actor: Actor, given: PreviewInput) -> SchedulePreview:
        """Return what a timing means, under the same rules as saving it."""
        actor.require(Permission.VIEW)
        timing = rules.timing_from(given, default_zone=actor.zone)
        rules.check_timing(timing, self._settings)
        return SchedulePreview(
            description=explain(timing),
            timezone=timing.timezone,
            next_runs=upcoming(timing, clock.now(), given.count),
        )

    def get_all_active_schedules(self) -> list[AutomationSchedule]:
        """Return every business's schedules that the timetable should hold."""
        return list(
            db.session.scalars(
                select(AutomationSchedule)
                .where(AutomationSchedule.is_active)
                .where(AutomationSchedule.schedule_type != ScheduleType.MANUAL)
                .order_by(AutomationSchedule.next_run_at, AutomationSchedule.id)
            )
        )

    def update_last_run(self, schedule_id: uuid.UUID, run: JobRun) -> None:
        """Remember when a schedule last ran, and in which run."""
        with atomic():
            if (schedule := _locked(schedule_id)) is not None:
                outcomes.note_run(schedule, run)

    def record_job_success(self, schedule_id: uuid.UUID, run: JobRun) -> None:
        """Remember a successful run; a schedule that is gone meanwhile is passed over."""
        with atomic():
            if (schedule := _locked(schedule_id)) is not None:
                outcomes.note_success(schedule, run)

    def record_job_failure(self, schedule_id: uuid.UUID, run: JobRun, error: str) -> None:
        """Remember a failed run; the fifth in a row switches the schedule off and tells people."""
        with atomic():
            schedule = _locked(schedule_id)
            if schedule is None or not outcomes.note_failure(schedule, run, error):
                return
            self._alerts.switched_off(schedule, run)
            after_commit(lambda: self._scheduler.remove_schedule(schedule_id))

    def note_unplannable(self, schedule_id: uuid.UUID, error: str) -> None:
        """Switch off a schedule that cannot be planned and tell people; the others go on."""
        with atomic():
            schedule = _locked(schedule_id)
            if schedule is None or not schedule.is_active:
                return
            outcomes.note_unplannable(schedule, error)
            self._alerts.unplannable(schedule)
            after_commit(lambda: self._scheduler.remove_schedule(schedule_id))

    def _new_timing(
        self, actor: Actor, schedule: AutomationSchedule, patch: SchedulePatch
    ) -> dict[str, Any]:
        """Return the timing columns that a patch leads to; none when it does not touch them."""
        if not patch.model_fields_set & set(TimingInput.model_fields):
            return {}
        timing = rules.merged(schedule, patch)
        rules.check_timing(rules.timing_from(timing, default_zone=actor.zone), self._settings)
        return rules.timing_columns(timing, default_zone=actor.zone)

    def _set_active(self, actor: Actor, schedule_id: uuid.UUID, *, to: bool) -> AutomationSchedule:
        with atomic():
            schedule = self._changeable(actor, schedule_id)
            if schedule.is_active != to:
                _switch(schedule, to=to)
            after_commit(lambda: self._scheduler.update_schedule(schedule))
        return schedule

    def _changeable(self, actor: Actor, schedule_id: uuid.UUID) -> AutomationSchedule:
        """Return a locked schedule that the caller may change: their own, or as a manager any."""
        actor.require(Permission.EDIT_SCHEDULES)
        schedule = _locked(schedule_id)
        if schedule is None or schedule.business_id != actor.business_id:
            raise NotFoundError("There is no automation schedule with this id.")
        own = schedule.created_by_user_id == actor.user_id
        if not own and not actor.can(Permission.EDIT_ANY_SCHEDULE):
            raise ForbiddenError("Only its creator, a manager or an admin may change a schedule.")
        return schedule


def _matching(actor: Actor, query: ScheduleListQuery) -> Select[AutomationSchedule]:
    matching = scoped(AutomationSchedule, actor.business_id)
    for name in ("is_active", "job_type", "last_run_status"):
        if (wanted := getattr(query, name)) is not None:
            matching = matching.where(getattr(AutomationSchedule, name) == wanted)
    if query.q:
        name_text = func.lower(AutomationSchedule.name)
        matching = matching.where(name_text.contains(query.q.lower(), autoescape=True))
    return matching


def _locked(schedule_id: uuid.UUID) -> AutomationSchedule | None:
    return db.session.scalar(
        select(AutomationSchedule)
        .where(AutomationSchedule.id == schedule_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _assign(schedule: AutomationSchedule, columns: dict[str, Any]) -> bool:
    """Set the columns; True when one that decides the due times has changed."""
    changed = {name for name, value in columns.items() if getattr(schedule, name) != value}
    for name in changed:
        setattr(schedule, name, columns[name])
    return bool(changed & set(TimingInput.model_fields))


def _switch(schedule: AutomationSchedule, *, to: bool) -> None:
    schedule.is_active = to
    schedule.disabled_reason = None
    if to:
        outcomes.clear_failures(schedule)
    outcomes.plan(schedule)


def _as_rows(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json") for each in conditions]


def _as_text(client_ids: Sequence[uuid.UUID] | None) -> list[str] | None:
    return None if client_ids is None else [str(each) for each in client_ids]
