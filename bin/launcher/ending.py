"""Ending processes for certain: their groups, and whoever carries our mark.

A child runs in a session of its own, so its group can be ended as a whole. A grandchild may leave
that group (an RQ work horse does); the mark in its environment still tells whose it is, where the
system has /proc.
"""

import os
import signal
import time
from collections.abc import Collection
from pathlib import Path

MARK = "BEACON_LAUNCH"
_PROC = Path("/proc")
_PAUSE = 0.05


def marked(mark: str) -> set[int]:
    """Return the processes that were started with `mark` in their environment, at any depth."""
    wanted = f"{MARK}={mark}".encode()
    found = set()
    for entry in _PROC.glob("[0-9]*"):
        try:
            held = wanted in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if held and not _is_zombie(entry):
            found.add(int(entry.name))
    return found


def group_lives(group: int) -> bool:
    """Whether the process group has a member, be it one that nobody has waited for yet."""
    return _send_to_group(group, 0)


def send(groups: Collection[int], signum: int, *, mark: str | None = None) -> None:
    """Send a signal to the groups, and to whoever carries `mark` when one is given."""
    for group in groups:
        _send_to_group(group, signum)
    for process in marked(mark) if mark else ():
        try:
            os.kill(process, signum)
        except OSError:
            continue


def end_all(groups: Collection[int], mark: str, *, seconds: float) -> None:
    """Ask every process of ours to end, wait up to `seconds`, then end what is left."""
    if not _anyone(groups, mark):
        return
    send(groups, signal.SIGTERM, mark=mark)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and _anyone(groups, mark):
        time.sleep(_PAUSE)
    send(groups, signal.SIGKILL, mark=mark)


def _anyone(groups: Collection[int], mark: str) -> bool:
    return any(group_lives(group) for group in groups) or bool(marked(mark))


def _send_to_group(group: int, signum: int) -> bool:
    try:
        os.killpg(group, signum)
    except OSError:
        return False
    return True


def _is_zombie(entry: Path) -> bool:
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return True
