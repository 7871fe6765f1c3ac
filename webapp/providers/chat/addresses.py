"""Which chats may be posted to, and which parts of an address each takes.

The list is closed: Apprise knows schemes that write files, run programs and post anywhere. Of an
address only the named parts are used, so that none of Apprise's options (templates read from a
file, certificates not checked, redirects followed) can be smuggled in.
"""

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from webapp.enums import ChatKind
from webapp.providers.base import UnknownChatError
from webapp.providers.chat.requests_gate import RequestsGate

MAX_LENGTH = 2_000
NAME = "Beacon"
"""Who posts, where a chat asks for a name."""
KNOWN = (
    "Enter the address that Slack, Teams (Workflows), Discord, Mattermost, Google Chat or Telegram "
    "gives for incoming messages."
)
RETIRED = (
    "Microsoft has retired connectors: in Teams make a workflow “Post to a channel when a webhook "
    "request is received” and enter its address."
)
_RETIRED_HOSTS = re.compile(
    r"^https://[^/]*(?:webhook\.office\.com|outlook\.office\.com)/", re.IGNORECASE
)
_MATTERMOST = re.compile(
    r"^https://(?P<host>[^/?#@\s]+)(?P<path>(?:/[^/?#\s]+)*)/hooks/(?P<token>[a-z0-9]{20,40})/?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Chat:
    """One chat: where its plugin is, what it must be given, and what else it may be."""

    module: str
    plugin: str
    schemes: tuple[str, ...]
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    escapes: bool = False
    """Whether its plugin should escape what the chat would take for markup."""


_PLAIN = {"include_image": False}
CHATS: dict[ChatKind, Chat] = {
    ChatKind.SLACK: Chat(
        "apprise.plugins.slack",
        "NotifySlack",
        ("slack",),
        ("token_a", "token_b", "token_c"),
        fixed={**_PLAIN, "include_footer": False, "include_timestamp": False, "mode": "hook"},
        escapes=True,
    ),
    ChatKind.TEAMS: Chat(
        "apprise.plugins.workflows",
        "NotifyWorkflows",
        ("workflow", "workflows"),
        ("host", "workflow", "signature"),
        ("port", "power_automate", "routing_id", "version"),
        _PLAIN,
    ),
    ChatKind.DISCORD: Chat(
        "apprise.plugins.discord",
        "NotifyDiscord",
        ("discord",),
        ("webhook_id", "webhook_token"),
        fixed={**_PLAIN, "avatar": False},
    ),
    ChatKind.MATTERMOST: Chat(
        "apprise.plugins.mattermost",
        "NotifyMattermost",
        ("mmosts",),
        ("host", "token"),
        ("port", "fullpath"),
        {**_PLAIN, "secure": True, "mode": "webhook"},
    ),
    ChatKind.GOOGLE_CHAT: Chat(
        "apprise.plugins.google_chat",
        "NotifyGoogleChat",
        ("gchat",),
        ("workspace", "webhook_key", "webhook_token"),
    ),
    ChatKind.TELEGRAM: Chat(
        "apprise.plugins.telegram",
        "NotifyTelegram",
        ("tgram",),
        ("bot_token", "targets"),
        fixed={**_PLAIN, "detect_owner": False, "preview": False},
        escapes=True,
    ),
}


def plugin_class(kind: ChatKind) -> Any:  # noqa: ANN401 -- a plugin of Apprise's, loaded on demand
    """Return a chat's plugin, which can send through the gate only."""
    return _load(CHATS[kind].module, CHATS[kind].plugin)


@cache
def _load(module_name: str, plugin: str) -> Any:  # noqa: ANN401 -- as above
    # Loaded once somebody uses a chat: most processes never need the 7 MB
    module = importlib.import_module(module_name)
    module.requests = RequestsGate()  # type: ignore[attr-defined]  # in place of the package
    made = getattr(module, plugin)
    made.app_id = NAME
    return made


def read_address(text: str) -> tuple[ChatKind, dict[str, Any]]:
    """Return which chat an address is of and the parts that its plugin is made from.

    Taken are the addresses that chats give out, and Apprise's own of the listed schemes without
    options. Raises UnknownChatError for everything else.
    """
    address = text.strip()
    if not address or len(address) > MAX_LENGTH or any(c.isspace() for c in address):
        raise UnknownChatError(KNOWN)
    if _RETIRED_HOSTS.match(address):
        raise UnknownChatError(RETIRED)
    kind, found = _native(address) if address.startswith("https://") else _by_scheme(address)
    chat = CHATS[kind]
    parts = {name: found[name] for name in (*chat.needs, *chat.takes) if found.get(name)}
    missing = [name for name in chat.needs if name not in parts]
    if missing or (kind is not ChatKind.TELEGRAM and found.get("targets")):
        raise UnknownChatError(f"This address is not complete. {KNOWN}")
    return kind, parts | dict(chat.fixed)


def _native(address: str) -> tuple[ChatKind, dict[str, Any]]:
    """Read an address as a chat shows it."""
    if match := _MATTERMOST.match(address):
        return _by_scheme(f"mmosts://{match['host']}{match['path']}/{match['token']}")
    for kind in (ChatKind.SLACK, ChatKind.TEAMS, ChatKind.DISCORD, ChatKind.GOOGLE_CHAT):
        found = plugin_class(kind).parse_native_url(address)
        if found:
            return kind, found
    raise UnknownChatError(KNOWN)


def _by_scheme(address: str) -> tuple[ChatKind, dict[str, Any]]:
    """Read an address in Apprise's spelling."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise UnknownChatError(KNOWN) from None
    kinds = [kind for kind, chat in CHATS.items() if parts.scheme.lower() in chat.schemes]
    if not kinds:
        raise UnknownChatError(KNOWN)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise UnknownChatError(f"Leave out what comes after ? or before @. {KNOWN}")
    found = plugin_class(kinds[0]).parse_url(address)
    if not found:
        raise UnknownChatError(KNOWN)
    return kinds[0], found
