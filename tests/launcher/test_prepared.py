"""A start leaves its steps out only while nothing changed since they were done."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bin.launcher.prepared import Prepared


@pytest.fixture
def subject(tmp_path: Path) -> Prepared:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_first.py").write_text("revision = '0001'")
    migrate(tmp_path, "0001")
    return Prepared(tmp_path, tmp_path)


def migrate(folder: Path, version: str) -> None:
    with closing(sqlite3.connect(folder / "beacon.sqlite3")) as database:
        database.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
        database.execute("DELETE FROM alembic_version")
        database.execute("INSERT INTO alembic_version VALUES (?)", [version])
        database.commit()


def downgrade(folder: Path) -> None:
    migrate(folder, "0000")


def add_migration(folder: Path) -> None:
    (folder / "migrations" / "versions" / "0002_second.py").write_text("revision = '0002'")


def change_migration(folder: Path) -> None:
    (folder / "migrations" / "versions" / "0001_first.py").write_text("revision = '0001'  # new")


def remove_database(folder: Path) -> None:
    (folder / "beacon.sqlite3").unlink()


def replace_database(folder: Path) -> None:
    (folder / "beacon.sqlite3").rename(folder / "old.sqlite3")
    migrate(folder, "0001")


def break_database(folder: Path) -> None:
    (folder / "beacon.sqlite3").write_bytes(b"no database")


def break_note(folder: Path) -> None:
    (folder / "prepared.json").write_text("{")


def test_without_a_note_nothing_holds(subject: Prepared) -> None:
    assert not subject.holds()


def test_after_the_steps_it_holds(subject: Prepared) -> None:
    subject.write()
    assert subject.holds()


@pytest.mark.parametrize(
    "change",
    [
        downgrade,
        add_migration,
        change_migration,
        remove_database,
        replace_database,
        break_database,
        break_note,
    ],
)
def test_any_change_asks_for_the_steps_again(
    subject: Prepared, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    subject.write()
    change(tmp_path)
    assert not subject.holds()
