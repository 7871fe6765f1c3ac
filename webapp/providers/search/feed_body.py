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
MAX_ENTRIES = 100
"""So many entries of a feed are read; what follows them is cut off unread."""
_MAX_PARTS = 10_000  # elements and attributes
_MAX_REFERENCES = 60_000  # &lt; and the like, each of which is a step of the parser
_MAX_DEPTH = 50
_MAX_NAMESPACES = 100
_MAX_ATTRIBUTES = 100
_ENTRY_NAMES = frozenset({"item", "entry"})
_HANDLERS = (
    "StartElementHandler",
    "EndElementHandler",
    "CharacterDataHandler",
    "CommentHandler",
    "ProcessingInstructionHandler",
    "StartCdataSectionHandler",
)
_MAX_BROKEN_BYTES = 100_000
"""The lenient parser is slow, so a feed that is no XML must be small."""


class _TooCostlyError(Exception):
    pass


class _EnoughError(Exception):
    pass


class _Structure:
    """Counts what makes feedparser slow, with expat, which is fast."""

    def __init__(self, *, most: int = MAX_ENTRIES) -> None:
        self._parser = expat.ParserCreate("utf-8")
        self._most = most
        self._parts = 0
        self._open: list[str] = []
        self._entries = 0
        self._cut = 0
        self._namespaces: set[tuple[str, str]] = set()

    def shortened(self, data: bytes) -> bytes:
        """Return the data up to the last entry that is read, with what is open there closed.

        Raises _TooCostlyError at a limit and ExpatError where the data is no XML.
        """
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._entity
        try:
            self._parser.Parse(data, True)  # noqa: FBT003 -- expat's signature
        except _EnoughError:
            closing = "".join(f"</{name}>" for name in reversed(self._open))
            return data[: self._cut] + closing.encode()
        finally:
            for handler in (*_HANDLERS, "EntityDeclHandler"):
                setattr(self._parser, handler, None)  # or parser and self keep each other alive
        return data

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._parts += 1 + len(attributes)
        self._open.append(name)
        self._namespaces.update(item for item in attributes.items() if item[0].startswith("xmlns"))
        if (
            self._parts > _MAX_PARTS
            or len(self._open) > _MAX_DEPTH
            or len(self._namespaces) > _MAX_NAMESPACES
            or len(attributes) > _MAX_ATTRIBUTES
        ):
            raise _TooCostlyError

    def _end(self, name: str) -> None:
        self._open.pop()
        if name.rpartition(":")[2].lower() in _ENTRY_NAMES:
            self._entries += 1
            if self._entries == self._most:
                # Only the next event tells where this entry's last tag ends.
                for handler in _HANDLERS:
                    setattr(self._parser, handler, self._stop)

    def _stop(self, *_event: object) -> None:
        self._cut = self._parser.CurrentByteIndex
        raise _EnoughError

    def _entity(self, *_declaration: object) -> None:
        raise _TooCostlyError  # an entity can be made to swell beyond any bound


def parse_feed(body: bytes, headers: Mapping[str, str], *, service: str, url: str) -> Any:  # noqa: ANN401 -- feedparser has no types
    """Return feedparser's reading of the first hundred entries of RSS, Atom or RDF.

    Nothing is fetched. Raises ProviderResponseError for what is no feed, cannot be read, or is
    too costly to read.
    """
    declared: dict[str, str] = {"content-type": headers.get("content-type", "application/xml")}
    data: bytes = convert_to_utf8(declared, body, {}) if body else b""
    if not _ROOT.search(data[:_ROOT_WITHIN]):
        raise ProviderResponseError(f"{service} answered with something that is no feed.")
    data = _affordable(data, service)
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


def _affordable(data: bytes, service: str) -> bytes:
    """Return what of the data is read, as it is or shortened."""
    try:
        start = _Structure().shortened(data)
        references = start.count(b"&")
        if references <= _MAX_REFERENCES:
            return start
        most = MAX_ENTRIES * _MAX_REFERENCES // references
        start = _Structure(most=max(most, 1)).shortened(start)
        if start.count(b"&") <= 2 * _MAX_REFERENCES:
            return start
    except expat.ExpatError:
        if len(data) <= _MAX_BROKEN_BYTES and b"<!ENTITY" not in data:
            return data
    except _TooCostlyError:
        pass
    raise ProviderResponseError(f"{service} sent a feed that is too big or too odd to read.")
