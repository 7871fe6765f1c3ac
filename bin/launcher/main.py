"""What `make run` does, from an empty clone to the address that it prints."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from bin.launcher import signals
from bin.launcher.checks import HOST, check_disk, check_port, make_folder, only_one, read_port
from bin.launcher.environment import effective, has_demo, instance_folder
from bin.launcher.errors import StartError, StopRequestedError
from bin.launcher.family import Family
from bin.launcher.output import Output
from bin.launcher.start import Start
from bin.launcher.virtualenv import DEVELOPMENT, RUNTIME, VirtualEnvironment

PROJECT = Path(__file__).resolve().parent.parent.parent
_NEEDED_MB = 100
_BUSY = "It already runs from this folder ({}); end that one first."


def run() -> int:
    """Start Beacon and keep it going until somebody asks for its end; return the exit status."""
    output = Output()
    return _reporting("Beacon did not start", lambda: _run(PROJECT, output))


def install(arguments: list[str]) -> int:
    """Make the virtual environment hold what the product, and with `dev` its tests, need."""
    output = Output()
    files = DEVELOPMENT if arguments == ["dev"] else RUNTIME
    return _reporting("The installation failed", lambda: _install(output, files))


def _run(project: Path, output: Output) -> None:
    variables = effective(os.environ, project / ".env")
    port = read_port(variables.get("PORT", ""))
    instance = instance_folder(variables, project)
    make_folder(instance)
    about = f"process {os.getpid()}, http://{HOST}:{port}"
    with only_one(instance / "launcher.lock", about=about, busy=_BUSY):
        check_port(port)
        check_disk(instance, needed_mb=_NEEDED_MB)
        with Family(project, output) as family:
            VirtualEnvironment(project, family, output).ensure(RUNTIME)
            start = Start(family, output, project=project)
            children = start.bring_up(variables, port=port, instance=instance)
            output.say(_welcome(port, children))
            with suppress(StopRequestedError):  # ending a Beacon that ran is no failure
                start.keep_up()
    output.say("Beacon has ended.")


def _install(output: Output, files: tuple[str, ...]) -> None:
    with Family(PROJECT, output) as family:
        VirtualEnvironment(PROJECT, family, output).ensure(files)


def _reporting(failed: str, action: Callable[[], None]) -> int:
    signals.listen()
    try:
        action()
    except StartError as error:
        sys.stderr.write(f"{failed}: {error}\n")
        return 1
    except StopRequestedError as request:
        sys.stderr.write(f"{failed}: somebody asked it to end.\n")
        return 128 + request.signum
    return 0


def _welcome(port: int, environment: Mapping[str, str]) -> str:
    lines = ["", f"Beacon is ready: http://{HOST}:{port}"]
    if has_demo(environment):
        lines.append("Sign in as ana@example.com with the password beacon-demo.")
    return "\n".join([*lines, "Ctrl-C ends it.", ""])
