"""Which addresses may be fetched for a user: the guard against requests into private networks."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import SplitResult, urlsplit

from webapp.errors import AddressRefusedError

Resolver = Callable[[str, int], Sequence[str]]
"""From a host and port to IP addresses in text; raises OSError when there are none."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
# Our own list: ipaddress.is_global calls NAT64, 6to4, site-local and multicast addresses global.
_DENIED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host service answers on this public address
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "2001::/23",  # Teredo, ORCHID and benchmarking
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)


def is_public(address: str) -> bool:
    """Tell whether an IP address in text is one of the public internet's."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if parsed.version == _PUBLIC_IPV6.version and parsed not in _PUBLIC_IPV6:
        return False  # loopback, mapped, NAT64, unique local, link-local, multicast and the rest
    return not any(parsed in network for network in _DENIED if network.version == parsed.version)


def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver; each address once, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_within(resolve: Resolver, host: str, port: int, *, seconds: float) -> list[str]:
    """Resolve in at most `seconds`; the system's resolver knows no time limit of its own.

    Raises TimeoutError or the resolver's OSError.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(resolve(host, port)))
        except UnicodeError:
            answers.put(OSError("not a host name"))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


class AddressGuard:
    """Refuses every address that a user may not make Beacon fetch.

    Taken are http and https on ports 80 and 443, and only where every address of the host is a
    public one. `allow_hosts` holds exceptions in the form `host:port`. The connection must go to
    an address that `check_addresses` has seen, so that a second look-up cannot change it.
    """

    def __init__(self, allow_hosts: Iterable[str] = ()) -> None:
        self._allowed = frozenset(entry.strip().lower() for entry in allow_hosts)

    def check_url(self, url: str) -> None:
        """Raise AddressRefusedError unless scheme, host and port may be fetched.

        Looks nothing up, so a form can call it too.
        """
        parts, port = split_url(url)
        if parts.scheme not in _DEFAULT_PORTS:
            raise AddressRefusedError("Only http and https addresses can be fetched.")
        if not parts.hostname:
            raise AddressRefusedError("The address names no host.")
        if parts.username is not None or parts.password is not None:
            raise AddressRefusedError("An address must not hold a user name or password.")
        self._check_port(parts.hostname, port)

    def check_addresses(self, host: str, port: int, addresses: Iterable[str]) -> None:
        """Raise AddressRefusedError unless the port is fit and every address is public."""
        if self.allows(host, port):
            return
        self._check_port(host, port)
        if not all(is_public(address) for address in addresses):
            raise AddressRefusedError(
                f"{host} leads into a private network; only public addresses can be fetched."
            )

    def _check_port(self, host: str, port: int) -> None:
        if port not in _DEFAULT_PORTS.values() and not self.allows(host, port):
            raise AddressRefusedError(f"Port {port} cannot be fetched; use port 80 or 443.")

    def allows(self, host: str, port: int) -> bool:
        """Tell whether host and port are an exception that an administrator made."""
        return f"{host.strip('[]').lower()}:{port}" in self._allowed


def split_url(url: str) -> tuple[SplitResult, int]:
    """Return an address's parts and its port; raise AddressRefusedError where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefusedError("This is no web address.") from None
    return parts, port if port is not None else _DEFAULT_PORTS.get(parts.scheme, 0)
