"""`make lint` finds nothing: style, format, types and who may import whom."""

import os
import subprocess

import pytest

from tests.architecture.files import ROOT

LINT = ("make", "--no-print-directory", "--old-file=install-dev", "lint")
"""Whoever runs the tests has installed what they need."""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_lint_finds_nothing() -> None:
    environment = {name: text for name, text in os.environ.items() if "MAKE" not in name}
    done = subprocess.run(
        LINT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**environment, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout, done.stdout
