"""What webhooks are promised: with the event, to whom it fits, once."""

import json
import uuid
from typing import Any

import pytest

from tests import factories
from tests.doubles.providers import result
from tests.doubles.queues import ListQueue
from tests.doubles.webhooks import ScriptedWebhooks, post_office
from tests.doubles.world import World
from webapp.config import Settings
from webapp.enums import (
    Category,
    DeliveryStatus,
    Provenance,
    RunStatus,
    Severity,
    SimulationReason,
    WebhookEventType,
)
from webapp.extensions import db
from webapp.models import Client, Event, User, Webhook, WebhookDelivery
from webapp.queueing import JobName
from webapp.schemas.webhooks import WebhookInput
from webapp.services.actors import actor_of
from webapp.services.transactions import atomic
from webapp.services.webhooks.service import WebhookService

pytestmark = pytest.mark.usefixtures("database")
URL = "https://hooks.example.com/beacon"


@pytest.fixture
def queue() -> ListQueue:
    return ListQueue()


@pytest.fixture
def service(settings: Settings, queue: ListQueue) -> WebhookService:
    return post_office(settings, ScriptedWebhooks(), queue=queue)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


def made(service: WebhookService, by: User, **wish: Any) -> Webhook:
    given = WebhookInput(**{"name": "CRM sync", "url": URL, **wish})
    return service.create(actor_of(by), given)[0]


def promised(service: WebhookService, event: Event, *, live: bool = True) -> int:
    with atomic():
        return service.outbox.promise_events(
            [event], business_id=event.business_id, has_live_sources=live
        )


def deliveries() -> list[WebhookDelivery]:
    db.session.rollback()
    return db.session.query(WebhookDelivery).order_by(WebhookDelivery.created_at).all()


def test_an_event_is_promised_with_its_facts_and_put_on_its_own_queue(
    service: WebhookService, queue: ListQueue, ana: User, halcyon: Client
) -> None:
    made(service, ana)
    event = factories.event(halcyon, title="Zoë's clinic opens")
    assert promised(service, event) == 1
    (row,) = deliveries()
    body = json.loads(row.payload)
    assert (body["type"], body["data"]["title"]) == ("event.created", "Zoë's clinic opens")
    assert body["data"]["client_name"] == halcyon.name
    assert body["data"]["link"].endswith(f"/events/{event.id}")
    assert body["timestamp"].endswith("Z")
    assert queue.ids_of(JobName.DELIVER_WEBHOOK) == [str(row.id)]


def test_the_same_event_is_promised_once_a_webhook(
    service: WebhookService, ana: User, halcyon: Client
) -> None:
    for _ in range(2):
        made(service, ana)
    event = factories.event(halcyon)
    assert [promised(service, event) for _ in range(2)] == [2, 0]
    assert len({row.message_id for row in deliveries()}) == 2


def test_each_new_judgement_is_told_once(
    service: WebhookService, ana: User, halcyon: Client
) -> None:
    made(service, ana, event_types=["event.updated"])
    event, trials = factories.event(halcyon), (uuid.uuid4(), uuid.uuid4())
    for revision in (trials[0], trials[0], trials[1]):
        with atomic():
            service.outbox.promise_update(event, revision=revision, has_live_sources=True)
    assert [row.event_type for row in deliveries()] == [WebhookEventType.EVENT_UPDATED] * 2
    assert promised(service, event) == 0


@pytest.mark.parametrize(
    ("wish", "changes"),
    [
        ({"categories": ["leadership_change"]}, {"category": Category.FUNDING}),
        ({"categories": ["relationship"]}, {"category": Category.FUNDING}),
        ({"min_relevance": 0.85}, {"relevance_score": 0.8499}),
        ({"min_severity": "high"}, {"severity": Severity.MEDIUM}),
    ],
)
def test_each_part_of_the_filter_alone_decides(
    service: WebhookService,
    ana: User,
    halcyon: Client,
    wish: dict[str, Any],
    changes: dict[str, Any],
) -> None:
    made(service, ana, **wish)
    assert promised(service, factories.event(halcyon)) == 1
    assert promised(service, factories.event(halcyon, **changes)) == 0


def test_only_the_chosen_clients_are_told(
    service: WebhookService, ana: User, halcyon: Client
) -> None:
    other = factories.client(ana.business, name="Castellan Bank")
    made(service, ana, client_ids=[str(halcyon.id)])
    assert [promised(service, factories.event(each)) for each in (halcyon, other)] == [1, 0]


@pytest.mark.parametrize(
    ("reason", "numbers"),
    [
        (SimulationReason.FALLBACK, [0, 0]),
        (SimulationReason.FORCED, [0, 1]),
        (SimulationReason.UNCONFIGURED, [0, 1]),
    ],
)
def test_nothing_invented_poses_as_news(
    service: WebhookService,
    ana: User,
    halcyon: Client,
    reason: SimulationReason,
    numbers: list[int],
) -> None:
    made(service, ana)
    event = factories.event(halcyon, provenance=Provenance.SIMULATED, simulation_reason=reason)
    assert [promised(service, event, live=live) for live in (True, False)] == numbers


def test_what_is_off_or_of_another_business_is_promised_nothing(
    service: WebhookService, ana: User, cleo: User, halcyon: Client
) -> None:
    boss = factories.user(cleo.business, name="Carl", role="admin")
    made(service, boss)
    service.switch(actor_of(ana), made(service, ana).id, is_on=False)
    assert promised(service, factories.event(halcyon)) == 0


def test_a_run_promises_its_events_and_its_failure(
    settings: Settings, ana: User, halcyon: Client
) -> None:
    assert halcyon.business_id == ana.business_id
    world = World(settings)
    made(world.services.webhooks, ana, event_types=["event.created", "run.failed"])
    world.source.results = [result("Halcyon Health names Ida Berg chief financial officer")]
    schedule = factories.schedule(ana)
    assert world.run(schedule).status is RunStatus.COMPLETED
    world.source.error = RuntimeError("the wire is cut")
    failed = world.run(schedule)
    told = {row.event_type: json.loads(row.payload)["data"] for row in deliveries()}
    event = db.session.query(Event).one()
    assert told[WebhookEventType.EVENT_CREATED]["id"] == str(event.id)
    assert failed.status is RunStatus.FAILED
    assert told[WebhookEventType.RUN_FAILED]["id"] == str(failed.id)


def test_a_rolled_back_event_promises_nothing(
    service: WebhookService, queue: ListQueue, ana: User, halcyon: Client
) -> None:
    made(service, ana)
    event = factories.event(halcyon)

    def crash() -> None:
        with atomic():
            service.outbox.promise_events(
                [event], business_id=event.business_id, has_live_sources=True
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert (deliveries(), queue.jobs) == ([], [])


def test_the_tick_finds_what_was_promised_and_never_queued(
    settings: Settings, ana: User, halcyon: Client
) -> None:
    world = World(settings)
    made(world.services.webhooks, ana)
    promised(world.services.webhooks, factories.event(halcyon))
    world.queue.jobs.clear()
    assert world.services.tick.dispatch_webhooks() == 1
    (delivery_id,) = world.queue.ids_of(JobName.DELIVER_WEBHOOK)
    assert world.services.webhooks.deliver(uuid.UUID(delivery_id)) is DeliveryStatus.DELIVERED
    assert world.services.tick.dispatch_webhooks() == 0
