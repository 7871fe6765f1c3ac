"""Chats over JSON: the team's channels for admins, and everybody's own one."""

import uuid
from http import HTTPStatus

from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.schemas.base import MessageAnswer, PageQuery
from webapp.schemas.chats import (
    ChatAnswer,
    ChatInput,
    ChatListAnswer,
    ChatMessageAnswer,
    ChatMessageListAnswer,
    ChatPatch,
    OwnChatAnswer,
    OwnChatInput,
    OwnChatPatch,
)
from webapp.services.access import Actor, Permission
from webapp.services.chats.answers import messages_answer

PREFIX = "/chat-channels"
api = Api("chats", prefix=PREFIX, tag="Chats")


@api.get(
    "/",
    permission=Permission.ADMINISTER,
    answer=ChatListAnswer,
    summary="List the team's chat channels",
)
def list_channels(actor: Actor) -> ChatListAnswer:
    """Answer with every channel of the team's."""
    found = [ChatAnswer.model_validate(each) for each in services().chats.list(actor)]
    return ChatListAnswer(channels=found, total=len(found))


@api.post(
    "/",
    permission=Permission.ADMINISTER,
    body=ChatInput,
    answer=ChatAnswer,
    status=HTTPStatus.CREATED,
    summary="Add a chat channel of the team's",
)
def create_channel(actor: Actor, body: ChatInput) -> tuple[ChatAnswer, dict[str, str]]:
    """Store a channel and answer with it; its address is not told again."""
    channel = services().chats.create(actor, body)
    location = {"Location": f"{API_ROOT}{PREFIX}/{channel.id}"}
    return ChatAnswer.model_validate(channel), location


@api.get(
    "/me",
    permission=Permission.VIEW,
    answer=OwnChatAnswer,
    summary="Get the caller's own chat",
)
def get_own(actor: Actor) -> OwnChatAnswer:
    """Answer with the caller's own chat; 404 where there is none."""
    return OwnChatAnswer.model_validate(services().chats.my_own(actor))


@api.put(
    "/me",
    permission=Permission.CHANGE_OWN_STATE,
    body=OwnChatInput,
    answer=OwnChatAnswer,
    summary="Set where the caller's own messages are posted",
)
def set_own(actor: Actor, body: OwnChatInput) -> OwnChatAnswer:
    """Store the address and switch it on; what is told follows the caller's preferences."""
    return OwnChatAnswer.model_validate(services().chats.save_mine(actor, body))


@api.put(
    "/me/active",
    permission=Permission.CHANGE_OWN_STATE,
    body=OwnChatPatch,
    answer=OwnChatAnswer,
    summary="Switch the caller's own chat on or off",
)
def switch_own(actor: Actor, body: OwnChatPatch) -> OwnChatAnswer:
    """Keep the address, and post there or not."""
    changed = services().chats.switch_mine(actor, is_on=body.is_active)
    return OwnChatAnswer.model_validate(changed)


@api.delete(
    "/me",
    permission=Permission.CHANGE_OWN_STATE,
    answer=MessageAnswer,
    summary="Forget the caller's own chat",
)
def delete_own(actor: Actor) -> MessageAnswer:
    """Delete address and messages."""
    services().chats.delete_mine(actor)
    return MessageAnswer(message="Your chat was forgotten.")


@api.post(
    "/me/test",
    permission=Permission.CHANGE_OWN_STATE,
    answer=ChatMessageAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Post a test to the caller's own chat",
)
def test_own(actor: Actor) -> ChatMessageAnswer:
    """Promise a test; the list of messages tells what came of it."""
    chats = services().chats
    return ChatMessageAnswer.model_validate(chats.send_test(actor, chats.my_own(actor)))


@api.get(
    "/me/messages",
    permission=Permission.VIEW,
    query=PageQuery,
    answer=ChatMessageListAnswer,
    summary="List what was promised to the caller's own chat",
)
def list_own_messages(actor: Actor, query: PageQuery) -> ChatMessageListAnswer:
    """Answer with a page of messages, the newest first."""
    chats = services().chats
    return messages_answer(chats.messages(actor, chats.my_own(actor), query), query)


@api.get(
    "/<uuid:channel_id>",
    permission=Permission.ADMINISTER,
    answer=ChatAnswer,
    summary="Get a chat channel of the team's",
)
def get_channel(actor: Actor, channel_id: uuid.UUID) -> ChatAnswer:
    """Answer with one channel."""
    return ChatAnswer.model_validate(services().chats.get(actor, channel_id))


@api.put(
    "/<uuid:channel_id>",
    permission=Permission.ADMINISTER,
    body=ChatPatch,
    answer=ChatAnswer,
    summary="Change a chat channel of the team's, or switch it on or off",
)
def update_channel(actor: Actor, body: ChatPatch, channel_id: uuid.UUID) -> ChatAnswer:
    """Merge the sent fields."""
    return ChatAnswer.model_validate(services().chats.update(actor, channel_id, body))


@api.delete(
    "/<uuid:channel_id>",
    permission=Permission.ADMINISTER,
    answer=MessageAnswer,
    summary="Delete a chat channel of the team's",
)
def delete_channel(actor: Actor, channel_id: uuid.UUID) -> MessageAnswer:
    """Delete a channel with its messages."""
    name = services().chats.delete(actor, channel_id)
    return MessageAnswer(message=f"The channel {name} was deleted.")


@api.post(
    "/<uuid:channel_id>/test",
    permission=Permission.ADMINISTER,
    answer=ChatMessageAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Post a test to a chat channel of the team's",
)
def test_channel(actor: Actor, channel_id: uuid.UUID) -> ChatMessageAnswer:
    """Promise a test; the list of messages tells what came of it."""
    chats = services().chats
    return ChatMessageAnswer.model_validate(chats.send_test(actor, chats.get(actor, channel_id)))


@api.get(
    "/<uuid:channel_id>/messages",
    permission=Permission.ADMINISTER,
    query=PageQuery,
    answer=ChatMessageListAnswer,
    summary="List what was promised to a chat channel of the team's",
)
def list_messages(actor: Actor, query: PageQuery, channel_id: uuid.UUID) -> ChatMessageListAnswer:
    """Answer with a page of messages, the newest first."""
    chats = services().chats
    return messages_answer(chats.messages(actor, chats.get(actor, channel_id), query), query)
