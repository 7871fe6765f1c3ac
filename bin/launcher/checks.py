"""What can be known to go wrong before anything is made: port, disk, a second start."""

import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bin.launcher.errors import StartError

HOST = "127.0.0.1"
_HIGHEST_PORT = 65535


def read_port(text: str) -> int:
    """Return the port that PORT asks for; 8000 when it is empty."""
    if not text:
        return 8000
    if text.isascii() and text.isdigit() and 1 <= int(text) <= _HIGHEST_PORT:
        return int(text)
    message = f"PORT must be a number from 1 to {_HIGHEST_PORT}, not {text!r}."
    raise StartError(message)


def check_port(port: int) -> None:
    """Raise StartError when the web process could not listen on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            reason = "may not be used by this account"
            if error.errno == errno.EADDRINUSE:
                reason = "is in use by another program"
            message = f"Port {port} {reason}: choose a free one, for example `make run PORT=8123`."
            raise StartError(message) from None


def check_disk(folder: Path, *, needed_mb: int) -> None:
    """Raise StartError when the disk of `folder` has less than `needed_mb` megabytes free."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < needed_mb:
        message = f"{folder} has {free_mb} MB of free disk space, but {needed_mb} MB are needed."
        raise StartError(message)


def make_folder(folder: Path) -> None:
    """Make a folder that only this account can read, or leave the one that is there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder {folder} cannot be made: {error.strerror}."
        raise StartError(message) from None


@contextmanager
def only_one(lock: Path, *, about: str, busy: str) -> Iterator[None]:
    """Hold `lock` and write `about` into it; raise StartError with `busy` when another holds it.

    `busy` may contain `{}` for what the holder wrote. The lock ends with its process.
    """
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"{lock} cannot be written: {error.strerror}."
        raise StartError(message) from None
    with os.fdopen(descriptor, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = busy.format(file.read().strip())
            raise StartError(message) from None
        file.seek(0)
        file.truncate()
        file.write(about)
        file.flush()
        yield
