"""A small HTTP server on 127.0.0.1 whose answers a function decides."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What reached the server. Header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Answer:
    """What to send. `body` may be bytes, text, JSON-able data, or chunks sent one by one.

    `delay` is in seconds before the first byte; `pause` between two chunks.
    """

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = None
    delay: float = 0.0
    pause: float = 0.0

    def encoded(self) -> tuple[Iterable[bytes], str, int | None]:
        """Return the chunks, their content type and their total length if it is known."""
        if isinstance(self.body, bytes):
            return [self.body], self.content_type or "application/octet-stream", len(self.body)
        if isinstance(self.body, str):
            data = self.body.encode()
            return [data], self.content_type or "text/html; charset=utf-8", len(data)
        if isinstance(self.body, dict | list) or self.body is None:
            data = json.dumps(self.body).encode()
            return [data], self.content_type or "application/json", len(data)
        return self.body, self.content_type or "application/octet-stream", None


Respond = Callable[[Request], Answer]


@dataclass
class LocalServer:
    """A running server: its address and every request that it got."""

    url: str
    requests: list[Request]

    @property
    def host_port(self) -> str:
        """`host:port`, as the OUTBOUND_ALLOW_HOSTS setting takes it."""
        return urlsplit(self.url).netloc


def _handler(respond: Respond, seen: list[Request]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each kept-alive answer waits 40 ms for an ACK

        def handle_one(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            seen.append(request)
            self.send(respond(request))

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one  # noqa: N815 -- the standard library's names

        def send(self, answer: Answer) -> None:
            time.sleep(answer.delay)
            chunks, content_type, length = answer.encoded()
            try:
                self.send_response(answer.status)
                for name, value in {"Content-Type": content_type, **answer.headers}.items():
                    self.send_header(name, value)
                if length is None:
                    self.send_header("Connection", "close")
                    self.close_connection = True
                else:
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                if self.command != "HEAD":
                    self.send_chunks(chunks, answer.pause)
            except OSError:
                self.close_connection = True  # the client hung up, as it may

        def send_chunks(self, chunks: Iterable[bytes], pause: float) -> None:
            for chunk in chunks:
                self.wfile.write(chunk)
                self.wfile.flush()
                time.sleep(pause)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name there
            """Stay silent: the tests print what matters."""

    return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


@contextmanager
def serve(respond: Respond, *, port: int = 0) -> Iterator[LocalServer]:
    """Run a server for the length of the block; `port` 0 takes a free one."""
    seen: list[Request] = []
    server = _QuietServer(("127.0.0.1", port), _handler(respond, seen))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield LocalServer(f"http://127.0.0.1:{server.server_port}", seen)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
