"""Pooled connections with a total time limit, to addresses that were checked before."""

import socket
import time
from collections.abc import Callable
from typing import Any

import urllib3.connection
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from webapp.providers.addresses import AddressGuard, Resolver, resolve_within
from webapp.providers.http_requests import HttpRequest
from webapp.providers.sockets import connect_to_first, tls_context

_HOSTS_KEPT = 64
_ONCE = Retry(total=False)
"""No second try, and the first one's own error instead of one about tries."""


class StaleConnectionError(ConnectionResetError):
    """A kept connection was closed by the server before it answered; a new one will do."""


OpenSocket = Callable[[str, int, float], socket.socket]


class _ConnectionMixin:
    """What both kinds of connection add to urllib3's: own sockets, deadlines, staleness."""

    sock: Any
    port: int
    timeout: Any
    _dns_host: str
    _served = 0
    _held: bytearray | None = None

    open_socket: OpenSocket

    def _new_conn(self) -> socket.socket:
        self._served = 0
        try:
            return self.open_socket(self._dns_host, self.port, self.timeout)
        except socket.gaierror as error:
            raise NameResolutionError(self._dns_host, self, error) from error  # type: ignore[arg-type]  # a connection once mixed in
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "timed out") from error
        except OSError as error:
            raise NewConnectionError(self, "no connection") from error  # type: ignore[arg-type]  # as above

    def request(self, *args: object, **kwargs: object) -> None:
        if self.sock is not None:
            self.sock.deadline = None
            self.sock.settimeout(self.timeout)
        self._held = bytearray()
        try:
            super().request(*args, **kwargs)  # type: ignore[misc]  # urllib3's
            whole = bytes(self._held)
        finally:
            self._held = None
        self.send(whole)

    def send(self, data: Any) -> None:  # noqa: ANN401 -- http.client's
        """Hold head and body together, so that they leave in one packet."""
        if self._held is not None:
            self._held += data
        else:
            super().send(data)  # type: ignore[misc]  # http.client's

    def getresponse(self) -> Any:  # noqa: ANN401 -- urllib3's response
        if self.sock is not None:
            self.sock.deadline = time.monotonic() + self.timeout
        try:
            response = super().getresponse()  # type: ignore[misc]  # urllib3's
        except ConnectionError as error:
            if self._served:
                raise StaleConnectionError from error
            raise
        self._served += 1
        return response


class _Connection(_ConnectionMixin, urllib3.connection.HTTPConnection):
    pass


class _TLSConnection(_ConnectionMixin, urllib3.connection.HTTPSConnection):
    pass


class Transport:
    """Sends requests over pooled connections; safe to use from many threads.

    Keeps no cookies, follows no redirects, reads no proxy or netrc settings. With a guard,
    connections go only to addresses that it has passed. All connections share one TLS context,
    so that the bundle of authorities is read once.
    """

    def __init__(
        self,
        *,
        guard: AddressGuard | None,
        resolve: Resolver,
        ca_file: str | None,
        connections: int,
    ) -> None:
        self._guard = guard
        self._resolve = resolve
        tls = tls_context(ca_file, protocol="http/1.1")
        self._pools = PoolManager(_HOSTS_KEPT, maxsize=connections, ssl_context=tls)
        plain = type("_Bound", (_Connection,), {"open_socket": staticmethod(self._open)})
        secure = type("_BoundTLS", (_TLSConnection,), {"open_socket": staticmethod(self._open)})
        self._pools.pool_classes_by_scheme = {
            "http": type("_Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("_TLSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }

    def send(self, request: HttpRequest, *, seconds: float) -> BaseHTTPResponse:
        """Send, and return the answer with its body still to be read.

        The seconds bound look-up, connection, TLS, and every byte of the answer. Raises urllib3's
        errors and OSError.
        """
        pool = self._pools.connection_from_host(request.host, request.port, request.scheme)
        return pool.urlopen(
            request.method,
            request.target,
            body=request.body,
            headers=request.headers,
            retries=_ONCE,
            redirect=False,
            timeout=Timeout(total=seconds),
            preload_content=False,
            decode_content=False,
        )

    def _open(self, host: str, port: int, seconds: float) -> socket.socket:
        deadline = time.monotonic() + seconds
        bare_host = host.strip("[]")
        addresses = resolve_within(self._resolve, bare_host, port, seconds=seconds)
        if self._guard is not None:
            self._guard.check_addresses(bare_host, port, addresses)
        return connect_to_first(addresses, port, deadline)
