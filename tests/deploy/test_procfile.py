"""The Procfile, read with the reader of a process manager."""

import shlex
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)


def test_it_names_the_four_processes() -> None:
    assert set(PROCESSES) == {"release", "web", "worker", "scheduler"}


def test_a_release_migrates_and_loads_no_demo() -> None:
    assert PROCESSES["release"] == "flask --app wsgi db upgrade"


def test_the_web_process_listens_where_the_platform_says() -> None:
    assert "--bind 0.0.0.0:$PORT" in PROCESSES["web"]


@pytest.mark.parametrize("name", ["worker", "scheduler"])
def test_a_background_process_is_a_module_that_exists(name: str) -> None:
    program, option, module = shlex.split(PROCESSES[name])
    assert (program, option) == ("python", "-m")
    assert (ROOT / f"{module.replace('.', '/')}.py").exists()
