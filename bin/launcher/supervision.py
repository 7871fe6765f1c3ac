"""Keeping the children alive: before they are ready an end is fatal, later it is mended."""

import time
from collections import deque
from collections.abc import Callable, Sequence

from bin.launcher.errors import StartError
from bin.launcher.family import Child, Command, Family
from bin.launcher.output import Output

RESTARTS = 3
WINDOW_SECONDS = 60.0


class Supervisor:
    """Starts commands and watches over them. Times are seconds on `clock`."""

    def __init__(
        self, family: Family, output: Output, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._family = family
        self._output = output
        self._clock = clock
        self._children: list[Child] = []
        self._restarts: dict[str, deque[float]] = {}

    def start(self, commands: Sequence[Command]) -> None:
        """Start each of `commands`."""
        self._children.extend(self._family.start(command) for command in commands)

    def demand_all(self) -> None:
        """Raise StartError when a child has ended."""
        for child in self._ended():
            message = (
                f"The {child.command.name} process ended {_how(child)}; its last lines are above."
            )
            raise StartError(message)

    def mend(self) -> None:
        """Start an ended child again; raise StartError when it keeps ending."""
        for child in self._ended():
            name = child.command.name
            if not self._may_restart(name):
                message = (
                    f"The {name} process ended {RESTARTS + 1} times within a minute; "
                    f"{child.command.traces}."
                )
                raise StartError(message)
            self._output.say(f"The {name} process ended {_how(child)}: starting it again.")
            self._children.remove(child)
            self._family.forget(child)
            self.start([child.command])

    def _ended(self) -> list[Child]:
        return [child for child in self._children if child.process.poll() is not None]

    def _may_restart(self, name: str) -> bool:
        times = self._restarts.setdefault(name, deque())
        while times and self._clock() - times[0] > WINDOW_SECONDS:
            times.popleft()
        times.append(self._clock())
        return len(times) <= RESTARTS


def _how(child: Child) -> str:
    status = child.process.returncode
    return f"with status {status}" if status >= 0 else f"by signal {-status}"
