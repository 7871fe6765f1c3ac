"""Posts one message into a chat."""

import uuid

from jobs.runtime import job
from webapp.container import services


@job
def post_chat(message_id: str) -> None:
    services().chats.deliver(uuid.UUID(message_id))
