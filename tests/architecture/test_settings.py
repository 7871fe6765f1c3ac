"""Every setting is documented, and the documents agree with the code."""

import subprocess
import sys

import pytest

from tests.architecture.files import ROOT, own_files, read
from webapp.config import Settings

START, END = "<!-- settings:start -->", "<!-- settings:end -->"


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    return {option: _print(option) for option in ("", "--env")}


def test_the_readme_has_the_table_of_settings(printed: dict[str, str]) -> None:
    shown = read("README.md").partition(START)[2].partition(END)[0]
    assert shown.strip() == printed[""].strip(), "run `make settings`"


def test_the_example_of_an_env_file_is_complete(printed: dict[str, str]) -> None:
    assert read(".env.example") == printed["--env"], "run `make settings`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_says_what_it_does_and_something_reads_it(name: str) -> None:
    field = Settings.model_fields[name]
    assert field.description
    if name != "demo":  # what `make run` made is told from it
        readers = [
            n for n in own_files(".py") if n.startswith(("webapp/", "jobs/")) or "/" not in n
        ]
        assert any(f".{name}" in read(reader) for reader in readers)


def _print(option: str) -> str:
    command = [sys.executable, str(ROOT / "bin" / "settings-table"), *option.split()]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
