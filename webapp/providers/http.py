"""The one way out over HTTP: pooled, with a total time limit, a size cap and typed errors."""

import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from urllib3.exceptions import HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as TransportTimeout

from webapp.errors import (
    AddressRefusedError,
    ProviderError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from webapp.providers.addresses import AddressGuard, Resolver, system_resolve
from webapp.providers.http_answers import HttpAnswer, read_beginning, read_body
from webapp.providers.http_requests import (
    HttpRequest,
    UnfitRequestError,
    as_form,
    as_json,
    build_request,
)
from webapp.providers.metering import seconds_for_a_call
from webapp.providers.transport import StaleConnectionError, Transport

# urllib3 writes whole addresses into its log lines, and some services take their key there.
logging.getLogger("urllib3").setLevel(logging.ERROR)

__all__ = ["HttpAnswer", "HttpClient"]

_CHUNK = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRIES_ON_KEPT_CONNECTIONS = 3


@dataclass(frozen=True)
class _Call:
    """One call's name in messages, its limits, and when its time ends."""

    service: str
    seconds: float
    deadline: float
    max_bytes: int
    cuts_body: bool = False


class HttpClient:
    """Calls outside services; one object a process, usable from hundreds of threads.

    Each call ends within `timeout_seconds` whatever the server does, and never holds more than
    `max_bytes` of decompressed body. No redirect is followed unless the call allows it. Errors
    are ProviderErrors whose text holds no key, query or body. With a `guard`, only addresses
    that it passes are connected to.
    """

    def __init__(
        self,
        *,
        timeout_seconds: float = 20.0,
        max_bytes: int = 2_000_000,
        guard: AddressGuard | None = None,
        resolve: Resolver = system_resolve,
        ca_file: str | None = None,
        connections: int = 256,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._max_bytes = max_bytes
        self._guard = guard
        self._resolve = resolve
        self._ca_file = ca_file
        self._connections = connections
        self._transport = self._new_transport()
        self._owner = os.getpid()

    @property
    def timeout_seconds(self) -> float:
        """The total time of one call, which all calls of one search should share."""
        return self._timeout_seconds

    def deadline(self) -> float:
        """Return when calls that begin now have to end, on the monotonic clock."""
        return time.monotonic() + self._timeout_seconds

    def guarded_by(self, guard: AddressGuard) -> "HttpClient":
        """Return a client with the same limits for addresses that users typed."""
        return HttpClient(
            timeout_seconds=self._timeout_seconds,
            max_bytes=self._max_bytes,
            guard=guard,
            resolve=self._resolve,
            ca_file=self._ca_file,
            connections=self._connections,
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        service: str = "",
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json_body: object = None,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_seconds: float | None = None,
        deadline: float | None = None,
        max_bytes: int | None = None,
        cuts_body: bool = False,
        max_redirects: int = 0,
    ) -> HttpAnswer:
        """Send one request and return the answer, whatever its status.

        `service` is the name that error messages use; without it, the host's. `json_body` is
        sent as JSON, `form` as a form, `body` as it is. `deadline`, on the monotonic clock, ends
        the call sooner than its time limit: the calls of one search share it; `max_bytes` is this
        call's own cap on the answer's body. With `cuts_body` a longer one is cut, and none is
        decompressed. Raises ProviderTimeoutError, ProviderUnavailableError, ProviderResponseError
        (too big, undecodable, too many redirects), AddressRefusedError and ProviderRequestError
        (an address that is none).
        """
        limit = seconds_for_a_call(
            self._timeout_seconds if timeout_seconds is None else timeout_seconds
        )
        ends = time.monotonic() + limit
        call = _Call(
            service=service or _host_of(url) or "The server",
            seconds=limit,
            deadline=ends if deadline is None else min(ends, deadline),
            max_bytes=self._max_bytes if max_bytes is None else max_bytes,
            cuts_body=cuts_body,
        )
        kind: Mapping[str, str] = {}
        if json_body is not None:
            body, kind = as_json(json_body)
        elif form is not None:
            body, kind = as_form(form)
        request = self._prepare(
            call, method, url, params=params, headers={**kind, **(headers or {})}, body=body
        )
        answer = self._exchange(request, call)
        return self._follow(answer, call, max_redirects) if max_redirects else answer

    def _follow(self, answer: HttpAnswer, call: _Call, hops: int) -> HttpAnswer:
        """GET the address that a redirect names, until there is no further one."""
        for _ in range(hops):
            if not _leads_on(answer):
                return answer
            try:
                target = urljoin(answer.url, answer.headers["location"])
            except ValueError:
                break
            answer = self._exchange(self._prepare(call, "GET", target), call)
        if _leads_on(answer):
            raise ProviderResponseError(f"{call.service} redirects too often or to nowhere.")
        return answer

    def get_json(self, url: str, **options: Any) -> Any:  # noqa: ANN401 -- any JSON
        """GET and return the JSON; options as for `request`. Raises for a status above 299."""
        return self.request("GET", url, **options).raise_for_status().json()

    def post_json(self, url: str, **options: Any) -> Any:  # noqa: ANN401 -- any JSON
        """POST and return the JSON; options as for `request`. Raises for a status above 299."""
        return self.request("POST", url, **options).raise_for_status().json()

    def get_bytes(self, url: str, **options: Any) -> bytes:  # noqa: ANN401 -- passed on
        """GET and return the body; options as for `request`. Raises for a status above 299."""
        return self.request("GET", url, **options).raise_for_status().body

    def _new_transport(self) -> Transport:
        return Transport(
            guard=self._guard,
            resolve=self._resolve,
            ca_file=self._ca_file,
            connections=self._connections,
        )

    def _pool(self) -> Transport:
        if self._owner != os.getpid():  # a forked worker must not share its parent's sockets
            self._transport, self._owner = self._new_transport(), os.getpid()
        return self._transport

    def _prepare(self, call: _Call, method: str, url: str, **options: Any) -> HttpRequest:  # noqa: ANN401 -- as build_request takes them
        if self._guard is not None:
            self._guard.check_url(url)
        with suppress(UnfitRequestError):
            return build_request(method, url, **options)
        problem = f"{call.service} cannot be asked: key or address is not valid."
        raise _bad_address(problem, is_guarded=self._guard is not None)

    def _exchange(self, request: HttpRequest, call: _Call) -> HttpAnswer:
        failure: ProviderError | None = None
        for _ in range(_TRIES_ON_KEPT_CONNECTIONS):
            try:
                return self._send(request, call)
            except (HTTPError, OSError, ValueError) as error:
                failure = _explain(error, call)
                if not _is_stale(error):
                    break
        # Raised outside of the handler: the original error's text holds the whole address.
        raise failure or ProviderUnavailableError(f"{call.service} could not be reached.")

    def _send(self, request: HttpRequest, call: _Call) -> HttpAnswer:
        left = call.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        response = self._pool().send(request, seconds=left)
        is_whole = True
        try:
            chunks = response.stream(_CHUNK, decode_content=False)
            if call.cuts_body:
                body, is_whole = read_beginning(chunks, max_bytes=call.max_bytes)
            else:
                body = read_body(
                    chunks, response.headers, service=call.service, max_bytes=call.max_bytes
                )
        except BaseException:
            response.close()
            raise
        if is_whole:
            response.release_conn()
        else:
            response.close()
        return HttpAnswer(
            status=response.status,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
            service=call.service,
            url=request.url,
        )


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _leads_on(answer: HttpAnswer) -> bool:
    return answer.status in _REDIRECTS and "location" in answer.headers


def _bad_address(problem: str, *, is_guarded: bool) -> ProviderError:
    return AddressRefusedError(problem) if is_guarded else ProviderRequestError(problem)


def _is_stale(error: Exception) -> bool:
    return len(error.args) > 1 and isinstance(error.args[1], StaleConnectionError)


def _explain(error: Exception, call: _Call) -> ProviderError:
    """Build our error; its text is our own because theirs holds the whole address."""
    is_late = isinstance(error, TimeoutError | TransportTimeout)
    if (is_late and not isinstance(error, NewConnectionError)) or time.monotonic() >= call.deadline:
        return ProviderTimeoutError(f"{call.service} took longer than {call.seconds:g} seconds.")
    if isinstance(error, SSLError):
        return ProviderUnavailableError(f"{call.service} has no certificate that can be trusted.")
    return ProviderUnavailableError(f"{call.service} could not be reached.")
