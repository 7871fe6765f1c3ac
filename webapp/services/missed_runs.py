"""Telling people that a schedule did not run when it should have."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from webapp.enums import Role, Severity
from webapp.extensions import db
from webapp.models import AutomationSchedule, User
from webapp.services.email import EmailService
from webapp.services.notifications import NotificationService

log = logging.getLogger(__name__)


class MissedRunNotice:
    """Writes one alert for all the slots that one stop cost a schedule."""

    def __init__(self, *, notifications: NotificationService, email: EmailService) -> None:
        self._notifications = notifications
        self._email = email

    def tell(self, schedule: AutomationSchedule, missed: Sequence[datetime]) -> None:
        """Alert creator and admins inside the caller's transaction."""
        latest = missed[-1].isoformat(timespec="minutes")
        times = "1 time" if len(missed) == 1 else f"{len(missed)} times"
        title = f"Schedule “{schedule.name}” missed {times}"
        body = (
            f"It was last due at {latest}, while nothing was running to start it. "
            "Check that the scheduler and a worker are up; run it by hand if you need it now."
        )
        dedupe_key = f"missed:{schedule.id}:{latest}"
        link = f"/schedules/{schedule.id}/edit"
        user_ids = _creator_and_admins(schedule)
        self._notifications.alert(
            business_id=schedule.business_id,
            user_ids=user_ids,
            title=title,
            body=body,
            link=link,
            dedupe_key=dedupe_key,
            severity=Severity.HIGH,
        )
        self._email.queue_alert(
            business_id=schedule.business_id,
            user_ids=user_ids,
            subject=title,
            body=body,
            link=link,
            dedupe_key=dedupe_key,
        )


def _creator_and_admins(schedule: AutomationSchedule) -> list[int]:
    query = select(User.id).where(
        User.business_id == schedule.business_id,
        User.is_active.is_(True),
        or_(User.role == Role.ADMIN, User.id == schedule.created_by_user_id),
    )
    return list(db.session.scalars(query))
