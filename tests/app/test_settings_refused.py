"""A setting that is nonsense stops the start and is named in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.config import PROJECT_ROOT, Settings
from webapp.errors import SettingsError

SECRET = "a-secret-key-that-only-tests-ever-use"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("SECRET_KEY", "short"),
        ("AI_PROVIDER", "foo"),
        ("MAIL_PROVIDER", "pigeon"),
        ("LOG_FORMAT", "xml"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://db.example.com/beacon"),
        ("REDIS_URL", "localhost"),
        ("SERPER_BASE_URL", "serper"),
        ("DEFAULT_TIMEZONE", "Mars/Base"),
        ("INSIGHT_THRESHOLD", "1.5"),
        ("AI_MONTHLY_BUDGET_USD", "-1"),
        ("MONITOR_CONCURRENCY", "0"),
    ],
)
def test_nonsense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        Settings.from_env()


def test_a_missing_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(SettingsError, match="SECRET_KEY: is not set"):
        Settings.from_env()


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("PORT", "")
    assert Settings.from_env().port == 8000


@pytest.mark.parametrize("module", ["wsgi", "jobs.worker", "jobs.scheduler"])
def test_each_process_stops_with_a_sentence_and_no_traceback(tmp_path: Path, module: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(tmp_path),
        "PORT": "abc",
    }
    ended = subprocess.run(
        [sys.executable, "-m", module],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "PORT" in ended.stderr
    assert "Traceback" not in ended.stderr
