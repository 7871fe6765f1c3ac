"""A small process that outlives the launcher and ends its children when it was killed outright."""

import os
import signal
from typing import NoReturn

from bin.launcher.ending import end_all

_SECONDS = 6.0


class Guard:
    """Hears of every process group through a pipe, whose end means that the launcher is gone.

    Make it before any thread is started: it forks.
    """

    def __init__(self, mark: str) -> None:
        listen, self._tell = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._tell)
            _watch(listen, mark)
        os.close(listen)

    def add(self, group: int) -> None:
        """Watch over a process group."""
        self._send(f"+{group}\n")

    def remove(self, group: int) -> None:
        """Forget a process group that has no member left."""
        self._send(f"-{group}\n")

    def close(self) -> None:
        """End the guard; it first ends whatever it still watches over."""
        os.close(self._tell)
        os.waitpid(self._process, 0)

    def _send(self, line: str) -> None:
        try:
            os.write(self._tell, line.encode())
        except OSError:
            return  # somebody ended the guard; the launcher still ends its children itself


def _watch(listen: int, mark: str) -> NoReturn:
    os.setsid()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    groups: set[int] = set()
    with os.fdopen(listen) as lines:
        for line in lines:
            group = int(line[1:])
            groups.add(group) if line[0] == "+" else groups.discard(group)
    end_all(groups, mark, seconds=_SECONDS)
    os._exit(0)
