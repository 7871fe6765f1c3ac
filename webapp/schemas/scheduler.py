"""The scheduler's state as it goes out."""

import uuid

from webapp.schemas.base import Answer, UtcTime


class RegisteredJobAnswer(Answer):
    """One schedule that the scheduler will start."""

    id: uuid.UUID
    name: str
    next_run: UtcTime | None


class SchedulerStatusAnswer(Answer):
    """Whether the scheduler lives, and what it will start for the caller's business."""

    running: bool
    total_jobs: int
    jobs: list[RegisteredJobAnswer]
    heartbeat_at: UtcTime | None
    tick_at: UtcTime | None
    workers: int
    queue_depth: int | None
