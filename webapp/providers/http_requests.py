"""What is sent over HTTP: addresses taken apart once, headers checked, bodies encoded."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote, urlencode

from urllib3.exceptions import LocationValueError
from urllib3.util import Url, make_headers, parse_url

_DEFAULT_HEADERS = {
    "user-agent": "Beacon/1.0",
    "accept": "*/*",
    "accept-encoding": "gzip, deflate",
    "connection": "keep-alive",
}
_PORTS = {"http": 80, "https": 443}
_NO_NAME = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_NO_VALUE = re.compile(r"[\r\n\x00]|^\s")


class UnfitRequestError(ValueError):
    """An address or a header that cannot be sent; the message tells neither."""


@dataclass(frozen=True)
class HttpRequest:
    """A request as it leaves: where to, what for, and with what."""

    method: str
    scheme: str
    host: str
    port: int
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)

    @property
    def url(self) -> str:
        """The whole address."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.target}"


def build_request(
    method: str,
    url: str,
    *,
    params: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> HttpRequest:
    """Return the request; raise UnfitRequestError for what is no web address and no header."""
    parts = _web_address(url)
    sent = dict(_DEFAULT_HEADERS)
    if parts.auth is not None:
        sent |= make_headers(basic_auth=unquote(parts.auth))
    for name, value in (headers or {}).items():
        _check_header(name, value)
        sent[name.lower()] = value
    query = "&".join(each for each in (parts.query, urlencode(params or {})) if each)
    return HttpRequest(
        method=method,
        scheme=parts.scheme or "",
        host=parts.host or "",
        port=parts.port or _PORTS[parts.scheme or ""],
        target=f"{parts.path or '/'}?{query}" if query else parts.path or "/",
        headers=sent,
        body=body,
    )


def as_json(value: object) -> tuple[bytes, dict[str, str]]:
    """Return a value as JSON, and the header that says so."""
    return json.dumps(value, allow_nan=False).encode(), {"content-type": "application/json"}


def as_form(values: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """Return values as a form, and the header that says so."""
    return urlencode(values).encode(), {"content-type": "application/x-www-form-urlencoded"}


@lru_cache(maxsize=1024)
def _web_address(url: str) -> Url:
    """Take an address apart; most calls go to a few, and parameters are added afterwards."""
    try:
        parts = parse_url(url.strip())
    except LocationValueError:
        raise UnfitRequestError("no web address") from None
    if parts.scheme not in _PORTS or not parts.host or parts.port == 0:
        raise UnfitRequestError("no web address")
    return parts


def _check_header(name: str, value: str) -> None:
    if _NO_NAME.search(name) or _NO_VALUE.search(value):
        raise UnfitRequestError("no header")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise UnfitRequestError("no header") from None
