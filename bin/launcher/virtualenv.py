"""The virtual environment: made once, renewed when a requirements file or the Python changed."""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bin.launcher.checks import check_disk, make_folder, only_one
from bin.launcher.errors import StartError
from bin.launcher.family import Command, Family
from bin.launcher.output import Output

RUNTIME = ("requirements.txt",)
DEVELOPMENT = ("requirements.txt", "requirements-dev.txt")
_NEEDED_MB = {RUNTIME: 700, DEVELOPMENT: 1500}
_PIP = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-compile")
_LOCKED = ("--no-deps", "--require-hashes")


class VirtualEnvironment:
    """`.venv` of a project, filled with plain pip from the hashed requirements files."""

    def __init__(self, project: Path, family: Family, output: Output) -> None:
        self._project = project
        self._family = family
        self._output = output
        self._folder = project / ".venv"
        self._stamp = self._folder / "beacon-stamp.json"
        self._unfinished = self._folder / "beacon-unfinished"
        self.python = self._folder / "bin" / "python"

    def ensure(self, files: Sequence[str]) -> None:
        """Make the environment hold what `files` pin; nothing is done when it already does."""
        if self._is_current(files):
            return
        check_disk(self._project, needed_mb=_NEEDED_MB[tuple(files)])
        make_folder(self._project / "build")
        busy = "Another `make` installs Beacon's packages at this moment: wait until it is done."
        with only_one(self._project / "build" / "install.lock", about="", busy=busy):
            self._make()
            self._install(files)

    def _is_current(self, files: Sequence[str]) -> bool:
        stamp = self._read_stamp()
        return (
            not self._unfinished.exists()
            and stamp.get("python") == self._identity()
            and all(stamp.get(name) == self._digest(name) for name in files)
        )

    def _make(self) -> None:
        """Make the environment anew unless there is a finished one for this Python and place."""
        foreign = self.python.exists() and not self._stamp.exists()
        current = self._read_stamp().get("python") == self._identity()
        if (foreign or current) and not self._unfinished.exists():
            return
        if self._folder.is_symlink():
            # `venv --clear` would empty the folder that the link leads to
            raise StartError(
                ".venv is a link to another folder, which would be emptied. Remove the link, and "
                "Beacon makes a virtual environment of its own."
            )
        self._output.say("Making the virtual environment .venv ...")
        status, text = self._run("venv", sys.executable, "-m", "venv", "--clear", str(self._folder))
        if status:
            raise StartError(_explain_venv(text))
        self._unfinished.touch()

    def _install(self, files: Sequence[str]) -> None:
        self._output.say("Installing the packages (about a minute) ...")
        self._unfinished.touch()
        wanted = [part for name in files for part in ("-r", name)]
        pip = (str(self.python), "-m", "pip", "install", *_PIP, *_LOCKED, *wanted)
        status, text = self._run("pip", *pip)
        if status:
            raise StartError(_explain_pip(text))
        digests = {name: self._digest(name) for name in files}
        stamp = {**self._read_stamp(), "python": self._identity(), **digests}
        self._stamp.write_text(json.dumps(stamp), encoding="utf-8")
        self._unfinished.unlink()

    def _run(self, name: str, *arguments: str) -> tuple[int, str]:
        dropped = {"PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
        environment = {k: v for k, v in os.environ.items() if k not in dropped}
        return self._family.run(Command(name, arguments, environment))

    def _read_stamp(self) -> dict[str, str]:
        try:
            stamp: dict[str, str] = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp

    def _identity(self) -> str:
        """Tell this Python in this place: a moved folder or another Python needs a new one."""
        return f"{sys.version_info.major}.{sys.version_info.minor} {self._folder}"

    def _digest(self, name: str) -> str:
        return hashlib.sha256((self._project / name).read_bytes()).hexdigest()


def _explain_venv(text: str) -> str:
    if "ensurepip" in text:
        return (
            "This Python cannot make virtual environments: "
            "on Debian or Ubuntu, install the package python3-venv."
        )
    return f"The virtual environment could not be made: {_last(_lines(text))}"


def _explain_pip(text: str) -> str:
    if "No space left on device" in text:
        return "The disk is full: free some space and start again."
    lines = _lines(text)
    reason = _last([line for line in lines if line.startswith("ERROR")] or lines)
    return f"The packages could not be installed; check the connection and start again. {reason}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _last(lines: list[str]) -> str:
    return lines[-1] if lines else ""
