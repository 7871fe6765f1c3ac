"""Chats: who is told where, what is posted, and what becomes of it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.doubles.chats import ScriptedChats, chat_office
from tests.doubles.providers import result
from tests.doubles.queues import ListQueue
from tests.doubles.world import World
from tests.services.chat_world import (
    ADDRESS,
    channel,
    messages,
    mine,
    only,
    promise,
    team,
)
from webapp import clock
from webapp.config import Settings
from webapp.enums import (
    Channel,
    DeliveryStatus,
    Provenance,
    SimulationReason,
    Verdict,
)
from webapp.errors import InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import (
    Client,
    Event,
    Insight,
    NotificationDecision,
    User,
)
from webapp.queueing import JobName
from webapp.schemas.base import PageQuery
from webapp.schemas.chats import OwnChatInput
from webapp.services.actors import actor_of
from webapp.services.chats.messages import tame
from webapp.services.chats.outbox import INSIGHT_WAIT
from webapp.services.chats.service import ChatService
from webapp.services.preferences import UserPreferenceService
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


def test_an_address_lies_sealed_and_is_never_shown(service: ChatService, ana: User) -> None:
    team(service, ana)
    row = channel()
    assert "canary" not in row.address
    assert row.hint == "…ress"


def test_own_chat_follows_the_preferences_and_the_ledger_says_why(
    service: ChatService, ana: User, ben: User, halcyon: Client
) -> None:
    mine(service, ben)
    factories.preference(ben, relevance_threshold=0.8)
    assert promise(service, factories.event(halcyon, relevance_score=0.79)) == 0
    assert promise(service, factories.event(halcyon, relevance_score=0.81)) == 1
    assert "relevance 81 reaches the limit of 80" in only().reason
    decisions = UserPreferenceService().get_users_to_notify(factories.event(halcyon))
    chat = {each.user_id: each for each in decisions if each.channel is Channel.CHAT}
    assert (chat[ben.id].verdict, chat[ana.id].verdict) == (Verdict.SEND, Verdict.HOLD)
    assert chat[ana.id].reason == "messages to a chat of your own are off"


@pytest.mark.parametrize(
    ("wish", "changes"),
    [
        ({"categories": ["risk"]}, {}),
        ({"min_relevance": 0.9}, {}),
        ({"min_severity": "critical"}, {}),
        ({"client_ids": []}, {}),
        (
            {},
            {
                "provenance": Provenance.SIMULATED,
                "simulation_reason": SimulationReason.FALLBACK,
            },
        ),
    ],
)
def test_each_part_of_a_team_channels_filter_alone_decides(
    service: ChatService,
    ana: User,
    halcyon: Client,
    wish: dict[str, Any],
    changes: dict[str, Any],
) -> None:
    team(service, ana, **wish)
    assert promise(service, factories.event(halcyon, **changes)) == 0
    team(service, ana)
    assert promise(service, factories.event(halcyon)) >= 1


def test_an_event_is_posted_once_a_channel(
    service: ChatService, ana: User, ben: User, halcyon: Client
) -> None:
    team(service, ana)
    mine(service, ben)
    event = factories.event(halcyon)
    assert [promise(service, event) for _ in range(2)] == [2, 0]


def test_it_waits_for_its_insight_and_tells_it(
    service: ChatService, sender: ScriptedChats, queue: ListQueue, ana: User, halcyon: Client
) -> None:
    team(service, ana)
    event = factories.event(halcyon, relevance_score=0.9)
    promise(service, event)
    assert (service.due(9), queue.ids_of(JobName.POST_CHAT)) == ([], [])
    factories.save(
        Insight(
            business_id=event.business_id,
            event_id=event.id,
            why_it_matters="The sponsor leaves.",
            urgency=event.urgency,
            provider=event.classified_by,
            model="rules",
            prompt_version="1",
        )
    )
    with atomic():
        service.outbox.release([event.id])
    assert queue.ids_of(JobName.POST_CHAT) == [str(only().id)]
    assert service.deliver(only().id) is DeliveryStatus.DELIVERED
    (posted,) = sender.posted
    assert "Why it matters: The sponsor leaves." in posted.body
    assert posted.body.endswith(f"/events/{event.id}")
    assert (posted.address, only().body) == (ADDRESS, posted.body)


def test_without_an_insight_it_goes_after_half_a_minute(
    service: ChatService, ana: User, halcyon: Client
) -> None:
    team(service, ana)
    promise(service, factories.event(halcyon))
    clock.set_clock(clock.now() + INSIGHT_WAIT + timedelta(seconds=1))
    assert service.due(9) == [only().id]


def test_news_mention_nobody_and_link_nowhere() -> None:
    shown = tame("Hi @everyone <!channel> <at>Ana</at> [free](https://evil.example/x)\nbye", 200)
    for harm in ("@everyone", "<", ">", "](", "://", "\n"):
        assert harm not in shown
    assert "everyone" in shown


def test_a_run_posts_with_its_events_and_the_tick_finds_them(
    settings: Settings, ana: User, ben: User, halcyon: Client
) -> None:
    world = World(settings)
    team(world.services.chats, ana, client_ids=[str(halcyon.id)])
    mine(world.services.chats, ben)
    world.source.results = [result("Halcyon Health names Ida Berg chief financial officer")]
    world.run(factories.schedule(ana))
    rows = db.session.query(NotificationDecision).all()
    events = db.session.query(Event).count()
    assert len(rows) == 2 * events * len(Channel)
    assert len(messages()) == 2
    world.queue.jobs.clear()
    clock.set_clock(clock.now() + timedelta(minutes=1))
    assert world.services.tick.dispatch_chats() == 2
    for message_id in world.queue.ids_of(JobName.POST_CHAT):
        world.services.chats.deliver(uuid.UUID(message_id))
    assert {each.status for each in messages()} == {DeliveryStatus.DELIVERED}
    assert world.services.tick.dispatch_chats() == 0


def test_each_user_has_one_and_nobody_sees_anothers(
    service: ChatService, ana: User, ben: User
) -> None:
    mine(service, ben)
    own = mine(service, ben)
    assert service.mine(actor_of(ana)) is None
    assert list(service.list(actor_of(ana))) == []
    with pytest.raises(NotFoundError):
        service.get(actor_of(ana), own.id)
    service.send_test(actor_of(ben), own)
    assert service.deliver(only().id) is DeliveryStatus.DELIVERED
    listed, total = service.messages(actor_of(ben), own, PageQuery())
    assert (listed[0].is_test, total) == (True, 1)
    service.delete_mine(actor_of(ben))
    assert messages() == []


def test_an_address_of_no_chat_is_refused_and_nothing_changes(
    service: ChatService, ben: User
) -> None:
    mine(service, ben)
    before = channel().address
    with pytest.raises(InvalidInputError) as refused:
        service.save_mine(actor_of(ben), OwnChatInput(address="file:///etc/passwd"))
    assert [each.field for each in refused.value.errors] == ["address"]
    assert channel().address == before
