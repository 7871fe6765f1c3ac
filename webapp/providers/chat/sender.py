"""Posts into chats: Apprise writes each chat's format, our own client carries it there."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from webapp.enums import ChatKind
from webapp.providers.addresses import AddressGuard
from webapp.providers.base import ChatAddress, ChatReply, OutgoingChat, UnknownChatError
from webapp.providers.chat.addresses import CHATS, plugin_class, read_address
from webapp.providers.chat.requests_gate import Exchange, exchanging
from webapp.providers.feed_addresses import check_feed_url
from webapp.providers.http import HttpClient
from webapp.providers.http_answers import HttpAnswer, parse_retry_after

# Apprise writes whole addresses into its log lines, and they are secrets.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)

SECONDS = 15.0
MAX_RETRY_AFTER_SECONDS = 86_400.0
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_SHOWN = 4
_TEXT = "text"


class AppriseChatSender:
    """Sends to public addresses of the listed chats only.

    `bases` maps a chat's official address to the one that stands in for it.
    """

    def __init__(
        self, *, http: HttpClient, guard: AddressGuard, bases: Mapping[str, str] | None = None
    ) -> None:
        self._http = http.guarded_by(guard)
        self._guard = guard
        self._bases = bases or {}

    def read(self, text: str) -> ChatAddress:
        """Return the address in what was typed; raises UnknownChatError. Looks nothing up."""
        kind, parts = read_address(text)
        _plugin(text)
        host = parts.get("host")
        if host is not None:
            port = f":{parts['port']}" if parts.get("port") else ""
            refusal = check_feed_url(f"https://{host}{port}/", guard=self._guard)
            if refusal is not None:
                raise UnknownChatError(refusal)
        secret = str(next(reversed([v for v in parts.values() if isinstance(v, str) and v])))
        return ChatAddress(kind, text.strip(), f"{host or ''}…{secret[-_SHOWN:]}")

    def send(self, message: OutgoingChat) -> ChatReply:
        """Post a message; an error is part of the reply."""
        try:
            kind, plugin = _plugin(message.address)
        except UnknownChatError as error:
            return ChatReply(error=str(error))
        exchange = Exchange(http=self._http, bases=self._bases, seconds=SECONDS)
        with exchanging(exchange):
            is_taken = bool(
                plugin.notify(
                    body=message.body,
                    title=message.title,
                    body_format=_TEXT if CHATS[kind].escapes else None,
                )
            )
        return _reply(exchange, is_taken=is_taken)


def _plugin(text: str) -> tuple[ChatKind, Any]:
    kind, parts = read_address(text)
    try:
        return kind, plugin_class(kind)(**parts)
    except (TypeError, ValueError):
        raise UnknownChatError("This address is not complete.") from None


def _reply(exchange: Exchange, *, is_taken: bool) -> ChatReply:
    answer = exchange.answer
    if is_taken and answer is not None and answer.is_ok:
        return ChatReply(status=answer.status)
    if answer is None:
        return ChatReply(error=exchange.error or "The message could not be made for this chat.")
    return ChatReply(
        status=answer.status,
        error=exchange.error or _meaning(answer),
        is_gone=answer.status in _GONE,
        retry_after=parse_retry_after(
            answer.headers.get("retry-after"), at_most=MAX_RETRY_AFTER_SECONDS
        ),
    )


def _meaning(answer: HttpAnswer) -> str:
    """Say in words why a chat did not take a message."""
    if answer.status in _GONE:
        return f"The chat says that this address is no more ({answer.status})."
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return "The chat asks to slow down (429)."
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return f"The chat does not accept this address ({answer.status})."
    if answer.is_ok:
        return "The chat answered, but did not take the message."
    return f"The chat answered with status {answer.status}."
