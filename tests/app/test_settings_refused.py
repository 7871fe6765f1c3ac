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
        ("HEARTBEAT_PING_URL", "healthchecks"),
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


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"MAIL_PROVIDER": "smtp"}, "SMTP_HOST"),
        ({"MAIL_PROVIDER": "sendgrid"}, "SMTP_PASSWORD"),
        ({"MAIL_PROVIDER": "sendgrid", "SMTP_HOST": "mail.example.com"}, "SMTP_PASSWORD"),
        ({"AI_PROVIDER": "openai", "ANTHROPIC_API_KEY": "k"}, "OPENAI_API_KEY"),
        ({"AI_PROVIDER": "anthropic", "OPENAI_API_KEY": "k"}, "ANTHROPIC_API_KEY"),
        ({"SMTP_FROM_EMAIL": "nobody"}, "SMTP_FROM_EMAIL"),
        ({"SMTP_FROM_EMAIL": "a@b@example.com"}, "SMTP_FROM_EMAIL"),
        ({"SMTP_FROM_EMAIL": "Beacon <beacon@example.com>"}, "SMTP_FROM_EMAIL"),
        ({"SMTP_FROM_EMAIL": "beacon@example..com"}, "SMTP_FROM_EMAIL"),
        ({"SMTP_FROM_EMAIL": f"beacon@{'x' * 70}.com"}, "SMTP_FROM_EMAIL"),
        ({"OUTBOUND_ALLOW_HOSTS": "127.0.0.1:9000,feeds.example.com"}, "OUTBOUND_ALLOW_HOSTS"),
        ({"OUTBOUND_ALLOW_HOSTS": "http://feeds.example.com:80"}, "OUTBOUND_ALLOW_HOSTS"),
        ({"OUTBOUND_ALLOW_HOSTS": "feeds.example.com:99999"}, "OUTBOUND_ALLOW_HOSTS"),
        ({"OUTBOUND_ALLOW_HOSTS": ":80"}, "OUTBOUND_ALLOW_HOSTS"),
        ({"OUTBOUND_ALLOW_HOSTS": "::1"}, "OUTBOUND_ALLOW_HOSTS"),
        ({"EDGAR_CONTACT": "Lighthouse Ltd"}, "EDGAR_CONTACT"),
    ],
)
def test_settings_that_cannot_work_together_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        Settings.from_env()
    assert str(refused.value).startswith(named)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {"MAIL_PROVIDER": "smtp", "SMTP_HOST": "mail.example.com"},
        {"MAIL_PROVIDER": "sendgrid", "SMTP_PASSWORD": "k"},
        {"AI_PROVIDER": "openai", "OPENAI_API_KEY": "k"},
        {"AI_PROVIDER": "rules"},
        {"SMTP_FROM_EMAIL": "news+beacon@bücher.example"},
        {"OUTBOUND_ALLOW_HOSTS": "127.0.0.1:9000, feeds.example.com:81, ::1:8080, [::1]:8080"},
        {"EDGAR_CONTACT": "Lighthouse Ltd (ops@example.com)"},
    ],
)
def test_settings_that_belong_together_are_taken(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings.from_env().secret_key.get_secret_value() == SECRET


def test_every_contradiction_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("MAIL_PROVIDER", "smtp")
    monkeypatch.setenv("AI_PROVIDER", "openai")
    with pytest.raises(SettingsError) as refused:
        Settings.from_env()
    assert [line.split()[0] for line in str(refused.value).splitlines()] == [
        "SMTP_HOST",
        "OPENAI_API_KEY",
    ]


def test_a_missing_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(SettingsError, match="SECRET_KEY: is not set"):
        Settings.from_env()


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("PORT", "")
    assert Settings.from_env().port == 8000


def started(module: str, instance: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Start a process that should end by itself."""
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(instance),
        **given,
    }
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", ["wsgi", "jobs.worker", "jobs.scheduler"])
def test_each_process_stops_with_a_sentence_and_no_traceback(tmp_path: Path, module: str) -> None:
    ended = started(module, tmp_path, PORT="abc")
    assert ended.returncode == 1
    assert "PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(("module", "inside"), [("wsgi", ""), ("jobs.worker", "logs")])
def test_a_log_folder_that_cannot_be_written_is_named(
    tmp_path: Path, module: str, inside: str
) -> None:
    file = tmp_path / "a-file"
    file.write_text("no folder")
    ended = started(module, tmp_path, LOG_DIR=str(file / inside))
    assert ended.returncode == 1
    assert "LOG_DIR" in ended.stderr
    assert "Traceback" not in ended.stderr
