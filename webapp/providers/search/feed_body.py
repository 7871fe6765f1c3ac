"""Reads the body of a feed under bounds: what a hostile one could cost is found out first."""

import io
import re
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

import feedparser
from feedparser.encodings import convert_to_utf8

from webapp.errors import ProviderResponseError

_ROOT = re.compile(rb"<(?:\w{1,20}:)?(?:rss|rdf|feed|channel)\b", re.IGNORECASE)
_ROOT_WITHIN = 4_096
_MAX_PARTS = 20_000  # elements and attributes
_MAX_DEPTH = 50
_MAX_NAMESPACES = 100
_MAX_ATTRIBUTES = 100
_MAX_BROKEN_BYTES = 200_000
"""The lenient parser is slow, so a feed that is no XML must be small."""


class _TooCostlyError(Exception):
    pass


class _Structure:
    """Counts what makes feedparser slow, with expat, which is fast."""

    def __init__(self) -> None:
        self._parts = 0
        self._depth = 0
        self._namespaces: set[tuple[str, str]] = set()

    def walk(self, data: bytes) -> None:
        """Raise _TooCostlyError at a limit and ExpatError where the data is no XML."""
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._entity
        parser.Parse(data, True)  # noqa: FBT003 -- expat's signature

    def _start(self, _name: str, attributes: Mapping[str, str]) -> None:
        self._parts += 1 + len(attributes)
        self._depth += 1
        self._namespaces.update(item for item in attributes.items() if item[0].startswith("xmlns"))
        if (
            self._parts > _MAX_PARTS
            or self._depth > _MAX_DEPTH
            or len(self._namespaces) > _MAX_NAMESPACES
            or len(attributes) > _MAX_ATTRIBUTES
        ):
            raise _TooCostlyError

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _entity(self, *_declaration: object) -> None:
        raise _TooCostlyError  # an entity can be made to swell beyond any bound


def parse_feed(body: bytes, headers: Mapping[str, str], *, service: str, url: str) -> Any:  # noqa: ANN401 -- feedparser has no types
    """Return feedparser's reading of RSS, Atom or RDF; nothing is fetched.

    Raises ProviderResponseError for what is no feed, cannot be read, or is too costly to read.
    """
    declared: dict[str, str] = {"content-type": headers.get("content-type", "application/xml")}
    data: bytes = convert_to_utf8(declared, body, {}) if body else b""
    if not _ROOT.search(data[:_ROOT_WITHIN]):
        raise ProviderResponseError(f"{service} answered with something that is no feed.")
    if not _is_affordable(data):
        raise ProviderResponseError(f"{service} sent a feed that is too big or too odd to read.")
    parsed = feedparser.parse(
        io.BytesIO(data),  # bytes in a stream: text would be taken for an address to fetch
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
        resolve_relative_uris=False,
        sanitize_html=False,  # all markup is taken off afterwards
    )
    if not parsed.version or (parsed.bozo and not parsed.entries):
        raise ProviderResponseError(f"{service} sent a feed that cannot be read.")
    return parsed


def _is_affordable(data: bytes) -> bool:
    try:
        _Structure().walk(data)
    except _TooCostlyError:
        return False
    except expat.ExpatError:
        return len(data) <= _MAX_BROKEN_BYTES and b"<!ENTITY" not in data
    return True
