"""Every package that we chose is pinned, and its reason is written down."""

import re

import pytest

from tests.architecture.files import read

NAME = re.compile(r"^([A-Za-z0-9_.-]+)", re.MULTILINE)
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)
FILES = {"requirements.in": "Runtime", "requirements-dev.in": "Checks and tests"}


def chosen(file: str) -> set[str]:
    return {name.lower() for name in NAME.findall(read(file)) if not name.startswith("-")}


def explained(chapter: str) -> dict[str, str]:
    text = read("docs/dependencies.md").partition(f"## {chapter}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {name.lower(): reason for name, reason in rows if name != "package"}


@pytest.mark.parametrize(("file", "chapter"), FILES.items())
def test_every_package_that_we_name_has_a_reason(file: str, chapter: str) -> None:
    assert set(explained(chapter)) == chosen(file)
    assert all(reason.strip() for reason in explained(chapter).values())


@pytest.mark.parametrize("file", FILES)
def test_every_package_is_pinned_with_a_hash(file: str) -> None:
    pinned = read(file.replace(".in", ".txt"))
    for name in chosen(file):
        assert re.search(rf"(?mi)^{re.escape(name)}==\S+.*\\\n +--hash=sha256:", pinned), name


def test_both_files_pin_a_package_they_share_to_one_version() -> None:
    versions = [dict(PINNED.findall(read(file.replace(".in", ".txt")))) for file in FILES]
    runtime, checks = versions
    shared = runtime.keys() & checks.keys()
    assert {name: checks[name] for name in shared} == {name: runtime[name] for name in shared}
