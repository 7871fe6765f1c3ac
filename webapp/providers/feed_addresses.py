"""Tells, while somebody types it, why an address can never be fetched as a feed."""

import ipaddress
import re
import socket

from webapp.errors import AddressRefusedError
from webapp.providers.addresses import AddressGuard, Resolver, resolve_within, split_url

LOOK_UP_SECONDS = 2.0
_MAX_LENGTH = 2_000
NO_WEB_ADDRESS = "Enter a web address such as https://example.com/feed.xml."
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_PRIVATE_ENDINGS = (
    ".corp",
    ".home",
    ".home.arpa",
    ".internal",
    ".intranet",
    ".lan",
    ".local",
    ".localdomain",
    ".localhost",
    ".onion",
    ".private",
)


def check_feed_url(
    url: str,
    *,
    guard: AddressGuard | None = None,
    resolve: Resolver | None = None,
    seconds: float = LOOK_UP_SECONDS,
) -> str | None:
    """Return what is wrong with a feed's address in one sentence, None where nothing is known.

    Without `resolve` nothing is looked up: found out are what is no web address, numeric private
    addresses in any spelling, and names that only private networks know. With it, a name is
    looked up within `seconds`; one that has no address at present passes, since that may change.
    The fetch itself is guarded anew, whatever this says.
    """
    guard = guard or AddressGuard()
    address = url.strip()
    if not address or len(address) > _MAX_LENGTH or any(c.isspace() for c in address):
        return NO_WEB_ADDRESS
    try:
        guard.check_url(address)
        _check_host(address, guard, resolve, seconds)
    except AddressRefusedError as refusal:
        return str(refusal)
    return None


def _check_host(url: str, guard: AddressGuard, resolve: Resolver | None, seconds: float) -> None:
    parts, port = split_url(url)
    host = parts.hostname or ""
    if guard.allows(host, port):
        return
    if addresses := _numeric(host):
        guard.check_addresses(host, port, addresses)
        return
    if not _is_name(host):
        raise AddressRefusedError(NO_WEB_ADDRESS)
    if _is_private_name(host):
        raise AddressRefusedError(
            f"{host} is a name of private networks; only public addresses can be fetched."
        )
    guard.check_addresses(host, port, _looked_up(host, port, resolve, seconds))


def _numeric(host: str) -> list[str]:
    """Return the address that a host spells in digits, octal and hexadecimal ones included."""
    bare = host.rstrip(".")
    try:
        return [str(ipaddress.ip_address(bare))]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(bare, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]) for entry in found]


def _is_name(host: str) -> bool:
    try:
        labels = host.encode("idna").decode().removesuffix(".").split(".")
    except UnicodeError:
        return False
    return all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()


def _looked_up(host: str, port: int, resolve: Resolver | None, seconds: float) -> list[str]:
    if resolve is None:
        return []
    try:
        return resolve_within(resolve, host, port, seconds=seconds)
    except OSError:  # a time-out is one too
        return []


def _is_private_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith(_PRIVATE_ENDINGS)
