"""Stand-ins around chats: a way out that answers as planned, and the service over it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask

from tests.doubles.mail import ScriptedMail
from tests.doubles.queues import ListQueue
from webapp.config import Settings
from webapp.container import EXTENSION
from webapp.enums import ChatKind
from webapp.providers.base import (
    ChatAddress,
    ChatReply,
    ChatSender,
    OutgoingChat,
    UnknownChatError,
)
from webapp.services.chats.delivery import ChatDelivering
from webapp.services.chats.outbox import ChatOutbox
from webapp.services.chats.service import ChatService
from webapp.services.chats.stopping import ChatStopping
from webapp.services.email import EmailService
from webapp.services.notifications import NotificationService
from webapp.services.secret_box import SecretBox

TAKEN = ChatReply(status=200)


@dataclass
class ScriptedChats:
    """Knows addresses of Slack, and answers with the planned replies in turn, then with success."""

    replies: list[ChatReply] = field(default_factory=list)
    posted: list[OutgoingChat] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def read(self, text: str) -> ChatAddress:
        if not text.startswith("https://hooks.slack.com/"):
            raise UnknownChatError("This is no address of a chat.")
        return ChatAddress(ChatKind.SLACK, text, f"…{text[-4:]}")

    def send(self, message: OutgoingChat) -> ChatReply:
        self.before()
        self.posted.append(message)
        return self.replies.pop(0) if self.replies else TAKEN


def chat_office(
    settings: Settings, sender: ChatSender, *, queue: ListQueue | None = None
) -> ChatService:
    """The service of chats over a way out."""
    jobs = queue or ListQueue()
    email = EmailService(provider=ScriptedMail(), queue=jobs, settings=settings)
    stopping = ChatStopping(notifications=NotificationService(), email=email)
    box = SecretBox(settings)
    return ChatService(
        outbox=ChatOutbox(queue=jobs, settings=settings),
        delivering=ChatDelivering(sender=sender, box=box, stopping=stopping, settings=settings),
        stopping=stopping,
        sender=sender,
        box=box,
    )


def put_chats_into(app: Flask, service: ChatService, patch: pytest.MonkeyPatch) -> None:
    """Have an app's pages and routes use this service."""
    built = app.extensions[EXTENSION]
    patch.setitem(app.extensions, EXTENSION, replace(built, chats=service))
