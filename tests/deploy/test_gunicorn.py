"""gunicorn accepts its settings, and refuses to start on nonsense."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-secret-key-that-only-tests-ever-use"
APP = "def app(environ, start_response): ...\n"


def print_config(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "empty.py").write_text(APP)
    inherited = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{folder}"}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--print-config",
            "-c",
            ROOT / "gunicorn.conf.py",
            "empty:app",
        ],
        cwd=folder,
        env={**inherited, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def value(printed: str, name: str) -> str:
    rows = [line.split("=", 1) for line in printed.splitlines() if "=" in line]
    return next(text.strip() for key, text in rows if key.strip() == name)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    return print_config(tmp_path_factory.mktemp("gunicorn"), SECRET_KEY=KEY).stdout


def test_it_listens_on_this_machine_only_unless_told(tmp_path: Path) -> None:
    done = print_config(tmp_path, SECRET_KEY=KEY, PORT="8123", WEB_CONCURRENCY="3")
    assert done.returncode == 0, done.stderr
    assert value(done.stdout, "bind") == "['127.0.0.1:8123']"
    assert value(done.stdout, "workers") == "3"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("worker_class", "gthread"),
        ("threads", "8"),
        ("timeout", "30"),
        ("control_socket_disable", "True"),
        ("preload_app", "True"),
        ("limit_request_line", "32768"),
    ],
)
def test_it_is_set_up_as_designed(printed: str, name: str, expected: str) -> None:
    assert value(printed, name).endswith(expected)


def test_nonsense_in_a_setting_is_named(tmp_path: Path) -> None:
    done = print_config(tmp_path, SECRET_KEY=KEY, PORT="eighty")
    assert done.returncode == 1
    assert done.stderr.startswith("PORT: ")
    assert "Traceback" not in done.stderr
