"""Chats: each gets its own format over our own client, and nothing else is ever posted to."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.providers.chat.addresses import ADDRESSES, DISCORD, HOSTS, MATTERMOST, SLACK, TEAMS
from webapp.enums import ChatKind
from webapp.providers.addresses import AddressGuard
from webapp.providers.base import OutgoingChat, UnknownChatError
from webapp.providers.chat import sender as sending
from webapp.providers.chat.sender import AppriseChatSender
from webapp.providers.http import HttpClient

pytest.importorskip("apprise")
TITLE, BODY = (
    "[Risk] Halcyon Health: CFO steps down",
    "Relevance 85\nhttps://beacon.example.com/e/1",
)
CLOSED = AppriseChatSender(http=HttpClient(), guard=AddressGuard())


def well(request: Request) -> Answer:
    """Answer as the chats do."""
    if "slack" in request.path or "services" in request.path:
        return Answer("ok")
    return Answer({"ok": True, "result": {}})


@contextmanager
def chat_server(answer: Answer | None = None) -> Iterator[tuple[LocalServer, AppriseChatSender]]:
    """A server that stands in for every chat, and what posts to it."""
    with serve(lambda request: answer or well(request)) as server:
        guard = AddressGuard([server.host_port])
        bases = dict.fromkeys(HOSTS, server.url)
        yield server, AppriseChatSender(http=HttpClient(), guard=guard, bases=bases)


def message(kind: ChatKind, *, title: str = TITLE, body: str = BODY) -> OutgoingChat:
    return OutgoingChat(ADDRESSES[kind], title, body)


@pytest.mark.parametrize("kind", ChatKind)
def test_each_chat_gets_title_and_body_in_its_own_format(kind: ChatKind) -> None:
    with chat_server() as (server, sender):
        reply = sender.send(message(kind))
    assert (reply.error, reply.status) == (None, 200)
    (request,) = server.requests
    sent = json.dumps(request.json())
    assert "CFO steps down" in sent
    assert "beacon.example.com/e/1" in sent


def test_telegram_and_slack_get_their_own_escapes() -> None:
    for kind in (ChatKind.TELEGRAM, ChatKind.SLACK):
        with chat_server() as (server, sender):
            sender.send(message(kind, title="Tea & Co", body="Q & A"))
        assert b"Tea &amp; Co" in server.requests[0].body
        assert b"Q &amp; A" in server.requests[0].body


def test_mattermost_is_told_who_posts() -> None:
    with chat_server() as (server, sender):
        sender.send(message(ChatKind.MATTERMOST))
    assert server.requests[0].json()["username"] == "Beacon"


def test_teams_gets_an_adaptive_card() -> None:
    with chat_server() as (server, sender):
        sender.send(message(ChatKind.TEAMS))
    (request,) = server.requests
    (card,) = request.json()["attachments"]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert request.query["sig"] == "KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A"


@pytest.mark.parametrize("kind", ChatKind)
def test_a_hint_tells_addresses_apart_and_gives_none_away(kind: ChatKind) -> None:
    found = CLOSED.read(ADDRESSES[kind])
    assert found.kind is kind
    assert len(found.hint.rpartition("…")[2]) == 4
    assert ADDRESSES[kind] not in repr(found)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://example.com/",
        "file:///etc/passwd",
        "json://hooks.example.com/",
        "jsons://hooks.example.com/",
        "mailto://user:pass@example.com",
        "syslog://",
        "dbus://",
        "xml://127.0.0.1/",
        "mmost://chat.example.com/3ccdd113474722377935511fc85d3dd4",
        "mmosts://127.0.0.1/3ccdd113474722377935511fc85d3dd4",
        "mmosts://chat.example.com/3ccdd113474722377935511fc85d3dd4?verify=no",
        "mmosts://user@chat.example.com/3ccdd113474722377935511fc85d3dd4",
        "https://10.0.0.1/hooks/3ccdd113474722377935511fc85d3dd4",
        "https://localhost/hooks/3ccdd113474722377935511fc85d3dd4",
        "https://chat.example.com:8443/hooks/3ccdd113474722377935511fc85d3dd4",
        "workflows://169.254.169.254/abcd/efgh",
        "workflows://example.com/abcd/efgh?template=file:///etc/passwd",
        "slack://T1JJ3T3L2",
        "slack://xoxb-1234-1234-abcdefghijklmnopqrstuvwx/#general",
        "tgram://123456789:abcdefghijklmnopqrstuvwxyz012345678",
        "slack://a b/c",
        "https://[",
        SLACK + "/#general",
        "x" * 3000,
    ],
)
def test_everything_else_is_refused(address: str) -> None:
    with pytest.raises(UnknownChatError):
        CLOSED.read(address)
    assert CLOSED.send(OutgoingChat(address, TITLE, BODY)).error


def test_a_retired_connector_is_named_as_one() -> None:
    with pytest.raises(UnknownChatError, match="retired connectors"):
        CLOSED.read("https://contoso.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4")


@pytest.mark.parametrize("kind", [ChatKind.TEAMS, ChatKind.DISCORD, ChatKind.GOOGLE_CHAT])
def test_no_option_of_apprise_is_smuggled_in(kind: ChatKind) -> None:
    address = ADDRESSES[kind]
    evil = "template=file:///etc/passwd&verify=no&redirect=yes&avatar_url=http://10.0.0.1/&retry=9"
    joined = address + ("&" if "?" in address else "?") + evil
    with chat_server(Answer("no", status=500)) as (server, sender):
        sender.send(OutgoingChat(joined, TITLE, BODY))
    (request,) = server.requests
    assert b"root:" not in request.body
    assert b"10.0.0.1" not in request.body


@pytest.mark.parametrize(
    ("answer", "told", "is_gone"),
    [
        (Answer("no_service", status=404), "is no more", True),
        (Answer("gone", status=410), "is no more", True),
        (Answer("invalid_token", status=403), "does not accept", False),
        (Answer("broken", status=500), "status 500", False),
        (Answer("", status=302, headers={"Location": "http://169.254.169.254/"}), "302", False),
    ],
)
def test_what_a_chat_refuses_is_told_in_words(answer: Answer, told: str, is_gone: bool) -> None:  # noqa: FBT001 -- a value of the table
    with chat_server(answer) as (server, sender):
        reply = sender.send(message(ChatKind.SLACK))
    assert told in (reply.error or "")
    assert reply.is_gone is is_gone
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", [ChatKind.SLACK, ChatKind.DISCORD, ChatKind.TELEGRAM])
def test_who_asks_to_slow_down_is_asked_once(kind: ChatKind) -> None:
    headers = {"Retry-After": "7", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}
    with chat_server(Answer({"retry_after": 7}, status=429, headers=headers)) as (server, sender):
        reply = sender.send(message(kind))
    assert (reply.status, reply.retry_after) == (429, 7)
    assert len(server.requests) == 1


def test_who_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    with chat_server(Answer("ok", delay=1)) as (_, sender):
        assert "took longer" in (sender.send(message(ChatKind.SLACK)).error or "")


def test_a_name_that_leads_inside_is_refused_when_it_is_posted_to() -> None:
    with serve(well) as server:
        port = int(server.url.rsplit(":", 1)[1])
        inside = HttpClient(resolve=lambda _host, _port: ["127.0.0.1"])
        sender = AppriseChatSender(
            http=inside,
            guard=AddressGuard(),
            bases={"https://chat.example.com": "http://chat.example.com"},
        )
        reply = sender.send(OutgoingChat(MATTERMOST, TITLE, BODY))
        assert "private network" in (reply.error or "")
        assert (server.requests, port > 0) == ([], True)


def test_no_address_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with chat_server(Answer("broken", status=500)) as (_, sender):
        for address in (SLACK, DISCORD, TEAMS):
            sender.send(OutgoingChat(address, TITLE, BODY))
    for secret in ("TIiajkdnlazkcOXrIdevi7FQ", "abc-DEF_1234", "KODuebWbDGYFr0z0eu"):
        assert secret not in caplog.text
