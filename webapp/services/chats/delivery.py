"""Posts one promised message: lease, post, and write down what became of it."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update

from webapp import clock
from webapp.config import Settings
from webapp.enums import ChatStop, ClientStatus, DeliveryStatus
from webapp.errors import NotFoundError
from webapp.extensions import db
from webapp.models import ChatChannel, ChatMessage, Event, User
from webapp.models.base import rows_changed
from webapp.providers.base import ChatReply, ChatSender, OutgoingChat
from webapp.services.chats.messages import event_body, test_body
from webapp.services.chats.stopping import SWITCHED_OFF, ChatStopping
from webapp.services.delivery_leases import status_of, take
from webapp.services.delivery_outcomes import delivered, not_taken, refused, settle
from webapp.services.delivery_retries import GIVE_UP_AFTER
from webapp.services.secret_box import SealedSecretError, SecretBox
from webapp.services.transactions import atomic, snapshot

ADDRESS_COLUMN = "chat_channels.address"


@dataclass(frozen=True)
class Post:
    """What is to be posted, or `refusal`: why nothing may be, or `problem`: why it cannot."""

    message_id: uuid.UUID
    channel_id: uuid.UUID
    is_test: bool
    tries: int
    outgoing: OutgoingChat | None = None
    refusal: str | None = None
    problem: str | None = None


class ChatDelivering:
    """Tries to post a message once, as webhooks are delivered: see `WebhookDelivering`.

    A chat knows no ids, so a message whose worker died after the chat took it is posted again.
    """

    def __init__(
        self, *, sender: ChatSender, box: SecretBox, stopping: ChatStopping, settings: Settings
    ) -> None:
        self._sender = sender
        self._box = box
        self._stopping = stopping
        self._base_url = settings.public_url

    def deliver(self, message_id: uuid.UUID) -> DeliveryStatus:
        """Try once; returns the status afterwards. What is not due is left alone."""
        token = secrets.token_hex(16)
        if not take(ChatMessage, message_id, token):
            return status_of(ChatMessage, message_id)
        post = self._prepare(message_id)
        if post.refusal is not None:
            with atomic():
                return settle(ChatMessage, message_id, token, values=refused(post.refusal))
        if post.outgoing is None:
            return self._note(post, token, ChatReply(error=post.problem))
        return self._note(post, token, self._sender.send(post.outgoing))

    def _prepare(self, message_id: uuid.UUID) -> Post:
        with snapshot() as session:
            row = session.get(ChatMessage, message_id, populate_existing=True)
            channel = (
                session.get(ChatChannel, row.channel_id, populate_existing=True) if row else None
            )
            if row is None or channel is None:
                raise NotFoundError("There is no message with this id.")
            event = (
                session.get(Event, row.event_id, populate_existing=True) if row.event_id else None
            )
            known = (message_id, channel.id, row.is_test, row.tries + 1)
            refusal = _refusal(row, channel, event)
            if refusal is not None:
                return Post(*known, refusal=refusal)
            try:
                address = self._box.open(
                    channel.address, business_id=channel.business_id, column=ADDRESS_COLUMN
                )
            except SealedSecretError:
                problem = "Its address cannot be read since SECRET_KEY was changed: enter it again."
                return Post(*known, problem=problem)
            body = row.body or self._body(row, event)
            return Post(*known, outgoing=OutgoingChat(address, row.title, body))

    def _body(self, row: ChatMessage, event: Event | None) -> str:
        if event is None:
            return test_body(self._base_url)
        return event_body(event, row, base_url=self._base_url)

    def _note(self, post: Post, token: str, reply: ChatReply) -> DeliveryStatus:
        """Write the try, what it means for the message, and what it means for the channel."""
        now = clock.now()
        values = delivered(now)
        if reply.error is not None:
            values = not_taken(
                reply.error,
                tries=post.tries,
                now=now,
                retry_after=reply.retry_after,
                is_last=post.is_test or reply.is_gone,
            )
        if post.outgoing is not None:
            values |= {"body": post.outgoing.body, "response_status": reply.status}
        with atomic():
            values |= {"tries": post.tries}
            status = settle(ChatMessage, post.message_id, token, values=values)
            if reply.error is None:
                _note_success(post.channel_id, now)
            elif not post.is_test:
                self._note_failure(post, reply, now)
                status = status_of(ChatMessage, post.message_id)
        return status

    def _note_failure(self, post: Post, reply: ChatReply, now: datetime) -> None:
        """Remember since when all fails; switch off what is gone, or fails for days."""
        since = db.session.scalar(
            update(ChatChannel)
            .where(ChatChannel.id == post.channel_id)
            .values(failing_since=func.coalesce(ChatChannel.failing_since, now))
            .returning(ChatChannel.failing_since)
            .execution_options(synchronize_session=False)
        )
        if reply.is_gone:
            self._stopping.stop(post.channel_id, ChatStop.GONE)
        elif since is not None and now - since >= GIVE_UP_AFTER:
            self._stopping.stop(post.channel_id, ChatStop.FAILING)


def _refusal(row: ChatMessage, channel: ChatChannel, event: Event | None) -> str | None:
    """Say in plain words why a message may not go any more; None if it may."""
    if row.is_test:
        return None
    if not channel.is_active:
        return SWITCHED_OFF
    owner = db.session.get(User, channel.user_id) if channel.user_id is not None else None
    if owner is not None and not owner.is_active:
        return "Not posted: the account was disabled in the meantime."
    if event is None or event.hidden_at is not None:
        return "Not posted: the event was removed in the meantime."
    if event.client.status is ClientStatus.ARCHIVED:
        return "Not posted: the client was archived in the meantime."
    return None


def _note_success(channel_id: uuid.UUID, now: datetime) -> None:
    rows_changed(
        update(ChatChannel)
        .where(ChatChannel.id == channel_id)
        .values(last_success_at=now, failing_since=None)
    )
