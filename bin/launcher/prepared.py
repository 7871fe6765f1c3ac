"""Remembering that the embedded database is migrated and holds the demo, to start faster."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

_FILE = "beacon.sqlite3"


class Prepared:
    """A note beside the embedded database that tells what was done to it.

    It holds while the database file, its schema version and the project's migrations are those of
    the last full start; whatever changed, the start does all its steps again.
    """

    def __init__(self, project: Path, instance: Path) -> None:
        self._migrations = project / "migrations" / "versions"
        self._database = instance / _FILE
        self._note = instance / "prepared.json"

    def holds(self) -> bool:
        """Whether the steps can be left out."""
        try:
            noted = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(noted == self._state())

    def write(self) -> None:
        """Note the state after all steps were done on the embedded database."""
        if not self._database.exists():
            return
        self._note.write_text(json.dumps(self._state()), encoding="utf-8")

    def _state(self) -> dict[str, str]:
        digest = hashlib.sha256()
        for file in sorted(self._migrations.glob("*.py")):
            digest.update(file.name.encode() + file.read_bytes())
        return {
            "migrations": digest.hexdigest(),
            "database": self._identity(),
            "version": self._version(),
        }

    def _identity(self) -> str:
        """Tell this database file from another one at its place."""
        try:
            return str(self._database.stat().st_ino)
        except OSError:
            return "none"

    def _version(self) -> str:
        """Return the revision that the database is at."""
        try:
            with closing(sqlite3.connect(f"{self._database.as_uri()}?mode=ro", uri=True)) as read:
                rows = read.execute("SELECT version_num FROM alembic_version").fetchall()
        except sqlite3.Error as error:
            return f"unknown: {error}"
        return ",".join(sorted(str(row[0]) for row in rows))
