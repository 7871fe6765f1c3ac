"""`flask reprocess` hands stored rows to the workers."""

import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests import factories
from tests.api.test_raw_data import stored
from webapp import clock
from webapp.container import services
from webapp.enums import RawOutcome
from webapp.extensions import db
from webapp.models import JobRun, User


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_every_business_gets_a_run_of_its_own(
    runner: FlaskCliRunner, ben: User, cleo: User
) -> None:
    for user in (ben, cleo):
        stored(factories.client(user.business), collect_only=True)
    result = runner.invoke(args=["reprocess"])
    assert result.exit_code == 0, result.output
    runs = db.session.query(JobRun).all()
    assert {run.business_id for run in runs} == {ben.business_id, cleo.business_id}
    assert all(f"/runs/{run.id}" in result.output for run in runs)


@pytest.mark.parametrize("option", ["--business", "--client"])
def test_one_business_or_client_can_be_named(
    runner: FlaskCliRunner, ben: User, cleo: User, option: str
) -> None:
    ours = factories.client(ben.business)
    for client in (ours, factories.client(cleo.business)):
        stored(client, collect_only=True)
    named = ben.business_id if option == "--business" else ours.id
    assert runner.invoke(args=["reprocess", option, str(named)]).exit_code == 0
    assert [run.business_id for run in db.session.query(JobRun)] == [ben.business_id]


def test_twice_starts_one_run(runner: FlaskCliRunner, ben: User) -> None:
    stored(factories.client(ben.business), collect_only=True)
    runner.invoke(args=["reprocess"])
    assert "under way already" in runner.invoke(args=["reprocess"]).output
    assert db.session.query(JobRun).count() == 1


def test_time_number_and_outcome_narrow_it(runner: FlaskCliRunner, ben: User) -> None:
    client = factories.client(ben.business)
    long_ago = clock.now() - timedelta(days=9)
    stored(client, "old", collect_only=True, created_at=long_ago)
    stored(client, "off", is_processed=True, outcome=RawOutcome.IRRELEVANT)
    stored(client, "bad", is_processed=True, outcome=RawOutcome.ERROR)
    since = f"{clock.now() - timedelta(days=2):%Y-%m-%d}"
    options = ["--since", since, "--limit", "5", "--outcome", "irrelevant"]
    result = runner.invoke(args=["reprocess", *options])
    assert "Rows to judge: 1." in result.output, result.output


def test_nothing_to_do_is_said(runner: FlaskCliRunner, ben: User) -> None:
    factories.client(ben.business)
    result = runner.invoke(args=["reprocess", "--wait"])
    assert (result.exit_code, result.output) == (0, "No raw data waits to be processed.\n")


def test_waiting_ends_with_the_run(app: Flask, runner: FlaskCliRunner, ben: User) -> None:
    stored(factories.client(ben.business), collect_only=True)
    db.session.rollback()

    def work() -> None:
        with app.app_context():
            while (run := db.session.query(JobRun).first()) is None:
                db.session.rollback()
            services().engine.execute_client_monitoring_job(run.id)
            db.session.remove()

    worker = threading.Thread(target=work)
    worker.start()
    result = runner.invoke(args=["reprocess", "--wait"])
    worker.join(20)
    assert "completed: 1 event" in result.output, result.output


BAD = [
    (["--business", str(uuid.uuid4())], "no business"),
    (["--client", str(uuid.uuid4())], "no client"),
    (["--limit", "0"], "limit"),
    (["--since", "yesterday"], "since"),
    (["--outcome", "created"], "outcome"),
]


@pytest.mark.parametrize(("options", "named"), BAD)
def test_a_wrong_option_is_one_clear_line(
    runner: FlaskCliRunner, options: list[str], named: str
) -> None:
    result = runner.invoke(args=["reprocess", *options])
    assert result.exit_code != 0
    assert named in result.output
    assert "Traceback" not in result.output
