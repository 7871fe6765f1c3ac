"""Sends mails of the outbox."""

import uuid

from jobs.runtime import job
from webapp.container import services


@job
def send_email(*log_ids: str) -> None:
    services().email.deliver_all([uuid.UUID(log_id) for log_id in log_ids])
