"""One HTTP call through a vendor's SDK: bounded in time and size, its failures made ours.

Both SDKs are used as clients that build, sign and send the request. The answer is read here,
because they read without a limit and return text where a page of HTML came with status 200.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from types import ModuleType
from typing import Any, Protocol

from webapp import clock
from webapp.errors import (
    ProviderError,
    ProviderResponseError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)

# At its lowest level the SDKs log whole requests, prompts and all.
for _talkative in ("openai", "anthropic", "httpx2", "httpcore2"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)

MAX_BODY_BYTES = 2_000_000
CONNECT_SECONDS = 5.0


@dataclass(eq=False)
class StatusError(Exception):
    """The vendor answered with another status than 200."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def __str__(self) -> str:
        return f"status {self.status}"  # the body may echo the key

    @property
    def error(self) -> Mapping[str, Any]:
        """The error object of the body, empty where there is none."""
        inner = self.body.get("error") if isinstance(self.body, dict) else None
        return inner if isinstance(inner, dict) else {}

    def text(self, name: str) -> str:
        """One field of the error object as text, empty where it is missing."""
        value = self.error.get(name)
        return value if isinstance(value, str) else ""

    @property
    def retry_after(self) -> float | None:
        """Seconds that the vendor asks to wait, where its headers say so."""
        for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
            seconds = _seconds(self.headers.get(name))
            if seconds is not None:
                return seconds * scale
        return None


class _Response(Protocol):
    """What the SDKs' streamed responses and the HTTP library's have in common."""

    status_code: int

    @property
    def headers(self) -> Mapping[str, str]: ...

    def iter_bytes(self, chunk_size: int | None = None) -> Iterable[bytes]: ...


@dataclass(frozen=True)
class SdkCaller:
    """Reads answers for one vendor: `vendor` is the name that errors speak of."""

    vendor: str
    sdk: ModuleType
    timeout_seconds: float

    def http_client(self) -> Any:  # noqa: ANN401 -- the SDK's HTTP client, whose package is not ours to import
        """Return a pooled client that follows no redirect and stops at an error status."""
        return self.sdk.DefaultHttpxClient(
            timeout=self.sdk.Timeout(
                self.timeout_seconds, connect=min(CONNECT_SECONDS, self.timeout_seconds)
            ),
            follow_redirects=False,
            event_hooks={"response": [self._stop_at_error]},
        )

    def call(self, send: Callable[[], AbstractContextManager[Any]]) -> dict[str, Any]:
        """Send and return the JSON object of a 200 answer.

        Raises StatusError for another status, else ProviderError.
        """
        try:
            with send() as response:
                body = self._read(response)
        except self.sdk.APITimeoutError as error:
            raise self._cause(error, self._too_slow()) from None
        except self.sdk.APIConnectionError as error:
            raise self._cause(error, self._unreachable()) from None
        value = _json(body)
        if not isinstance(value, dict):
            raise ProviderResponseError(
                f"{self.vendor} did not answer with JSON. Check its base URL."
            )
        return value

    def _stop_at_error(self, response: Any) -> None:  # noqa: ANN401 -- the HTTP library's response
        if response.status_code != HTTPStatus.OK:
            body = _json(self._read(response))
            raise StatusError(response.status_code, dict(response.headers), body)

    def _read(self, response: _Response) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ProviderResponseError(f"{self.vendor} sent a compressed answer unasked.")
        deadline = clock.monotonic() + self.timeout_seconds
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise ProviderResponseError(f"{self.vendor} sent an answer above two megabytes.")
            if clock.monotonic() > deadline:
                raise self._too_slow()
        return bytes(body)

    def _cause(self, error: BaseException, otherwise: ProviderError) -> Exception:
        """Return what the hook raised where the SDK wrapped it, else `otherwise`."""
        cause = error.__cause__
        return cause if isinstance(cause, StatusError | ProviderError) else otherwise

    def _too_slow(self) -> ProviderTimeoutError:
        return ProviderTimeoutError(
            f"{self.vendor} took longer than {self.timeout_seconds:g} seconds."
        )

    def _unreachable(self) -> ProviderUnavailableError:
        return ProviderUnavailableError(f"{self.vendor} could not be reached.")


def _json(body: bytes) -> Any:  # noqa: ANN401 -- any JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _seconds(value: str | None) -> float | None:
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
