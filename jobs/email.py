"""Sends one mail of the outbox."""

import uuid

from jobs.runtime import job
from webapp.container import services


@job
def send_email(log_id: str) -> None:
    services().email.deliver(uuid.UUID(log_id))
