"""A server on 127.0.0.1 that speaks to each connection as a function does, byte by byte."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Speak = Callable[[socket.socket], None]


@contextmanager
def serve_raw(speak: Speak, *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Run the server for the length of the block; gives its `host:port`."""
    listener = socket.create_server(("127.0.0.1", 0))
    lines: list[socket.socket] = []

    def handle(line: socket.socket) -> None:
        with suppress(OSError):
            spoken = tls.wrap_socket(line, server_side=True) if tls else line
            lines.append(spoken)
            speak(spoken)
        line.close()

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                lines.append(line)
                threading.Thread(target=handle, args=(line,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for line in lines:
            line.close()


def read_head(line: socket.socket) -> bytes:
    """Receive one request up to the empty line after its headers; b"" at the end."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = line.recv(65_536)
        if not more:
            return b""
        head += more
    return head
