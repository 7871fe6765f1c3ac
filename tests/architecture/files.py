"""The project's own files, as git sees them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = ("static/vendor/", "migrations/versions/")
_IMAGES = {".png", ".ico", ".woff2", ".jpg", ".gif", ".gz"}


@cache
def project_files() -> tuple[str, ...]:
    """Return the paths of all files that git keeps or would keep, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(sorted(name for name in listed.stdout.splitlines() if (ROOT / name).is_file()))


def own_files(*suffixes: str) -> list[str]:
    """Return our own files with one of the suffixes: neither vendored ones nor migrations."""
    return [
        name
        for name in project_files()
        if name.endswith(suffixes) and not name.startswith(_NOT_OURS)
    ]


def text_files() -> list[str]:
    """Return every file that people read."""
    return [
        name
        for name in project_files()
        if Path(name).suffix not in _IMAGES and not name.startswith("static/vendor/")
    ]


def read(name: str) -> str:
    """Return a file's text; what is no UTF-8, as in a sample of an old feed, is replaced."""
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


@cache
def tree(name: str) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(read(name), filename=name)
