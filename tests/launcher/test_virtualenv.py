"""The virtual environment is made once, and again when it has to be."""

import io
from pathlib import Path

import pytest

from bin.launcher.errors import StartError
from bin.launcher.family import Command
from bin.launcher.output import Output
from bin.launcher.virtualenv import DEVELOPMENT, RUNTIME, VirtualEnvironment


class ScriptedFamily:
    """Stands for the family: notes what was run, makes what it would make, fails as told."""

    def __init__(self, project: Path) -> None:
        self.ran: list[str] = []
        self.failures: dict[str, str] = {}
        self._project = project

    def run(self, command: Command) -> tuple[int, str]:
        self.ran.append(command.name)
        if command.name in self.failures:
            return 1, self.failures[command.name]
        python = self._project / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        return 0, ""


@pytest.fixture
def family(tmp_path: Path) -> ScriptedFamily:
    for name in DEVELOPMENT:
        (tmp_path / name).write_text("one==1\n")
    return ScriptedFamily(tmp_path)


@pytest.fixture
def subject(tmp_path: Path, family: ScriptedFamily) -> VirtualEnvironment:
    return VirtualEnvironment(tmp_path, family, Output(io.StringIO()))  # type: ignore[arg-type]  # a scripted double


def test_the_first_start_makes_and_fills_it(
    subject: VirtualEnvironment, family: ScriptedFamily
) -> None:
    subject.ensure(RUNTIME)
    assert family.ran == ["venv", "pip"]


def test_the_second_start_does_nothing(subject: VirtualEnvironment, family: ScriptedFamily) -> None:
    subject.ensure(RUNTIME)
    subject.ensure(RUNTIME)
    assert family.ran == ["venv", "pip"]


def test_changed_requirements_are_installed_into_the_same_one(
    subject: VirtualEnvironment, family: ScriptedFamily, tmp_path: Path
) -> None:
    subject.ensure(RUNTIME)
    (tmp_path / "requirements.txt").write_text("one==2\n")
    subject.ensure(RUNTIME)
    assert family.ran == ["venv", "pip", "pip"]


def test_what_the_tests_need_comes_on_top_and_serves_the_product_too(
    subject: VirtualEnvironment, family: ScriptedFamily
) -> None:
    subject.ensure(RUNTIME)
    subject.ensure(DEVELOPMENT)
    subject.ensure(RUNTIME)
    assert family.ran == ["venv", "pip", "pip"]


def test_an_installation_that_was_cut_off_starts_anew(
    subject: VirtualEnvironment, family: ScriptedFamily
) -> None:
    family.failures = {"pip": "ERROR: no route\n"}
    with pytest.raises(StartError):
        subject.ensure(RUNTIME)
    family.failures = {}
    subject.ensure(RUNTIME)
    assert family.ran == ["venv", "pip", "venv", "pip"]


def test_an_environment_that_somebody_made_is_filled_not_replaced(
    subject: VirtualEnvironment, family: ScriptedFamily
) -> None:
    subject.python.parent.mkdir(parents=True)
    subject.python.touch()
    subject.ensure(RUNTIME)
    assert family.ran == ["pip"]


def test_a_moved_folder_gets_a_new_one(
    subject: VirtualEnvironment, family: ScriptedFamily, tmp_path: Path
) -> None:
    subject.ensure(RUNTIME)
    stamp = tmp_path / ".venv" / "beacon-stamp.json"
    stamp.write_text(stamp.read_text().replace(str(tmp_path), "/elsewhere"))
    subject.ensure(RUNTIME)
    assert family.ran == ["venv", "pip", "venv", "pip"]


@pytest.mark.parametrize(
    ("step", "printed", "sentence"),
    [
        ("venv", "Error: ensurepip is not available", "install the package python3-venv"),
        ("venv", "Error: read-only", "could not be made: Error: read-only"),
        ("pip", "x\nERROR: no route\nnotice: x", "check the connection .* ERROR: no route"),
        ("pip", "OSError: [Errno 28] No space left on device", "The disk is full"),
    ],
)
def test_a_failed_installation_says_what_to_do(
    subject: VirtualEnvironment, family: ScriptedFamily, step: str, printed: str, sentence: str
) -> None:
    family.failures = {step: printed}
    with pytest.raises(StartError, match=sentence):
        subject.ensure(RUNTIME)


def test_a_link_to_another_folder_is_never_emptied(
    subject: VirtualEnvironment, family: ScriptedFamily, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (tmp_path / ".venv").symlink_to(elsewhere)
    with pytest.raises(StartError, match="Remove the link"):
        subject.ensure(RUNTIME)
    assert family.ran == []
    assert (elsewhere / "kept").exists()
