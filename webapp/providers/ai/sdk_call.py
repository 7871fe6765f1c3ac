"""One HTTP call through a vendor's SDK: bounded in time and size, its failures made ours.

Both SDKs are used as clients that build and sign the request. It leaves over our own HTTP client,
because theirs reads without a limit, returns text where a page of HTML came with status 200, and
looks through all its connections at every call.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import ModuleType
from typing import Any

from webapp.errors import ProviderError, ProviderResponseError, ProviderUnavailableError
from webapp.providers.ai.rate_limits import wait_of
from webapp.providers.http import HttpClient

# At its lowest level the SDKs log whole requests, prompts and all.
for _talkative in ("openai", "anthropic", "httpx2", "httpcore2"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)


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
        """Seconds that the vendor asks to wait, where it says so."""
        return wait_of(self.headers, self.text("message"))


@dataclass(frozen=True)
class SdkCaller:
    """Carries calls for one vendor: `vendor` is the name that errors speak of."""

    vendor: str
    sdk: ModuleType
    http: HttpClient

    def http_client(self) -> Any:  # noqa: ANN401 -- the SDK's HTTP client
        """Return what the SDK sends with: over our connections, stopping at an error status."""
        return self.sdk.DefaultHttpxClient(transport=self, follow_redirects=False)

    def post(self, client: Any, path: str, body: Mapping[str, object]) -> dict[str, Any]:  # noqa: ANN401 -- the vendor's client
        """POST a body and return the JSON object of a 200 answer.

        Through the SDK's door for any address: the one for this address walks through the whole
        body and builds objects of the answer, which takes half of a call's processor time.
        Raises StatusError for another status, else ProviderError.
        """
        try:
            response = client.post(path, cast_to=_library().Response, body=body)
        except self.sdk.APIConnectionError as error:
            raise self._cause(error) from None
        value = _json(response.content)
        if not isinstance(value, dict):
            raise ProviderResponseError(
                f"{self.vendor} did not answer with JSON. Check its base URL."
            )
        return value

    def handle_request(self, request: Any) -> Any:  # noqa: ANN401 -- the library's request and response
        """Send what the SDK built: the one method that its HTTP library asks of a transport."""
        answer = self.http.request(
            request.method,
            str(request.url),
            service=self.vendor,
            headers=dict(request.headers.items()),
            body=request.content,
        )
        if answer.status != HTTPStatus.OK:
            raise StatusError(answer.status, answer.headers, _json(answer.body))
        return _library().Response(answer.status, content=answer.body)

    def _cause(self, error: Exception) -> Exception:
        """Return what was raised in the transport where the SDK wrapped it, as Anthropic's does."""
        cause = error.__cause__
        if isinstance(cause, StatusError | ProviderError):
            return cause
        return ProviderUnavailableError(f"{self.vendor} could not be reached.")

    def close(self) -> None:
        """Do nothing: the connections are the HTTP client's."""


def _library() -> ModuleType:
    import httpx2  # noqa: PLC0415 -- comes with the SDKs, loaded only where a key is set

    return httpx2


def _json(body: bytes) -> Any:  # noqa: ANN401 -- any JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
