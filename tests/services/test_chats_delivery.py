"""Posting of one message: retries, what is gone, what fails for days, and a crash between."""

from datetime import timedelta

import pytest

from tests import factories
from tests.doubles.chats import ScriptedChats, chat_office
from tests.doubles.queues import ListQueue
from tests.services.chat_world import (
    channel,
    messages,
    mine,
    only,
    promise,
    quiet_event,
    team,
)
from webapp import clock
from webapp.config import Settings
from webapp.enums import (
    ChatStop,
    ClientStatus,
    DeliveryStatus,
    EmailType,
)
from webapp.extensions import db
from webapp.models import (
    Client,
    EmailLog,
    Event,
    User,
)
from webapp.providers.base import ChatReply
from webapp.services.chats.service import ChatService
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def sender() -> ScriptedChats:
    return ScriptedChats()


@pytest.fixture
def queue() -> ListQueue:
    return ListQueue()


@pytest.fixture
def service(settings: Settings, sender: ScriptedChats, queue: ListQueue) -> ChatService:
    return chat_office(settings, sender, queue=queue)


@pytest.fixture
def halcyon(ana: User, ben: User) -> Client:
    assert ana.business_id == ben.business_id
    return factories.client(ben.business, owner=ben)


BROKEN = ChatReply(status=500, error="The chat answered with status 500.")


def test_a_failure_is_tried_again_and_told_to_its_owner(
    service: ChatService, sender: ScriptedChats, ana: User, halcyon: Client
) -> None:
    team(service, ana)
    promise(service, quiet_event(halcyon))
    sender.replies = [BROKEN, ChatReply(status=429, error="slow down", retry_after=600)]
    assert service.deliver(only().id) is DeliveryStatus.PENDING
    assert (only().tries, only().response_status) == (1, 500)
    clock.set_clock(clock.now() + timedelta(minutes=1))
    service.deliver(only().id)
    at = only().next_attempt_at
    assert at is not None
    assert at - clock.now() > timedelta(minutes=9)
    clock.set_clock(at + timedelta(seconds=1))
    assert service.deliver(only().id) is DeliveryStatus.DELIVERED


def test_an_address_that_is_gone_ends_the_channel_and_its_owner_is_told(
    service: ChatService, sender: ScriptedChats, ben: User, halcyon: Client
) -> None:
    mine(service, ben)
    factories.preference(ben, relevance_threshold=0.1)
    promise(service, quiet_event(halcyon))
    sender.replies = [ChatReply(status=404, error="The address is no more.", is_gone=True)]
    assert service.deliver(only().id) is DeliveryStatus.FAILED
    assert channel().stopped_reason is ChatStop.GONE
    mail = db.session.query(EmailLog).filter_by(email_type=EmailType.ALERT).one()
    assert mail.user_id == ben.id
    mine(service, ben)
    assert channel().is_active


def test_five_days_of_nothing_but_failures_end_it(
    service: ChatService, sender: ScriptedChats, ana: User, halcyon: Client
) -> None:
    team(service, ana)
    promise(service, quiet_event(halcyon))
    sender.replies = [BROKEN, BROKEN]
    service.deliver(only().id)
    clock.set_clock(clock.now() + timedelta(days=5, minutes=1))
    assert service.deliver(only().id) is DeliveryStatus.FAILED
    assert channel().stopped_reason is ChatStop.FAILING


def test_what_changed_meanwhile_is_checked_again_when_it_is_posted(
    service: ChatService, sender: ScriptedChats, ana: User, ben: User, halcyon: Client
) -> None:
    factories.preference(ben, relevance_threshold=0.1)
    mine(service, ben)
    team(service, ana)
    first, second = quiet_event(halcyon), quiet_event(halcyon)
    promise(service, first)
    promise(service, second)
    by_team = {each.id for each in messages() if each.reason.startswith("it fits")}
    with atomic() as session:
        session.get_one(User, ben.id).is_active = False
        session.get_one(Event, second.id).hidden_at = clock.now()
    for each in messages():
        service.deliver(each.id)
    taken = [each for each in messages() if each.status is DeliveryStatus.DELIVERED]
    assert [(each.event_id, each.id in by_team) for each in taken] == [(first.id, True)]
    promise(service, quiet_event(halcyon))
    with atomic() as session:
        session.get_one(Client, halcyon.id).status = ClientStatus.ARCHIVED
    for message_id in service.due(9):
        service.deliver(message_id)
    assert len(sender.posted) == 1


def test_a_worker_that_dies_while_it_posts_leaves_the_promise(
    service: ChatService, sender: ScriptedChats, ana: User, halcyon: Client
) -> None:
    team(service, ana)
    promise(service, quiet_event(halcyon))

    def die() -> None:
        raise KeyboardInterrupt

    sender.before = die
    with pytest.raises(KeyboardInterrupt):
        service.deliver(only().id)
    sender.before = lambda: None
    assert service.due(9) == []
    clock.set_clock(clock.now() + timedelta(seconds=61))
    assert service.due(9) == [only().id]
    assert service.deliver(only().id) is DeliveryStatus.DELIVERED
