"""What is known to go wrong before anything is made."""

from pathlib import Path

import pytest

from bin.launcher import checks
from bin.launcher.errors import StartError


def test_too_little_disk_says_how_much_there_is_and_how_much_is_needed(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=rf"{tmp_path} has \d+ MB .* 999999999 MB are needed"):
        checks.check_disk(tmp_path, needed_mb=999_999_999)


def test_enough_disk_says_nothing(tmp_path: Path) -> None:
    checks.check_disk(tmp_path, needed_mb=0)


def test_no_port_given_is_8000() -> None:
    assert checks.read_port("") == 8000


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        checks.only_one(lock, about="process 7", busy="taken by {}"),
        pytest.raises(StartError, match="taken by process 7"),
        checks.only_one(lock, about="process 8", busy="taken by {}"),
    ):
        pytest.fail("two held one lock")
    with checks.only_one(lock, about="process 9", busy="taken by {}"):
        assert lock.read_text() == "process 9"
