"""What Apprise's plugins take for the requests package: our own client, and nothing around it.

A plugin builds an address and a body and would send them by `requests.post`. Here they go through
the guard that private addresses do not pass, to the address that was checked, without redirects,
and within the total time limit, whatever the plugin asks for.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import requests

from webapp.errors import ProviderError
from webapp.providers.http import HttpClient
from webapp.providers.http_answers import HttpAnswer

MAX_BODY_BYTES = 16_384
_OWN_HEADERS = frozenset({"content-length", "user-agent", "accept-encoding", "host", "connection"})


@dataclass
class Exchange:
    """One message on its way: by what it goes, and what came back."""

    http: HttpClient
    bases: Mapping[str, str]
    seconds: float
    answer: HttpAnswer | None = None
    error: str | None = None


_exchange: ContextVar[Exchange | None] = ContextVar("chat_exchange", default=None)


@contextmanager
def exchanging(exchange: Exchange) -> Iterator[Exchange]:
    """Let plugins send within the block, and only there."""
    token = _exchange.set(exchange)
    try:
        yield exchange
    finally:
        _exchange.reset(token)


class RequestsGate:
    """The part of the requests package that plugins use."""

    codes = requests.codes
    exceptions = requests.exceptions
    RequestException = requests.RequestException

    def get(self, url: str, **options: Any) -> requests.Response:  # noqa: ANN401 -- requests' own
        """GET."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> requests.Response:  # noqa: ANN401 -- requests' own
        """POST."""
        return self.request("POST", url, **options)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # noqa: ANN401 -- requests' own
        """Send what a plugin built; of its options those that say what, none that say how.

        A refusal to take more (429) ends the plugin's try: when the next one is, we decide.
        """
        exchange = _exchange.get()
        if exchange is None or options.get("files"):
            raise requests.RequestException("nothing may be sent from here")
        what = {name: options.get(name) for name in ("data", "json", "params", "headers")}
        prepared = requests.Request(method, _rebased(url, exchange.bases), **what).prepare()
        try:
            answer = exchange.http.request(
                method.upper(),
                prepared.url or "",
                headers=_headers(prepared.headers),
                body=_bytes(prepared.body),
                timeout_seconds=exchange.seconds,
                max_bytes=MAX_BODY_BYTES,
                cuts_body=True,
            )
        except ProviderError as error:
            exchange.error = str(error)
            raise requests.RequestException(str(error)) from None
        exchange.answer = answer
        if answer.status == requests.codes.too_many_requests:
            raise requests.RequestException("slow down")
        return _response(answer)


def _rebased(url: str, bases: Mapping[str, str]) -> str:
    for official, base in bases.items():
        if url == official or url.startswith((f"{official}/", f"{official}?")):
            return base + url.removeprefix(official)
    return url


def _headers(given: Mapping[str, str | bytes]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else value.decode("latin-1")
        for name, value in given.items()
        if name.lower() not in _OWN_HEADERS
    }


def _bytes(body: object) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    return str(body).encode()


def _response(answer: HttpAnswer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers.update(answer.headers)
    response.encoding = "utf-8"
    response._content = answer.body  # noqa: SLF001 -- there is no public way to make one
    return response
