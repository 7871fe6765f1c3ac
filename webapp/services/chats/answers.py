"""Builds the answers about chats and their messages."""

from collections.abc import Sequence

from webapp.models import ChatMessage
from webapp.schemas.base import PageQuery
from webapp.schemas.chats import ChatMessageAnswer, ChatMessageListAnswer


def messages_answer(
    found: tuple[Sequence[ChatMessage], int], query: PageQuery
) -> ChatMessageListAnswer:
    """Return a page of messages."""
    rows, total = found
    messages = [ChatMessageAnswer.model_validate(each) for each in rows]
    return ChatMessageListAnswer(messages=messages, total=total, skip=query.skip, limit=query.limit)
