"""Webhooks over real HTTP: whatever the other side does, it is bounded, told and tried again."""

import itertools
import socket
import time
from collections.abc import Callable

import pytest
from standardwebhooks import Webhook as Reference

from tests.doubles.local_server import Answer, Request, serve
from tests.doubles.webhooks import post_office
from webapp.config import Settings
from webapp.enums import DeliveryStatus
from webapp.errors import InvalidInputError
from webapp.extensions import db
from webapp.models import User, Webhook, WebhookAttempt, WebhookDelivery
from webapp.providers import registry
from webapp.providers.addresses import AddressGuard
from webapp.providers.http import HttpClient
from webapp.providers.webhooks import sender as sending
from webapp.providers.webhooks.sender import HttpWebhookSender
from webapp.schemas.webhooks import WebhookInput, WebhookPatch
from webapp.services.actors import actor_of
from webapp.services.webhooks.service import WebhookService

pytestmark = pytest.mark.usefixtures("sqlite_only")


def office(settings: Settings, *hosts: str) -> WebhookService:
    allowed = settings.model_copy(update={"outbound_allow_hosts": hosts})
    http = registry.build_http(allowed)
    return post_office(allowed, registry.build_webhook_sender(allowed, http))


def delivered(
    settings: Settings, ana: User, respond: Callable[[Request], Answer]
) -> tuple[WebhookDelivery, WebhookAttempt, list[Request], str]:
    """Send one test to a server that answers the first look well, and what was sent otherwise."""
    answer = lambda request: Answer() if request.method == "HEAD" else respond(request)  # noqa: E731 -- one expression
    with serve(answer) as server:
        service = office(settings, server.host_port)
        given = WebhookInput(name="CRM sync", url=f"{server.url}/hook?room=1")
        webhook, secret = service.create(actor_of(ana), given)
        made = service.send_test(actor_of(ana), webhook.id)
        service.deliver(made.id)
        posts = [each for each in server.requests if each.method != "HEAD"]
    db.session.rollback()
    row = db.session.get_one(WebhookDelivery, made.id, populate_existing=True)
    return row, db.session.query(WebhookAttempt).one(), posts, secret


def test_a_consumer_verifies_what_comes_over_the_wire(settings: Settings, ana: User) -> None:
    row, attempt, (post,), secret = delivered(
        settings, ana, lambda _: Answer("thanks", headers={"X-Trace": "7"})
    )
    assert Reference(secret).verify(post.body, dict(post.headers))["type"] == "webhook.test"
    assert (post.headers["content-type"], post.query) == ("application/json", {"room": "1"})
    assert row.status is DeliveryStatus.DELIVERED
    assert (attempt.response_body, attempt.response_headers["x-trace"]) == ("thanks", "7")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer("<h1>broken", status=500), "status 500"),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), "redirect"),
        (Answer(status=410), "gone for good"),
        (Answer(status=429, headers={"Retry-After": "9"}), "slow down"),
    ],
)
def test_what_is_no_success_is_told_in_words(
    settings: Settings, ana: User, answer: Answer, told: str
) -> None:
    row, attempt, posts, _ = delivered(settings, ana, lambda _: answer)
    assert row.status is DeliveryStatus.FAILED
    assert told in (row.error_message or "")
    assert attempt.response_status == answer.status
    assert len(posts) == 1


def test_a_huge_body_is_cut_and_the_message_counts_as_delivered(
    settings: Settings, ana: User
) -> None:
    row, attempt, _, _ = delivered(
        settings, ana, lambda _: Answer(itertools.repeat(b"x" * 65_536, 200))
    )
    assert row.status is DeliveryStatus.DELIVERED
    assert attempt.response_body == "x" * sending.MAX_BODY_BYTES


def test_what_no_database_keeps_is_replaced(settings: Settings, ana: User) -> None:
    _, attempt, _, _ = delivered(settings, ana, lambda _: Answer(b"a\x00b\xff"))
    assert attempt.response_body == "a\ufffdb\ufffd"


def test_who_hangs_is_given_up_in_time(
    settings: Settings, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    began = time.monotonic()
    row, attempt, _, _ = delivered(settings, ana, lambda _: Answer(delay=2))
    assert time.monotonic() - began < 1.9
    assert (row.status, attempt.response_status) == (DeliveryStatus.FAILED, None)
    assert "took longer" in (row.error_message or "")


def test_where_nobody_listens_is_refused_at_first_and_told_later(
    settings: Settings, ana: User
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as line:
        nobody = f"127.0.0.1:{line.getsockname()[1]}"
    with serve(lambda _: Answer()) as server:
        service = office(settings, server.host_port, nobody)
        given = WebhookInput(name="CRM sync", url=server.url)
        webhook, _ = service.create(actor_of(ana), given)
    with pytest.raises(InvalidInputError, match="Nothing answers at this address"):
        service.create(actor_of(ana), WebhookInput(name="CRM sync", url=f"http://{nobody}/"))
    moved_to(webhook, f"http://{nobody}/")
    service.deliver(service.send_test(actor_of(ana), webhook.id).id)
    assert "could not be reached" in (attempt().error_message or "")


def attempt() -> WebhookAttempt:
    db.session.rollback()
    return db.session.query(WebhookAttempt).one()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://127.0.0.1/", "private network"),
        ("https://2130706433/", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("https://localhost/", "private networks"),
        ("https://hooks.example.com:8080/", "Port 8080"),
        ("ftp://hooks.example.com/", "http"),
        ("https://user:pw@hooks.example.com/", "password"),
        ("http://hooks.example.com/", "https://"),
        ("hooks", "https addresses"),
        ("https://[", "web address"),
    ],
)
def test_an_address_that_nothing_may_be_sent_to_is_refused(
    settings: Settings, ana: User, url: str, told: str
) -> None:
    public = settings.model_copy(update={"public_url": "https://beacon.example.com"})
    service = office(public)
    with pytest.raises(InvalidInputError, match=told.replace(".", r"\.")) as refused:
        service.create(actor_of(ana), WebhookInput(name="CRM sync", url=url))
    assert [each.field for each in refused.value.errors] == ["url"]
    assert db.session.query(Webhook).count() == 0


def test_a_name_that_leads_inside_later_is_refused_when_it_is_sent(
    settings: Settings, ana: User
) -> None:
    public, inside = ["203.0.113.9"], ["127.0.0.1"]
    with serve(lambda _: Answer()) as server:
        port = int(server.url.rsplit(":", 1)[1])
        answers = [inside]
        http = HttpClient(resolve=lambda _host, _port: answers[0])
        guard = AddressGuard([f"open.example.com:{port}"])
        real = HttpWebhookSender(http=http, guard=guard, needs_https=True)
        service = post_office(settings, real)
        given = WebhookInput(name="CRM sync", url=f"http://open.example.com:{port}/")
        webhook, _ = service.create(actor_of(ana), given)  # allowed by name, wherever it leads
        answers[0] = public
        with pytest.raises(InvalidInputError):  # a name that leads to no public address now
            service.update(
                actor_of(ana), webhook.id, WebhookPatch(url="https://other.example.com/")
            )
        seen = len(server.requests)
        moved_to(webhook, "https://other.example.com/")
        answers[0] = inside
        service.deliver(service.send_test(actor_of(ana), webhook.id).id)
        assert "private network" in (attempt().error_message or "")
        assert len(server.requests) == seen


def moved_to(webhook: Webhook, url: str) -> None:
    """Write an address past every check, as if its name had led elsewhere when it was saved."""
    with db.session.no_autoflush:
        db.session.rollback()
        db.session.execute(db.update(Webhook).where(Webhook.id == webhook.id).values(url=url))
        db.session.commit()


def test_an_address_that_has_moved_is_refused(settings: Settings, ana: User) -> None:
    elsewhere = Answer(status=301, headers={"Location": "https://example.com/"})
    with serve(lambda _: elsewhere) as server, pytest.raises(InvalidInputError, match="moved"):
        office(settings, server.host_port).create(
            actor_of(ana), WebhookInput(name="CRM sync", url=server.url)
        )
