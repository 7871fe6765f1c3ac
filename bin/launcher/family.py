"""The launcher's children: started in sessions of their own, heard, and ended together."""

import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bin.launcher import ending
from bin.launcher.errors import StartError
from bin.launcher.guard import Guard
from bin.launcher.output import Output

GRACE_SECONDS = 5.5
LAST_GRACE_SECONDS = 2.0
_PAUSE = 0.05


@dataclass(frozen=True)
class Command:
    """What to start. One that is `last` ends after the others, which still need it.

    `log` is the file of a program that writes its lines there instead of printing them.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    last: bool = False
    log: Path | None = None

    @property
    def traces(self) -> str:
        """Tell where to read what it said."""
        return f"its log is {self.log}" if self.log else "its last lines are above"


@dataclass(frozen=True)
class Child:
    """A started command. Its process id is also the id of its group."""

    command: Command
    process: subprocess.Popen[str]

    @property
    def group(self) -> int:
        """The process group that it leads."""
        return self.process.pid


class Family:
    """Starts commands in `folder`; as a context manager it leaves no process behind.

    Also when the launcher itself is killed with SIGKILL: then the guard ends them.
    """

    def __init__(self, folder: Path, output: Output) -> None:
        self._folder = folder
        self._output = output
        self._mark = secrets.token_hex(16)
        self._guard = Guard(self._mark)
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, command: Command) -> Child:
        """Start a process whose lines are printed under its name."""
        child = self._spawn(command)
        thread = threading.Thread(target=self._pump, args=(child,), daemon=True)
        thread.start()
        return child

    def run(self, command: Command) -> tuple[int, str]:
        """Run a process to its end; return its status and all that it printed."""
        child = self._spawn(command)
        text, _ = child.process.communicate()
        self.forget(child)
        return child.process.returncode, text

    def forget(self, child: Child) -> None:
        """End what an ended child left behind in its group."""
        ending.send([child.group], signal.SIGKILL)
        self._children.remove(child)
        self._guard.remove(child.group)

    def stop(self) -> None:
        """End every process within ten seconds, those that others need last."""
        first = [child for child in self._children if not child.command.last]
        self._end(first, seconds=GRACE_SECONDS)
        last = [child for child in self._children if child.command.last]
        self._end(last, seconds=LAST_GRACE_SECONDS)
        groups = [child.group for child in self._children]
        ending.send(groups, signal.SIGKILL, mark=self._mark)
        for child in self._children:
            child.process.wait()
        self._children.clear()
        self._guard.close()

    def _spawn(self, command: Command) -> Child:
        try:
            process = subprocess.Popen(
                list(command.arguments),
                cwd=self._folder,
                env={**command.environment, ending.MARK: self._mark},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            message = f"{command.arguments[0]} cannot be started: {error.strerror}."
            raise StartError(message) from None
        child = Child(command, process)
        self._children.append(child)
        self._guard.add(child.group)
        return child

    def _pump(self, child: Child) -> None:
        stream = child.process.stdout
        for line in stream or ():
            self._output.line(child.command.name, line.rstrip())

    def _end(self, children: Sequence[Child], *, seconds: float) -> None:
        """Ask the leaders, which know how to end their own; then end what is left of the groups."""
        for child in children:
            if child.process.poll() is None:
                os.kill(child.process.pid, signal.SIGTERM)
            else:
                ending.send([child.group], signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(_lives(child) for child in children):
            time.sleep(_PAUSE)
        ending.send([child.group for child in children], signal.SIGKILL)


def _lives(child: Child) -> bool:
    """Whether the leader or a member of its group is left (poll() buries an ended leader)."""
    return child.process.poll() is None or ending.group_lives(child.group)
