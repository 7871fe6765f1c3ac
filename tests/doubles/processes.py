"""What the stand-ins that are real servers share: a port, an end, and no orphans."""

import ctypes
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from shutil import disk_usage

_PR_SET_PDEATHSIG = 1
_ROOM_IN_MEMORY = 1024**3
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServerNotReadyError(RuntimeError):
    """A server did not start; the message holds what it said."""


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent() -> None:
    """Let the kernel end this child when the test process dies, however it dies.

    For `preexec_fn`. Linux only; elsewhere a killed test run leaves its servers behind.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def fast_folder(prefix: str) -> Path:
    """Make a private folder, in memory where that has room, else where temporary files go."""
    memory = Path("/dev/shm")  # noqa: S108 -- the folder inside gets an unguessable name and mode 700
    roomy = memory.is_dir() and disk_usage(memory).free > _ROOM_IN_MEMORY
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory if roomy else None))


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once `ready()`; raise ServerNotReadyError when the process ends or 20 s pass."""
    deadline = time.monotonic() + 20
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process)
            text = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            message = f"{process.args!r} did not start: {text}"
            raise ServerNotReadyError(message)
        time.sleep(0.01)


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """End a process that we started and wait for it; after 10 s without mercy."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has forked."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:  # it ended meanwhile
        return []
    return [int(each) for each in text.split()]
