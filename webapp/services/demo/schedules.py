"""The demo's schedules; all of them search with invented sources only."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.enums import JobType, ScheduleType
from webapp.models import AutomationSchedule, Business, Client, User
from webapp.services.demo.people import DEMO_ZONE
from webapp.services.schedule_times import next_run, timing_of

_TOP_ACCOUNTS = 4


def add_schedules(
    session: Session, business: Business, users: list[User], clients: list[Client], *, now: datetime
) -> list[AutomationSchedule]:
    """Store four schedules: weekday mornings first, then hourly, digest and by hand."""
    ana, ben, dana = users
    top = sorted(clients, key=lambda each: -(each.arr or 0))[:_TOP_ACCOUNTS]
    rows: list[tuple[User, dict[str, Any]]] = [
        (ana, _weekday_mornings()),
        (ben, _hourly([str(each.id) for each in top])),
        (dana, _friday_digest()),
        (ana, _by_hand()),
    ]
    schedules = []
    for creator, values in rows:
        schedule = AutomationSchedule(
            business_id=business.id,
            created_by_user_id=creator.id,
            config={"force_mock": True},
            timezone=DEMO_ZONE,
            is_active=True,
            **values,
        )
        schedule.next_run_at = next_run(timing_of(schedule), now)
        schedules.append(schedule)
    session.add_all(schedules)
    session.flush()
    return schedules


def _weekday_mornings() -> dict[str, Any]:
    return {
        "name": "Weekday mornings",
        "description": "All clients, before the day starts.",
        "job_type": JobType.CLIENT_MONITORING,
        "schedule_type": ScheduleType.CUSTOM,
        "cron_expression": "30 7 * * 1-5",
    }


def _hourly(client_ids: list[str]) -> dict[str, Any]:
    return {
        "name": "Hourly top accounts",
        "description": "The four biggest accounts, every hour.",
        "job_type": JobType.CLIENT_MONITORING,
        "schedule_type": ScheduleType.HOURLY,
        "minute_of_hour": 0,
        "client_ids": client_ids,
    }


def _friday_digest() -> dict[str, Any]:
    return {
        "name": "Friday digest",
        "description": "The week in one mail.",
        "job_type": JobType.NOTIFICATION_DIGEST,
        "schedule_type": ScheduleType.WEEKLY,
        "day_of_week": 4,
        "hour_of_day": 16,
        "minute_of_hour": 0,
    }


def _by_hand() -> dict[str, Any]:
    return {
        "name": "Before a call",
        "description": "Started by hand, to look once more before talking to a client.",
        "job_type": JobType.CLIENT_MONITORING,
        "schedule_type": ScheduleType.MANUAL,
    }
