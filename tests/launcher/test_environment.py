"""The variables of the children."""

from pathlib import Path

import pytest

from bin.launcher import environment
from bin.launcher.errors import StartError


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=value", "value"),
        ("  export NAME = value  ", "value"),
        ("NAME='a # b'", "a # b"),
        ('NAME="two words"  # why', "two words"),
        ("NAME=one # two", "one"),
        ("NAME=a=b#c", "a=b#c"),
        ("NAME=", ""),
        ("NAME= # nothing", ""),
        ("NAME='open", "'open"),
    ],
)
def test_a_line_of_the_env_file_is_read(tmp_path: Path, line: str, value: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"# a comment\n\n{line}\n")
    assert environment.read_env_file(file) == {"NAME": value}


def test_a_line_that_is_no_setting_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\nwhatever\n")
    with pytest.raises(StartError, match=r"line 2, is not NAME=value"):
        environment.read_env_file(file)


def test_no_env_file_is_no_settings(tmp_path: Path) -> None:
    assert environment.read_env_file(tmp_path / ".env") == {}


def test_an_empty_variable_leaves_the_files_value(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=file\nB=file")
    assert environment.effective({"A": " ", "B": "shell"}, file) == {"A": "file", "B": "shell"}


def test_the_instance_folder_lies_in_the_project(tmp_path: Path) -> None:
    assert environment.instance_folder({}, tmp_path) == tmp_path / "instance"
    assert environment.instance_folder({"INSTANCE_DIR": "data"}, tmp_path) == tmp_path / "data"
    assert environment.instance_folder({"INSTANCE_DIR": "/srv/b"}, tmp_path) == Path("/srv/b")


@pytest.mark.parametrize(
    ("variables", "loaded"),
    [
        ({}, "demo"),
        ({"DATABASE_URL": "postgresql:///x"}, "nothing"),
        ({"DATABASE_URL": "postgresql:///x", "DEMO": "1"}, "demo"),
        ({"DEMO": "0"}, "nothing"),
        ({"DEMO": "true"}, "demo"),
    ],
)
def test_the_demo_belongs_to_the_embedded_database(
    tmp_path: Path, variables: dict[str, str], loaded: str
) -> None:
    filled = environment.for_children(variables, port=1, folder=tmp_path, redis_url="redis://x")
    assert environment.has_demo(filled) is (loaded == "demo")


def test_an_address_of_ones_own_stays(tmp_path: Path) -> None:
    variables = {"PUBLIC_URL": "https://beacon.example.com", "SECRET_KEY": "own"}
    filled = environment.for_children(variables, port=1, folder=tmp_path, redis_url="redis://x")
    assert filled["PUBLIC_URL"] == "https://beacon.example.com"
    assert filled["SECRET_KEY"] == "own"
    assert not list(tmp_path.iterdir())
