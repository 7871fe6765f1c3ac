"""Writes an insight that a user asked for."""

import uuid

from jobs.runtime import job
from webapp.container import services, work_for
from webapp.models import Event


@job
def write_insight(event_id: str) -> None:
    work_for(services().own_keys.business_of(Event, uuid.UUID(event_id)))
    services().insight_requests.write(uuid.UUID(event_id))
