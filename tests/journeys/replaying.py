"""Runs `python -m bench.replay` as its own process and reads the report that it leaves."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
_LONGEST = 300


@dataclass(frozen=True)
class Replayed:
    """What a replay printed and left in its folder."""

    code: int
    printed: str
    errors: str
    folder: Path

    @property
    def data(self) -> dict[str, Any]:
        """The report as data."""
        report: dict[str, Any] = json.loads((self.folder / "report.json").read_text())
        return report

    def client(self, name: str, *, act: int = 0) -> dict[str, Any]:
        """One client of one act."""
        clients: list[dict[str, Any]] = self.data["acts"][act]["clients"]
        return next(client for client in clients if client["name"] == name)

    def events(self, name: str, *, act: int = 0) -> list[dict[str, Any]]:
        """The events of one client in one act."""
        found: list[dict[str, Any]] = self.client(name, act=act)["events"]
        return found

    def mails(self) -> list[dict[str, Any]]:
        """Every mail of every act."""
        return [mail for act in self.data["acts"] for mail in act["mails"]]


def replay(folder: Path, *arguments: str) -> Replayed:
    """Play with the given arguments; the report goes to the folder."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.replay", "--output", str(folder), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
    )
    return Replayed(done.returncode, done.stdout, done.stderr, folder)
