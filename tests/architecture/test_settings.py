"""Every setting is documented, and the documents agree with the code."""

import re
import subprocess
import sys

import pytest

from tests.architecture.files import ROOT, own_files, read
from webapp.config import Settings

ROOMS = {
    # Named by the specification; what reads it does not exist yet.
    "analytics_database_url",
}
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
def test_a_setting_says_what_it_does(name: str) -> None:
    assert Settings.model_fields[name].description


def test_something_reads_every_setting() -> None:
    product = [n for n in own_files(".py") if n.startswith(("webapp/", "jobs/")) or "/" not in n]
    code = "\n".join(read(name) for name in product)
    unread = {name for name in Settings.model_fields if not re.search(rf"\.{name}\b", code)}
    assert unread == ROOMS


def _print(option: str) -> str:
    command = [sys.executable, str(ROOT / "bin" / "settings-table"), *option.split()]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
