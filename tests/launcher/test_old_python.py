"""An old Python gets a sentence, not a syntax error."""

import ast
import subprocess
import sys

import pytest

from tests.launcher.project import ROOT

ENTRIES = ("run", "install")
PRETEND = (
    "import runpy, sys; sys.version_info = (3, 9, 18, 'final', 0); "
    "runpy.run_path(sys.argv[1], run_name='__main__')"
)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_old_python_is_told_what_is_needed(entry: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRETEND, ROOT / "bin" / entry],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Beacon needs Python 3.11 or newer, but this is Python 3.9: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_python_3_can_read_the_entry(entry: str) -> None:
    ast.parse((ROOT / "bin" / entry).read_text(), feature_version=(3, 4))
