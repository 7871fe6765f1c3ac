"""What a schedule must satisfy before it is stored."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from webapp import clock
from webapp.config import Settings
from webapp.enums import ScheduleType
from webapp.errors import ConflictError, FieldError, ForbiddenError, InvalidInputError
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client, User
from webapp.schemas.schedules import SchedulePatch, TimingInput
from webapp.services.access import Actor
from webapp.services.schedule_times import ScheduleTiming, next_run, shortest_interval
from webapp.tenancy import across_businesses

_HOUR = ("hour_of_day", "an hour from 0 to 23; 0 is midnight")
_NEEDED: dict[ScheduleType, tuple[tuple[str, str], ...]] = {
    ScheduleType.DAILY: (_HOUR,),
    ScheduleType.WEEKLY: (_HOUR, ("day_of_week", "a weekday from 0, Monday, to 6, Sunday")),
    ScheduleType.MONTHLY: (_HOUR, ("day_of_month", "a day from 1 to 31")),
    ScheduleType.CUSTOM: (("cron_expression", "a cron expression such as 30 7 * * 1-5"),),
}
_TIMED = (
    ScheduleType.HOURLY,
    ScheduleType.DAILY,
    ScheduleType.WEEKLY,
    ScheduleType.MONTHLY,
)


def timing_from(given: TimingInput, *, default_zone: str) -> ScheduleTiming:
    """Return the timing that an input describes, or raise InvalidInputError on what is missing."""
    missing = [
        FieldError(name, f"A {given.schedule_type.value} schedule needs {what}.")
        for name, what in _NEEDED.get(given.schedule_type, ())
        if getattr(given, name) is None
    ]
    if missing:
        raise InvalidInputError.of_all(missing)
    return ScheduleTiming(
        schedule_type=given.schedule_type,
        cron_expression=given.cron_expression,
        hour=given.hour_of_day,
        minute=given.minute_of_hour,
        day_of_week=given.day_of_week,
        day_of_month=given.day_of_month,
        timezone=given.timezone or default_zone,
    )


def timing_columns(given: TimingInput, *, default_zone: str) -> dict[str, Any]:
    """Return the columns of a timing: nothing that was given is dropped, a minute defaults to 0."""
    minute = given.minute_of_hour
    return {
        "schedule_type": given.schedule_type,
        "cron_expression": given.cron_expression,
        "hour_of_day": given.hour_of_day,
        "minute_of_hour": 0 if minute is None and given.schedule_type in _TIMED else minute,
        "day_of_week": given.day_of_week,
        "day_of_month": given.day_of_month,
        "timezone": given.timezone or default_zone,
    }


def check_timing(timing: ScheduleTiming, settings: Settings) -> None:
    """Refuse what never runs, and what runs more often than the deployment allows."""
    field = "cron_expression" if timing.schedule_type is ScheduleType.CUSTOM else "schedule_type"
    interval = shortest_interval(timing)
    least = timedelta(minutes=settings.min_schedule_interval_minutes)
    if interval is not None and interval < least:
        minutes, allowed = int(interval / timedelta(minutes=1)), least // timedelta(minutes=1)
        raise InvalidInputError.of(
            field, f"This would run {minutes} minutes apart; the shortest interval is {allowed}."
        )
    if timing.schedule_type is ScheduleType.MANUAL:
        return
    if next_run(timing, clock.now()) is None:
        raise InvalidInputError.of(field, "This would never run: no such day ever comes.")


def check_owner(actor: Actor, business_id: uuid.UUID | None, creator_id: int | None) -> None:
    """Refuse a foreign business (403) and a creator who is another business's user (422).

    A creator who is nobody here, as in a body copied from documentation, is passed over: whatever
    is sent, the creator is the caller.
    """
    if business_id is not None and business_id != actor.business_id:
        raise ForbiddenError("You may only use schedules of your own business.")
    if creator_id is None or creator_id == actor.user_id:
        return
    with across_businesses():
        owner = db.session.scalar(select(User.business_id).where(User.id == creator_id))
    if owner not in (None, actor.business_id):
        raise InvalidInputError.of("created_by_user_id", "There is no such user.")


def check_clients(actor: Actor, client_ids: Sequence[uuid.UUID] | None) -> None:
    """Refuse ids that are no clients of the caller's business."""
    if client_ids is None:
        return
    own = select(Client.id).where(
        Client.business_id == actor.business_id, Client.id.in_(client_ids)
    )
    known = set(db.session.scalars(own))
    unknown = [str(each) for each in client_ids if each not in known]
    if unknown:
        shown = ", ".join(unknown[:5])
        raise InvalidInputError.of("client_ids", f"There is no client with the id {shown}.")


def check_room(actor: Actor, settings: Settings) -> None:
    """Refuse a schedule beyond the number that a business may have."""
    own = AutomationSchedule.business_id == actor.business_id
    count = db.session.scalar(select(func.count()).select_from(AutomationSchedule).where(own)) or 0
    if count >= settings.max_schedules_per_business:
        raise ConflictError(
            f"Your business has {count} schedules, which is the most it can have. Delete one first."
        )


def merged(schedule: AutomationSchedule, patch: SchedulePatch) -> TimingInput:
    """Return the whole timing that a patch leads to."""
    names = TimingInput.model_fields
    values = {name: getattr(schedule, name) for name in names}
    given = {name: getattr(patch, name) for name in names if name in patch.model_fields_set}
    return TimingInput.model_construct(**{**values, **given})
