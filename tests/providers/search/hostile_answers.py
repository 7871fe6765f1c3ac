"""What a hostile or broken server may say, spoken byte by byte to whoever connects."""

import gzip
import itertools
import json
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

from tests.providers.raw_server import Speak, read_head

MEGABYTE = 1_000_000
JSON = "application/json"
XML = "application/rss+xml"
ANY = "application/octet-stream"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>'
ENTRY = "<item><title>a</title><link>https://a.example/</link>"
END = "</channel></rss>"


def saying(body: bytes | str, kind: str = JSON, *, more: str = "", status: str = "200 OK") -> Speak:
    """Answer properly, with a body of the given kind."""
    data = body.encode() if isinstance(body, str) else body

    def speak(line: socket.socket) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{more}"
        read_head(line)
        line.sendall(f"{head}Connection: close\r\n\r\n".encode() + data)

    return speak


def going_on(chunks: Callable[[], Iterable[bytes]], pause: float = 0.0) -> Speak:
    """Say one piece after the other, as long as somebody listens."""

    def speak(line: socket.socket) -> None:
        read_head(line)
        for chunk in chunks():
            line.sendall(chunk)
            time.sleep(pause)

    return speak


def bomb(wbits: int) -> Iterator[bytes]:
    """Two megabytes that swell to two gigabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    yield packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    yield (block.compress(bytes(MEGABYTE)) + block.flush(zlib.Z_FULL_FLUSH)) * 2_000


OK = b"HTTP/1.1 200 OK\r\n"
GZIP = "Content-Encoding: gzip\r\n"
DEFLATE = "Content-Encoding: deflate\r\n"
BODY = OK + b"Content-Type: application/json\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

SLOW: dict[str, Speak] = {
    "silence": going_on(lambda: [b""], pause=5),
    "a byte a second": going_on(lambda: itertools.chain([BODY], itertools.repeat(b" ")), 1),
    "trickle of a body": going_on(lambda: itertools.chain([BODY], itertools.repeat(b"[")), 0.02),
    "trickle of a header": going_on(
        lambda: itertools.chain([OK, b"X: "], itertools.repeat(b"y")), 0.02
    ),
    "trickle of headers": going_on(
        lambda: itertools.chain([OK], (f"X{n}: y\r\n".encode() for n in range(90))), 0.05
    ),
    "continue for ever": going_on(lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), 0.02),
    "trickle of chunks": going_on(
        lambda: itertools.chain([CHUNKED], itertools.repeat(b"1\r\n \r\n")), 0.02
    ),
}
"""What ends only because a limit ends it."""

REFUSED: dict[str, Speak] = {
    "web page": saying("<!doctype html><html><body>Are you human?</body></html>", "text/html"),
    "web page as data": saying("<html><body>" + "<div>" * 300_000, JSON),
    "web page as feed": saying("<html><body>" + "<div>" * 300_000, XML),
    "picture": saying(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2_000, "image/png"),
    "bytes": saying(bytes(range(256)) * 400, ANY),
    "nothing": saying(b""),
    "no content": saying(b"", status="204 No Content"),
    "more than two megabytes": saying(b" " * (2 * MEGABYTE + 1)),
    "endless body": going_on(lambda: itertools.chain([BODY], itertools.repeat(b"[" * 65_536))),
    "endless headers": going_on(lambda: itertools.chain([OK], itertools.repeat(b"X: y\r\n" * 99))),
    "endless header": going_on(lambda: itertools.chain([OK, b"X: "], itertools.repeat(b"y" * 999))),
    "endless status line": going_on(lambda: itertools.repeat(b"H" * 9_999)),
    "half a body": going_on(lambda: [OK + b"Content-Length: 999\r\n\r\n{"]),
    "wild chunk": going_on(lambda: [CHUNKED + b"ffffffffffffffff\r\n{"]),
    "hang-up": going_on(list),
    "gzip bomb": saying(b"".join(bomb(16 + zlib.MAX_WBITS)), more=GZIP),
    "zlib bomb": saying(b"".join(bomb(zlib.MAX_WBITS)), more=DEFLATE),
    "gzip that is none": saying(b"{}", more=GZIP),
    "gzip in gzip": saying(gzip.compress(gzip.compress(b"[" * 9 * MEGABYTE)), more=GZIP),
    "redirect to itself": saying(b"", more="Location: /\r\n", status="302 Found"),
    "deep json": saying("[" * 1_900_000),
    "deep json that ends": saying("[" * 90_000 + "]" * 90_000),
    "deep objects": saying('{"a":' * 40_000 + "1" + "}" * 40_000),
    "many lists": saying("[" + ",".join(["[[]]"] * 390_000) + "]"),
    "many objects": saying("[" + ",".join(['{"":{}}'] * 240_000) + "]"),
    "not a number": saying('{"searchParameters": {}, "status": "ok", "articles": [NaN]}'),
    "infinite number": saying('{"searchInformation": {"x": 1e999}, "articles": [1e999]}'),
    "json text": saying('"news"'),
    "json null": saying("null"),
    "json list": saying("[{}]"),
    "utf-16": saying('{"articles": []}'.encode("utf-16")),
    "deep feed": saying(RSS + "<a>" * 600_000, XML),
    "feed of brackets": saying(RSS + "<" * 1_900_000, XML),
    "feed of half tags": saying(RSS + "<a " * 600_000, XML),
    "feed of elements": saying(RSS + "<a/>" * 470_000 + END, XML),
    "feed of namespaces": saying(
        RSS + "".join(f'<x{n}:a xmlns:x{n}="u{n}"/>' for n in range(50_000)), XML
    ),
    "feed of attributes": saying(
        RSS + "<a " + " ".join(f'a{n}="b"' for n in range(90_000)) + "/>" + END, XML
    ),
    "feed of entities": saying(
        f'<!DOCTYPE r [<!ENTITY a "{"b" * MEGABYTE}">]>{RSS}{"&a;" * 200_000}', XML
    ),
    "feed of laughs": saying(
        "<!DOCTYPE r [<!ENTITY a0 'ha'>"
        + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(20))
        + f"]>{RSS}&a20;{END}",
        XML,
    ),
    "feed that reads files": saying(
        f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>{RSS}&a;{END}', XML
    ),
}
"""What can only be refused."""

_ITEM = {"title": "Halcyon Health", "url": "https://a.example/", "link": "https://a.example/"}
_ROW = {"accessionNumber": "0001234567-26-000001", "filingDate": "2026-03-02", "form": "8-K"}


def envelope(items: list[dict[str, str]], rows: int) -> str:
    """An answer that is in order for every source that speaks JSON."""
    recent = {key: [value] * rows for key, value in _ROW.items()}
    listed = dict.fromkeys(("news", "organic", "items", "articles"), items)
    told = {"status": "ok", "searchParameters": {}, "searchInformation": {}, **listed}
    return json.dumps({**told, "filings": {"recent": recent}})


READ: dict[str, Speak] = {
    "many items": saying(envelope([_ITEM] * 4_400, 15_000)),
    "many empty items": saying(envelope([{}] * 20_000, 0)),
    "long text": saying(envelope([{**_ITEM, "title": "<b " * 150_000}], 1)),
    "many wide letters": saying(envelope([{**_ITEM, "snippet": "\U0001f600" * 90_000}], 1)),
    "feed of entries": saying(RSS + f"{ENTRY}</item>" * 28_000 + END, XML),
    "feed of texts": saying(
        RSS + f"{ENTRY}<description>{'&amp;lt;b ' * 1_900}</description></item>" * 100 + END, XML
    ),
    "feed of one text": saying(
        f"{RSS}{ENTRY}<description><![CDATA[{'<p>' * 630_000}]]></description></item>{END}", XML
    ),
    "feed that is no xml": saying(RSS + f"{ENTRY}&nbsp;<b" * 1_500, XML),
    "many keys": saying("{" + ",".join(f'"{n:x}":0' for n in range(200_000)) + "}"),
    "invalid utf-8": saying(b'{"articles": [{"title": "\xff\xfe\x80"}]}'),
}
"""What a source may read as far as it goes, within its limits."""
