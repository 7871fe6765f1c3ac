"""ChatService: a user's own chat and the team's channels, with what was posted to each."""

import logging
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from webapp.enums import ChatStop, DeliveryStatus
from webapp.errors import ConflictError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import ChatChannel, ChatMessage, User
from webapp.models.base import new_uuid
from webapp.providers.base import ChatSender, UnknownChatError
from webapp.schemas.base import PageQuery
from webapp.schemas.chats import ChatInput, ChatPatch, OwnChatInput
from webapp.services.access import Actor, Permission, get_owned, scoped
from webapp.services.chats.delivery import ADDRESS_COLUMN, ChatDelivering
from webapp.services.chats.outbox import ChatOutbox
from webapp.services.chats.stopping import ChatStopping
from webapp.services.delivery_leases import due_ids
from webapp.services.event_wishes import client_texts
from webapp.services.schedule_rules import check_clients
from webapp.services.secret_box import SecretBox
from webapp.services.transactions import atomic

MAX_CHANNELS = 20
OWN_NAME = "My chat"
_PLAIN = ("name", "categories", "min_relevance", "min_severity")
log = logging.getLogger(__name__)


class ChatService:
    """Keeps channels, and has what they were promised posted.

    The team's are the admins' alone; a user's own one is seen by nobody else.
    """

    def __init__(
        self,
        *,
        outbox: ChatOutbox,
        delivering: ChatDelivering,
        stopping: ChatStopping,
        sender: ChatSender,
        box: SecretBox,
    ) -> None:
        self.outbox = outbox
        self._delivering = delivering
        self._stopping = stopping
        self._sender = sender
        self._box = box

    def list(self, actor: Actor) -> Sequence[ChatChannel]:
        """Return the team's channels, by name."""
        actor.require(Permission.ADMINISTER)
        team = scoped(ChatChannel, actor.business_id).where(ChatChannel.user_id.is_(None))
        return db.session.scalars(team.order_by(func.lower(ChatChannel.name), ChatChannel.id)).all()

    def get(self, actor: Actor, channel_id: uuid.UUID) -> ChatChannel:
        """Return one of the team's channels."""
        actor.require(Permission.ADMINISTER)
        found = get_owned(ChatChannel, channel_id, actor.business_id)
        if found.user_id is not None:
            raise NotFoundError("There is no chat channel with this id.")
        return found

    def mine(self, actor: Actor) -> ChatChannel | None:
        """Return the actor's own chat, or None."""
        actor.require(Permission.VIEW)
        own = scoped(ChatChannel, actor.business_id).where(ChatChannel.user_id == actor.user_id)
        return db.session.scalar(own)

    def my_own(self, actor: Actor) -> ChatChannel:
        """Return the actor's own chat; raises NotFoundError where there is none."""
        found = self.mine(actor)
        if found is None:
            raise NotFoundError("You have no chat of your own here.")
        return found

    def create(self, actor: Actor, given: ChatInput) -> ChatChannel:
        """Store a channel of the team's; raises InvalidInputError for an address of no chat."""
        actor.require(Permission.ADMINISTER)
        with atomic() as session:
            _check_number(actor)
            check_clients(actor, given.client_ids)
            channel = ChatChannel(
                id=new_uuid(),
                business_id=actor.business_id,
                created_by_user_id=actor.user_id,
                client_ids=client_texts(given.client_ids),
                **given.model_dump(include=set(_PLAIN)),
            )
            self._give_address(channel, given.address)
            session.add(channel)
        return channel

    def update(self, actor: Actor, channel_id: uuid.UUID, patch: ChatPatch) -> ChatChannel:
        """Change the fields that were sent; an address that is not sent stays as it is."""
        sent = patch.model_fields_set
        with atomic() as session:
            channel = self.get(actor, channel_id)
            for name in sent.intersection(_PLAIN):
                setattr(channel, name, getattr(patch, name))
            if "client_ids" in sent:
                check_clients(actor, patch.client_ids)
                channel.client_ids = client_texts(patch.client_ids)
            if "address" in sent:
                self._give_address(channel, patch.address)
            session.flush()
            if "is_active" in sent:
                self._switch(channel, is_on=patch.is_active)
        return channel

    def save_mine(self, actor: Actor, given: OwnChatInput) -> ChatChannel:
        """Set where the actor's own messages go; it is on from now on."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            _take_turns(actor)
            channel = self.mine(actor) or ChatChannel(
                id=new_uuid(),
                business_id=actor.business_id,
                user_id=actor.user_id,
                created_by_user_id=actor.user_id,
                name=OWN_NAME,
            )
            self._give_address(channel, given.address)
            session.add(channel)
            self._switch(channel, is_on=True)
        return channel

    def switch_mine(self, actor: Actor, *, is_on: bool) -> ChatChannel:
        """Switch the actor's own chat on or off; a second time changes nothing."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic():
            channel = self.my_own(actor)
            self._switch(channel, is_on=is_on)
        return channel

    def delete(self, actor: Actor, channel_id: uuid.UUID) -> str:
        """Delete a channel of the team's with its messages; returns its name."""
        with atomic() as session:
            channel = self.get(actor, channel_id)
            name = channel.name
            session.delete(channel)
        return name

    def delete_mine(self, actor: Actor) -> None:
        """Forget the actor's own chat with its address and messages."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            session.delete(self.my_own(actor))

    def send_test(self, actor: Actor, channel: ChatChannel) -> ChatMessage:
        """Promise a test to a channel that the actor was given, also while it is off."""
        actor.require(Permission.CHANGE_OWN_STATE)
        with atomic() as session:
            found = get_owned(ChatChannel, channel.id, actor.business_id)
            message_id = self.outbox.promise_test(found)
            return session.get_one(ChatMessage, message_id)

    def messages(
        self, actor: Actor, channel: ChatChannel, query: PageQuery
    ) -> tuple[Sequence[ChatMessage], int]:
        """Return one part of what was promised to a channel that the actor was given."""
        actor.require(Permission.VIEW)
        found = scoped(ChatMessage, actor.business_id).where(ChatMessage.channel_id == channel.id)
        total = db.session.scalar(found.with_only_columns(func.count())) or 0
        page = found.order_by(ChatMessage.created_at.desc(), ChatMessage.id.desc())
        return db.session.scalars(page.offset(query.skip).limit(query.limit)).all(), total

    def deliver(self, message_id: uuid.UUID) -> DeliveryStatus | None:
        """Try to post one message; None where it was deleted meanwhile."""
        try:
            return self._delivering.deliver(message_id)
        except NotFoundError:
            log.info("chat message %s was deleted before it was posted", message_id)
            return None

    def due(self, limit: int) -> Sequence[uuid.UUID]:
        """Return messages that are due and that no worker holds."""
        return due_ids(ChatMessage, limit)

    def _give_address(self, channel: ChatChannel, text: str) -> None:
        try:
            found = self._sender.read(text)
        except UnknownChatError as error:
            raise InvalidInputError.of("address", str(error)) from None
        channel.kind, channel.hint = found.kind, found.hint
        channel.address = self._box.seal(
            found.url, business_id=channel.business_id, column=ADDRESS_COLUMN
        )
        channel.failing_since = None

    def _switch(self, channel: ChatChannel, *, is_on: bool) -> None:
        if is_on:
            channel.stopped_reason = channel.stopped_at = channel.failing_since = None
        elif self._stopping.stop(channel.id, ChatStop.SWITCHED_OFF):
            db.session.refresh(channel)


def _take_turns(actor: Actor) -> None:
    """Let one request at a time set a user's own chat."""
    db.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update())


def _check_number(actor: Actor) -> None:
    team = scoped(ChatChannel, actor.business_id).where(ChatChannel.user_id.is_(None))
    if (db.session.scalar(team.with_only_columns(func.count())) or 0) >= MAX_CHANNELS:
        raise ConflictError(f"A team can have {MAX_CHANNELS} channels. Delete one first.")
