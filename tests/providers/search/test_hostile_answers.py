"""No answer hangs a search, fills the memory, or comes out as anything but a ProviderError."""

import gzip
import time
import tracemalloc
from collections.abc import Callable

import pytest

from tests.doubles.local_server import Answer, serve
from tests.providers.search.cases import MAKERS, target
from webapp.errors import ProviderError
from webapp.providers.http import HttpClient

MEGABYTE = 1_000_000
HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><item><title>'
JSON = "application/json"
GZIP = {"Content-Encoding": "gzip"}
CLIENT = HttpClient(timeout_seconds=1)


def filled(unit: str, size: int = 1_900_000) -> Answer:
    return Answer(HEAD + unit * (size // len(unit)), content_type="text/xml")


HOSTILE: dict[str, Callable[[], Answer]] = {
    "web page": lambda: Answer("<!doctype html><html><body>Are you human?</body></html>"),
    "more than two megabytes": lambda: Answer(b"x" * 3 * MEGABYTE),
    "gzip bomb": lambda: Answer(gzip.compress(b"[" * 100 * MEGABYTE), headers=GZIP),
    "trickle": lambda: Answer((b"x" for _ in range(500)), pause=0.05),
    "deep json": lambda: Answer("[" * 500_000, content_type=JSON),
    "not a number": lambda: Answer('{"searchParameters": {}, "news": [NaN]}', content_type=JSON),
    "infinite number": lambda: Answer('{"searchInformation": {"x": 1e999}}', content_type=JSON),
    "json text": lambda: Answer('"news"', content_type=JSON),
    "json null": lambda: Answer("null", content_type=JSON),
    "json list": lambda: Answer("[{}]", content_type=JSON),
    "bytes": lambda: Answer(bytes(range(256)) * 400),
    "deep feed": lambda: filled("<a>"),
    "feed of elements": lambda: filled("<item/>"),
    "feed of brackets": lambda: filled("<"),
    "feed of half tags": lambda: filled("<a "),
    "feed of namespaces": lambda: Answer(
        HEAD + "".join(f'<x{n}:a xmlns:x{n}="u{n}"/>' for n in range(50_000)) + "</title>"
    ),
    "feed of attributes": lambda: Answer(
        HEAD
        + "</title>"
        + "<a "
        + " ".join(f'a{n}="b"' for n in range(90_000))
        + "/></item></channel></rss>"
    ),
    "feed of entities": lambda: Answer(
        f'<!DOCTYPE r [<!ENTITY a "{"b" * MEGABYTE}">]>{HEAD}{"&a;" * 200_000}'
    ),
    "feed in utf-16 with entities": lambda: Answer(
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE rss [<!ENTITY a "b">]>'
        '<rss version="2.0"><channel><title>&a;</title></channel></rss>'.encode("utf-16")
    ),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", MAKERS)
def test_hostile_answer_is_an_error_in_time_and_memory(
    name: str, make: Callable[[], Answer]
) -> None:
    answer = make()
    with serve(lambda _: answer) as server:
        provider = MAKERS[name](CLIENT, server.url)
        started = time.monotonic()
        tracemalloc.start()
        try:
            with pytest.raises(ProviderError):
                provider.search(target(server.url))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert time.monotonic() - started < 4
    assert peak < 50 * MEGABYTE
