"""Delivers one message to a webhook."""

import uuid

from jobs.runtime import job
from webapp.container import services


@job
def deliver_webhook(delivery_id: str) -> None:
    services().webhooks.deliver(uuid.UUID(delivery_id))
