"""Telling a schedule's creator and the admins of its trouble, in the app and by mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from webapp import clock
from webapp.enums import Role
from webapp.extensions import db
from webapp.models import AutomationSchedule, JobRun, User
from webapp.services.email import EmailService
from webapp.services.notifications import NotificationService
from webapp.services.schedule_outcomes import MAX_FAILURES


class ScheduleAlerts:
    """Writes alerts inside the caller's transaction, each cause once a person."""

    def __init__(self, *, notifications: NotificationService, email: EmailService) -> None:
        self._notifications = notifications
        self._email = email

    def missed(self, schedule: AutomationSchedule, slots: Sequence[datetime]) -> None:
        """Tell of all the slots that one stop cost a schedule."""
        latest = slots[-1].isoformat(timespec="minutes")
        times = "1 time" if len(slots) == 1 else f"{len(slots)} times"
        self._tell(
            schedule,
            title=f"Schedule “{schedule.name}” missed {times}",
            body=(
                f"It was last due at {latest}, while nothing was running to start it. "
                "Check that the scheduler and a worker are up; run it by hand if you need it now."
            ),
            dedupe_key=f"missed:{schedule.id}:{latest}",
        )

    def switched_off(self, schedule: AutomationSchedule, run: JobRun) -> None:
        """Tell that failures in a row switched a schedule off; `run` was the last of them."""
        self._tell(
            schedule,
            title=f"“{schedule.name}” was switched off",
            body=(
                f"It failed {MAX_FAILURES} times in a row. The last error was: "
                f"{schedule.last_error_message}\n"
                "Mend the cause, then activate the schedule again."
            ),
            dedupe_key=f"schedule-disabled:{schedule.id}:{run.id}",
        )

    def unplannable(self, schedule: AutomationSchedule) -> None:
        """Tell that nobody can say when a schedule is due, so that it was switched off."""
        self._tell(
            schedule,
            title=f"“{schedule.name}” was switched off",
            body=(
                f"{schedule.last_error_message}\n"
                "Open it, set its times anew and save; then activate it again."
            ),
            dedupe_key=f"schedule-unplannable:{schedule.id}:{clock.now():%Y-%m-%d}",
        )

    def _tell(
        self, schedule: AutomationSchedule, *, title: str, body: str, dedupe_key: str
    ) -> None:
        told: dict[str, Any] = {
            "business_id": schedule.business_id,
            "user_ids": _people(schedule),
            "body": body,
            "link": f"/schedules/{schedule.id}/edit",
            "dedupe_key": dedupe_key,
        }
        self._notifications.alert(title=title, **told)
        self._email.queue_alert(subject=title, **told)


def _people(schedule: AutomationSchedule) -> list[int]:
    """Return the users who hear of a schedule's trouble: its creator and the admins."""
    concerned = or_(User.id == schedule.created_by_user_id, User.role == Role.ADMIN)
    return list(
        db.session.scalars(
            select(User.id)
            .where(User.business_id == schedule.business_id, User.is_active, concerned)
            .order_by(User.id)
        )
    )
