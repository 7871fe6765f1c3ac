"""Writes an insight that a user asked for."""

import uuid

from jobs.runtime import job
from webapp.container import services


@job
def write_insight(event_id: str) -> None:
    services().insight_requests.write(uuid.UUID(event_id))
