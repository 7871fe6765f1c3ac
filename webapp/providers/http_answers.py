"""What comes back over HTTP: bodies read under a cap, JSON taken strictly, statuses as errors."""

import io
import json
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Self

from webapp import clock
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderResponseError,
    ProviderUnavailableError,
)

MAX_RETRY_AFTER_SECONDS = 600.0
_MAX_DEPTH = 64
_MAX_CONTAINERS = 100_000
"""A list or an object of two bytes takes up to two hundred in memory."""
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_AUTH_STATUSES = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True)
class HttpAnswer:
    """One answer of an outside service. Header names are lower case; `url` is the final one."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    service: str
    url: str = field(repr=False)

    @property
    def is_ok(self) -> bool:
        """Whether the status is a success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def retry_after(self) -> float | None:
        """Seconds that the service asks to wait, at most ten minutes; None where it is silent."""
        return parse_retry_after(self.headers.get("retry-after"))

    def json(self) -> Any:  # noqa: ANN401 -- any JSON
        """Return the body as JSON; raise ProviderResponseError where it is none to be used.

        Refused are web pages, invalid text, NaN and infinite numbers, and nesting beyond reason.
        """
        return parse_json(self.body, self.service)

    def raise_for_status(self) -> Self:
        """Return this answer if it is a success, else raise the error that its status means."""
        if not self.is_ok:
            raise self.failure()
        return self

    def failure(self) -> ProviderError:
        """Build the error that the status means to a service without peculiarities."""
        if self.status in _AUTH_STATUSES:
            return ProviderAuthError(f"{self.service} does not accept the key ({self.status}).")
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            return ProviderRateLimitedError(
                f"{self.service} asks to slow down (429).", retry_after=self.retry_after
            )
        if self.status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY} or self.status >= 500:  # noqa: PLR2004 -- the server errors
            return ProviderUnavailableError(
                f"{self.service} is not working at the moment ({self.status}).",
                retry_after=self.retry_after,
            )
        if self.status >= HTTPStatus.BAD_REQUEST:
            return ProviderRequestError(f"{self.service} refused the request ({self.status}).")
        return ProviderResponseError(f"{self.service} answered with status {self.status}.")


def parse_retry_after(
    value: str | None, *, at_most: float = MAX_RETRY_AFTER_SECONDS
) -> float | None:
    """Read a Retry-After header, in seconds or as an HTTP date; at most ten minutes or as given."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (aware - clock.now()).total_seconds()
    if not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), at_most)


# --- bodies -----------------------------------------------------------------------------------


def read_body(
    chunks: Iterable[bytes], headers: Mapping[str, str], *, service: str, max_bytes: int
) -> bytes:
    """Join and decompress chunks of a body, stopping at the cap.

    Raises ProviderResponseError for a body that is too big or cannot be decompressed.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > max_bytes:
        raise _too_big(service, max_bytes)
    parts = _capped(chunks, service=service, max_bytes=max_bytes)
    if encoding in {"", "identity"}:
        return _joined(parts)
    if encoding in {"gzip", "x-gzip", "deflate"}:
        plain = _inflated(parts, service=service, max_bytes=max_bytes)
        return _joined(_capped(plain, service=service, max_bytes=max_bytes))
    raise ProviderResponseError(f"{service} sent a compression that nobody asked for.")


def read_beginning(chunks: Iterable[bytes], *, max_bytes: int) -> tuple[bytes, bool]:
    """Return the body's first bytes as they came, and whether that is all of it."""
    whole = io.BytesIO()
    for chunk in chunks:
        whole.write(chunk)
        if whole.tell() > max_bytes:
            return whole.getvalue()[:max_bytes], False
    return whole.getvalue(), True


def _joined(parts: Iterable[bytes]) -> bytes:
    """Join without holding the parts and the whole at once."""
    whole = io.BytesIO()
    for part in parts:
        whole.write(part)
    return whole.getvalue()


def _capped(chunks: Iterable[bytes], *, service: str, max_bytes: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > max_bytes:
            raise _too_big(service, max_bytes)
        yield chunk


def _inflated(chunks: Iterable[bytes], *, service: str, max_bytes: int) -> Iterator[bytes]:
    decoder = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for chunk in chunks:
            # One byte beyond the cap is enough to know, and all that is ever held.
            yield decoder.decompress(chunk, max_bytes + 1)
    except zlib.error:
        raise ProviderResponseError(f"{service} sent a body that cannot be decompressed.") from None
    if not decoder.eof:
        raise ProviderResponseError(f"{service} sent a body that was cut off.")


def _too_big(service: str, max_bytes: int) -> ProviderResponseError:
    return ProviderResponseError(f"{service} sent more than {max_bytes:,} bytes.")


# --- JSON -------------------------------------------------------------------------------------


def _refuse(constant: str) -> float:
    message = f"{constant} is no JSON"
    raise ValueError(message)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse("an infinite number")


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def parse_json(body: bytes, service: str) -> Any:  # noqa: ANN401 -- any JSON
    """Parse JSON strictly; raise ProviderResponseError for everything else."""
    brackets = body.count(b"[") + body.count(b"{")
    if brackets > _MAX_CONTAINERS:
        raise ProviderResponseError(f"{service} answered with more data than can be read.")
    try:
        value = _DECODER.decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        problem = _json_problem(body, error)
    else:
        if brackets <= _MAX_DEPTH or not _is_deeper(value, _MAX_DEPTH):
            return value
        problem = "data that is nested too deeply"
    raise ProviderResponseError(f"{service} answered with {problem}.")


def _json_problem(body: bytes, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "data that is nested too deeply"
    if body.lstrip()[:1] == b"<":
        return "a web page instead of data"
    return "data that cannot be read" if body.strip() else "nothing at all"


def _is_deeper(value: object, levels: int) -> bool:
    """Tell whether containers nest deeper than `levels`, level by level, without recursion."""
    layer: list[Any] = [value]
    for _ in range(levels):
        layer = [
            child
            for container in layer
            if isinstance(container, dict | list)
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, dict | list)
        ]
        if not layer:
            return False
    return True
