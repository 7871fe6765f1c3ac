"""Switching a chat channel off, with what it was still promised, and telling who should know."""

import uuid
from typing import Any

from sqlalchemy import select, update

from webapp import clock
from webapp.enums import ChatStop, DeliveryStatus, Role
from webapp.extensions import db
from webapp.models import ChatChannel, ChatMessage, User
from webapp.models.base import rows_changed
from webapp.services.email import EmailService
from webapp.services.notifications import NotificationService

SWITCHED_OFF = "The channel was switched off before it could be posted."
_WHY = {
    ChatStop.GONE: "the chat says that its address is no more",
    ChatStop.FAILING: "nothing but failures came back for five days",
}


class ChatStopping:
    """Joins the caller's transaction."""

    def __init__(self, *, notifications: NotificationService, email: EmailService) -> None:
        self._notifications = notifications
        self._email = email

    def stop(self, channel_id: uuid.UUID, reason: ChatStop) -> bool:
        """Switch a channel off; False if it was off. Who did not do it themselves is told."""
        now = clock.now()
        switched = rows_changed(
            update(ChatChannel)
            .where(ChatChannel.id == channel_id, ChatChannel.stopped_reason.is_(None))
            .values(stopped_reason=reason, stopped_at=now, updated_at=now)
        )
        if not switched:
            return False
        rows_changed(
            update(ChatMessage)
            .where(
                ChatMessage.channel_id == channel_id,
                ChatMessage.status == DeliveryStatus.PENDING,
                ChatMessage.is_test.is_(False),
                ChatMessage.lease_token.is_(None),
            )
            .values(status=DeliveryStatus.FAILED, next_attempt_at=None, error_message=SWITCHED_OFF)
        )
        if reason in _WHY:
            self._tell(db.session.get_one(ChatChannel, channel_id, populate_existing=True), reason)
        return True

    def _tell(self, channel: ChatChannel, reason: ChatStop) -> None:
        words: dict[str, Any] = {
            "business_id": channel.business_id,
            "user_ids": _concerned(channel),
            "body": f"Beacon switched it off because {_WHY[reason]}. Enter its address again.",
            "link": "/preferences/chat" if channel.user_id else f"/business/chats/{channel.id}",
            "dedupe_key": f"chat-stopped:{channel.id}:{channel.stopped_at:%Y%m%d%H%M%S}",
        }
        title = f"The chat “{channel.name}” was switched off"
        self._notifications.alert(title=title, **words)
        self._email.queue_alert(subject=title, **words)


def _concerned(channel: ChatChannel) -> list[int]:
    """Return the owner of a channel, or the admins where it is the team's."""
    if channel.user_id is not None:
        return [channel.user_id]
    admins = select(User.id).where(
        User.business_id == channel.business_id, User.is_active, User.role == Role.ADMIN
    )
    return list(db.session.scalars(admins))
