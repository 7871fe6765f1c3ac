"""Migrations are one chain: a database that is brought up to date has one way to go."""

from pathlib import Path

from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parents[2] / "migrations"


def test_there_is_one_head_and_each_file_is_named_by_its_place() -> None:
    chain = [*reversed([*ScriptDirectory(FOLDER).walk_revisions()])]
    names = sorted(path.name for path in (FOLDER / "versions").glob("*.py"))
    assert [each.revision for each in chain] == [name[:4] for name in names]
    assert [each.down_revision for each in chain[1:]] == [each.revision for each in chain[:-1]]
