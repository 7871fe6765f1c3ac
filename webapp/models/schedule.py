"""Automation schedules: what runs when, and how the last run went."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.enums import DependencyCondition, JobType, LastRunStatus, ScheduleType
from webapp.models.base import Base, EnumText, JsonValue, Owned, Timestamps, UtcDateTime, UuidKey


class AutomationSchedule(UuidKey, Owned, Timestamps, Base):
    """A user's standing order. `next_run_at` is the slot that will be claimed next."""

    __tablename__ = "automation_schedules"
    __table_args__ = (
        Index("ix_automation_schedules_is_active_next_run_at", "is_active", "next_run_at"),
        Index("ix_automation_schedules_depends_on_schedule_id", "depends_on_schedule_id"),
        Index("ix_automation_schedules_business_id_created_at", "business_id", "created_at"),
    )

    created_by_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    job_type: Mapped[JobType] = mapped_column(EnumText(JobType))
    client_ids: Mapped[list[str] | None] = mapped_column(JsonValue)
    config: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    schedule_type: Mapped[ScheduleType] = mapped_column(EnumText(ScheduleType))
    cron_expression: Mapped[str | None] = mapped_column(String(120))
    hour_of_day: Mapped[int | None]
    minute_of_hour: Mapped[int | None]
    day_of_week: Mapped[int | None]
    day_of_month: Mapped[int | None]
    timezone: Mapped[str | None] = mapped_column(String(64))
    grace_minutes: Mapped[int] = mapped_column(default=60)
    is_active: Mapped[bool] = mapped_column(default=True)
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_run_status: Mapped[LastRunStatus | None] = mapped_column(EnumText(LastRunStatus))
    # use_alter: runs point back at schedules, so one of the two keys is added afterwards
    last_run_job_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_runs.id", ondelete="SET NULL", use_alter=True)
    )
    consecutive_failures: Mapped[int] = mapped_column(default=0)
    last_error_message: Mapped[str | None] = mapped_column(Text)
    last_error_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_reason: Mapped[str | None] = mapped_column(String(200))
    depends_on_schedule_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("automation_schedules.id", ondelete="SET NULL")
    )
    depends_on_condition: Mapped[DependencyCondition | None] = mapped_column(
        EnumText(DependencyCondition)
    )
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue, default=list)
