"""What tests of chats share: channels, promised messages, and how they stand."""

from typing import Any

from tests import factories
from webapp.extensions import db
from webapp.models import (
    ChatChannel,
    ChatMessage,
    Client,
    Event,
    User,
)
from webapp.schemas.chats import ChatInput, OwnChatInput
from webapp.services.actors import actor_of
from webapp.services.chats.service import ChatService
from webapp.services.preferences import UserPreferenceService
from webapp.services.transactions import atomic

ADDRESS = "https://hooks.slack.com/services/T0000/B0000/canary-of-the-address"


def team(service: ChatService, ana: User, **wish: Any) -> ChatChannel:
    given = ChatInput(**{"name": "#customer-news", "address": ADDRESS, **wish})
    return service.create(actor_of(ana), given)


def mine(service: ChatService, ben: User) -> ChatChannel:
    return service.save_mine(actor_of(ben), OwnChatInput(address=ADDRESS))


def promise(service: ChatService, event: Event, *, live: bool = True) -> int:
    decisions = UserPreferenceService().get_users_to_notify(event)
    with atomic():
        return service.outbox.promise_events(
            [(event, decisions)], business_id=event.business_id, has_live_sources=live
        )


def quiet_event(of: Client, **values: Any) -> Event:
    """An event that waits for no insight."""
    return factories.event(of, relevance_score=0.69, **values)


def messages() -> list[ChatMessage]:
    db.session.rollback()
    return db.session.query(ChatMessage).populate_existing().all()


def only() -> ChatMessage:
    (found,) = messages()
    return found


def channel() -> ChatChannel:
    db.session.rollback()
    return db.session.query(ChatChannel).populate_existing().one()
