"""Whatever a server does, a call ends in time and holds little."""

import gzip
import itertools
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.doubles.local_server import Answer, serve
from tests.providers.raw_server import read_head, serve_raw
from webapp.errors import (
    ProviderResponseError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from webapp.providers.http import HttpClient

LIMIT = 0.4
MEGABYTE = 1_000_000
HASTY = HttpClient(timeout_seconds=LIMIT)
PATIENT = HttpClient(timeout_seconds=10)
GZIP = {"Content-Encoding": "gzip"}
DEFLATE = {"Content-Encoding": "deflate"}


def endless(pause: float, chunk: bytes = b"x") -> Callable[[socket.socket], None]:
    """Send a head, then chunks for ever."""

    def speak(line: socket.socket) -> None:
        read_head(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            line.sendall(chunk)
            time.sleep(pause)

    return speak


def slowly(answer: bytes) -> Callable[[socket.socket], None]:
    """Send an answer a byte at a time, and go on with nothing new at its end."""

    def speak(line: socket.socket) -> None:
        read_head(line)
        for number in itertools.count():
            line.sendall(answer[number % len(answer) : number % len(answer) + 1])
            time.sleep(0.02)

    return speak


def silent(line: socket.socket) -> None:
    read_head(line)
    time.sleep(5)


LATE = {
    "says nothing": silent,
    "trickles the status line": slowly(b"H"),
    "trickles a header": slowly(b"HTTP/1.1 200 OK\r\nX-Long: " + b"y" * 100_000),
    "trickles the body": endless(0.02),
    "says continue for ever": slowly(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "trickles a chunk size": slowly(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 60_000
    ),
}


@pytest.mark.parametrize("speak", LATE.values(), ids=LATE)
def test_call_ends_at_its_total_limit(speak: Callable[[socket.socket], None]) -> None:
    started = time.monotonic()
    with serve_raw(speak) as address, pytest.raises(ProviderTimeoutError) as caught:
        HASTY.request("GET", f"http://{address}/", service="Serper")
    assert LIMIT * 0.9 <= time.monotonic() - started < LIMIT + 0.6
    assert str(caught.value) == "Serper took longer than 0.4 seconds."


def test_late_byte_does_not_start_the_limit_anew() -> None:
    def speak(line: socket.socket) -> None:
        read_head(line)
        time.sleep(0.8)
        line.sendall(b"H")
        time.sleep(5)

    started = time.monotonic()
    with serve_raw(speak) as address, pytest.raises(ProviderTimeoutError):
        PATIENT.request("GET", f"http://{address}/", timeout_seconds=1)
    assert time.monotonic() - started < 1.6


def test_limit_of_one_call_overrules_the_clients() -> None:
    started = time.monotonic()
    with serve_raw(silent) as address, pytest.raises(ProviderTimeoutError):
        PATIENT.request("GET", f"http://{address}/", timeout_seconds=0.2)
    assert time.monotonic() - started < 1


def test_redirects_share_one_limit() -> None:
    again = Answer(b"", status=302, headers={"Location": "/"}, delay=LIMIT * 0.6)
    started = time.monotonic()
    with serve(lambda _: again) as server, pytest.raises(ProviderTimeoutError):
        HASTY.request("GET", server.url, max_redirects=3)
    assert time.monotonic() - started < LIMIT + 0.6


def test_look_up_counts_against_the_limit() -> None:
    def resolve(*_: Any) -> list[str]:
        time.sleep(3)
        return ["127.0.0.1"]

    client = HttpClient(timeout_seconds=LIMIT, resolve=resolve)
    started = time.monotonic()
    with pytest.raises(ProviderTimeoutError):
        client.request("GET", "http://slow-names.example/")
    assert time.monotonic() - started < LIMIT + 0.6


def test_next_call_after_a_late_one_is_unhurt() -> None:
    delays = iter([2.0, 0.0])
    with serve(lambda _: Answer("ok", delay=next(delays))) as server:
        with pytest.raises(ProviderTimeoutError):
            HASTY.request("GET", server.url)
        assert HASTY.get_bytes(server.url) == b"ok"


def blocks(count: int, size: int = 65_536) -> Iterator[bytes]:
    return (b"x" * size for _ in range(count))


TOO_BIG = {
    "declared": lambda: Answer(b"x" * (2 * MEGABYTE + 1)),
    "streamed": lambda: Answer(blocks(200)),
    "gzip bomb": lambda: Answer(gzip.compress(b"\0" * 200 * MEGABYTE, 6), headers=GZIP),
    "zlib bomb": lambda: Answer(zlib.compress(b"\0" * 50 * MEGABYTE), headers=DEFLATE),
    "compressed on the wire": lambda: Answer(blocks(60), headers=GZIP),
}


@pytest.mark.parametrize("make", TOO_BIG.values(), ids=TOO_BIG)
def test_body_beyond_two_megabytes_is_refused_early(make: Callable[[], Answer]) -> None:
    answer = make()
    started = time.monotonic()
    tracemalloc.start()
    try:
        with serve(lambda _: answer) as server, pytest.raises(ProviderResponseError):
            PATIENT.request("GET", server.url)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * MEGABYTE
    assert time.monotonic() - started < 3


def test_endless_body_is_cut_off() -> None:
    speak = endless(0, b"x" * 65_536)
    with serve_raw(speak) as address, pytest.raises(ProviderResponseError, match="2,000,000"):
        PATIENT.request("GET", f"http://{address}/")


def test_body_of_exactly_the_limit_is_taken() -> None:
    client = HttpClient(max_bytes=1_000)
    with serve(lambda _: Answer(b"x" * 1_000)) as server:
        assert len(client.get_bytes(server.url)) == 1_000


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "GZIP", "identity", ""])
def test_fitting_compression_is_undone(encoding: str) -> None:
    plain = b"Halcyon Health " * 50
    squeeze: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "x-gzip": gzip.compress,
        "deflate": zlib.compress,
    }
    body = squeeze.get(encoding.lower(), bytes)(plain)
    with serve(lambda _: Answer(body, headers={"Content-Encoding": encoding})) as server:
        assert PATIENT.get_bytes(server.url) == plain


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"no gzip at all", "gzip"),
        (gzip.compress(b"x" * 1_000)[:-12], "gzip"),
        (b"", "gzip"),
        (b"abc", "br"),
        (b"abc", "gzip, gzip"),
    ],
    ids=["no gzip", "cut off", "nothing", "unasked", "twice"],
)
def test_compression_that_cannot_be_undone_is_a_response_error(body: bytes, encoding: str) -> None:
    answer = Answer(body, headers={"Content-Encoding": encoding})
    with serve(lambda _: answer) as server, pytest.raises(ProviderResponseError):
        PATIENT.request("GET", server.url)


BROKEN = {
    "hangs up": b"",
    "speaks another language": b"220 mail.example.com ESMTP\r\n",
    "has endless headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    "has a long line": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    "stops in mid-body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
    "stops in mid-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort",
    "has a wild chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n",
    "has no number for a status": b"HTTP/1.1 OK fine\r\n\r\n",
}


@pytest.mark.parametrize("spoken", BROKEN.values(), ids=BROKEN)
def test_broken_answer_is_unavailable(spoken: bytes) -> None:
    def speak(line: socket.socket) -> None:
        read_head(line)
        line.sendall(spoken)

    with serve_raw(speak) as address, pytest.raises(ProviderUnavailableError):
        PATIENT.request("GET", f"http://{address}/")


def test_kept_connection_that_died_in_silence_is_tried_anew() -> None:
    """The server closes as the second request arrives, so only the failure can tell."""
    heads = []

    def speak(line: socket.socket) -> None:
        heads.append(read_head(line))
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        read_head(line)

    client = HttpClient(timeout_seconds=5)
    with serve_raw(speak) as address:
        assert client.get_bytes(f"http://{address}/") == b"ok"
        assert client.get_bytes(f"http://{address}/") == b"ok"
    assert len(heads) == 2


def test_a_body_that_only_its_beginning_is_wanted_of_is_cut() -> None:
    with serve(lambda _: Answer(b"x" * 5_000)) as server:
        for body in (b"x" * 100, b"x" * 100):  # the connection of the first is not used again
            answer = PATIENT.request("POST", server.url, max_bytes=100, cuts_body=True)
            assert (answer.status, answer.body) == (200, body)
    with serve_raw(endless(0, b"x" * 10_000)) as url:
        answer = PATIENT.request("GET", f"http://{url}", max_bytes=100, cuts_body=True)
        assert len(answer.body) == 100
