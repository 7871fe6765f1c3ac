"""The commands of whoever runs the deployment."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from openapi_spec_validator import validate

from tests import factories
from tests.doubles.bounces import dsn, mbox
from webapp.container import services
from webapp.models import User

ADMIN = ["--email", "cleo@example.com", "--name", "Cleo", "--business", "Faraway"]
PASSWORD = "a password of some length"


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_an_admin_is_made_who_can_sign_in(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["create-admin", *ADMIN, "--password", PASSWORD])
    assert result.exit_code == 0, result.output
    accounts = services().accounts
    secret = accounts.sign_in("cleo@example.com", PASSWORD, address="", user_agent=None)
    assert accounts.user_of_session(secret) is not None


@pytest.mark.parametrize("password", ["short", "x" * 300])
def test_a_bad_password_is_one_clear_line(runner: FlaskCliRunner, password: str) -> None:
    result = runner.invoke(args=["create-admin", *ADMIN, "--password", password])
    assert result.exit_code == 1
    assert result.output.startswith("Error: Take 12 to 200 characters")


def test_a_token_is_printed_alone(runner: FlaskCliRunner, ana: User) -> None:
    result = runner.invoke(args=["create-token", "--email", ana.email])
    actor = services().accounts.actor_of_token(result.output.strip())
    assert actor is not None
    assert actor.user_id == ana.id


def test_a_token_for_nobody_is_refused(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["create-token", "--email", "nobody@example.com"])
    assert result.exit_code == 1
    assert "no active account" in result.output


def test_the_demo_is_refused_outside_a_demo(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["seed-demo"])
    assert result.exit_code == 1
    assert "DEMO=1" in result.output


def test_the_doctor_names_what_is_wrong(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["doctor"])
    assert result.exit_code == 1
    bad = {line[5:].split(":")[0] for line in result.output.splitlines() if line[:3] == "BAD"}
    assert {"redis", "scheduler", "worker"} <= bad
    assert "ok   database: answers" in result.output


def test_the_document_can_be_written_to_a_file(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    assert runner.invoke(args=["openapi", "--output", str(file)]).exit_code == 0
    document = json.loads(file.read_text())
    validate(document)
    assert json.loads(runner.invoke(args=["openapi"]).output) == document


def test_bounces_are_imported_from_a_mailbox(
    runner: FlaskCliRunner, ana: User, tmp_path: Path
) -> None:
    mail = factories.email_log(ana)
    (tmp_path / "box").write_bytes(mbox(dsn(mail.message_id, recipient=ana.email)))
    result = runner.invoke(args=["import-bounces", str(tmp_path / "box")])
    assert result.output.startswith("1 mail looked through. 1 bounced, 1 address")
    missing = runner.invoke(args=["import-bounces", str(tmp_path / "nothing")])
    assert (missing.exit_code, "no mailbox" in missing.output) == (1, True)
