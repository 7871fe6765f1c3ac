"""Sockets that keep to one deadline, and the way to open them."""

import functools
import socket
import ssl
import time
from collections.abc import Sequence

import certifi

_TIMEOUT_TOLERANCE = 0.02


@functools.cache
def tls_context(ca_file: str | None = None, *, protocol: str | None = None) -> ssl.SSLContext:
    """Return a context that verifies certificate and host name; one a process for each protocol.

    Trusted is what `ca_file` holds; without one, the system's authorities and the bundled ones,
    since a slim image has none of its own. `protocol` is named to the server (ALPN).
    """
    context = ssl.create_default_context(cafile=ca_file)
    if ca_file is None:
        context.load_verify_locations(certifi.where())
    if protocol is not None:
        context.set_alpn_protocols([protocol])
    context.sslsocket_class = DeadlineTLSSocket
    return context


class _DeadlineMixin:
    """Makes each receive count against one deadline, so that a trickle cannot go on for ever."""

    deadline: float | None = None

    def settimeout(self, value: float | None, /) -> None:
        current: float | None = self.gettimeout()  # type: ignore[attr-defined]  # a socket's
        if value and current and abs(value - current) <= _TIMEOUT_TOLERANCE * value:
            return  # each change is a system call
        super().settimeout(value)  # type: ignore[misc]  # a socket's

    def recv_into(self, *args: object, **kwargs: object) -> int:
        if self.deadline is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self.settimeout(left)
        received: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]  # a socket's
        return received


class DeadlineSocket(_DeadlineMixin, socket.socket):
    """A plain socket; set `deadline` on the monotonic clock before receiving."""


class DeadlineTLSSocket(_DeadlineMixin, ssl.SSLSocket):
    """The same under TLS."""


def connect_to_first(addresses: Sequence[str], port: int, deadline: float) -> DeadlineSocket:
    """Connect to the first address that answers; each gets its share of the time left.

    Raises TimeoutError or the last address's OSError.
    """
    failure: OSError = OSError("the name has no address")
    for tried, address in enumerate(addresses):
        left = (deadline - time.monotonic()) / (len(addresses) - tried)
        try:
            return _connect(address, port, seconds=left, deadline=deadline)
        except OSError as error:
            failure = error
    raise failure


def _connect(address: str, port: int, *, seconds: float, deadline: float) -> DeadlineSocket:
    if seconds <= 0:
        raise TimeoutError("timed out")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = DeadlineSocket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(seconds)
        sock.connect((address, port))
        sock.settimeout(max(deadline - time.monotonic(), 0.001))
    except BaseException:
        sock.close()
        raise
    return sock
