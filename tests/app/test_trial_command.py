"""`flask reprocess --trial` judges stored rows anew, and --adopt writes what was shown."""

import threading
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests import factories
from tests.api.test_raw_data import stored
from webapp.container import services
from webapp.enums import Category, RawOutcome, TrialStatus
from webapp.extensions import db
from webapp.models import Client, Event, ReprocessTrial, User

NEWS = "Halcyon Health raises $65M in Series C funding"
TRIAL = ["reprocess", "--trial", "--classifier", "rules"]


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def event(ben: User) -> Event:
    """An event that the rules judge otherwise today."""
    halcyon = factories.client(ben.business, owner=ben, name="Halcyon Health")
    found = factories.event(halcyon, title=NEWS, category=Category.OTHER)
    done = {"is_processed": True, "outcome": RawOutcome.CREATED}
    stored(halcyon, NEWS, processed_into_event_id=found.id, **done)
    return found


def only_trial() -> ReprocessTrial:
    db.session.rollback()
    return db.session.query(ReprocessTrial).one()


def test_a_trial_is_started_watched_and_adopted(
    app: Flask, runner: FlaskCliRunner, event: Event
) -> None:
    db.session.rollback()
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            while not stop.wait(0.05):
                for trial in db.session.query(ReprocessTrial).all():
                    services().trials.runner.work(trial.id)
                db.session.rollback()
            db.session.remove()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        result = runner.invoke(args=[*TRIAL, "--wait"])
        assert result.exit_code == 0, result.output
        assert "1 row to judge by rules, for about $0.0000." in result.output
        assert "ready: 1 event judged otherwise" in result.output
        assert db.session.query(Event).one().category is Category.OTHER
        trial_id = only_trial().id
        result = runner.invoke(args=["reprocess", "--adopt", str(trial_id), "--wait"])
    finally:
        stop.set()
        worker.join(20)
    assert result.exit_code == 0, result.output
    assert "1 written, 0 left out" in result.output
    db.session.rollback()
    assert db.session.query(Event).one().category is Category.FUNDING
    assert event.category is Category.FUNDING


def test_a_trial_can_be_discarded(runner: FlaskCliRunner, event: Event) -> None:
    runner.invoke(args=TRIAL)
    services().trials.runner.work(only_trial().id)
    result = runner.invoke(args=["reprocess", "--discard", str(only_trial().id)])
    assert (result.exit_code, only_trial().status) == (0, TrialStatus.DISCARDED), result.output
    assert runner.invoke(args=["reprocess", "--adopt", str(only_trial().id)]).exit_code == 1
    assert event.category is Category.OTHER


def test_its_rows_are_narrowed_by_the_same_options(runner: FlaskCliRunner, event: Event) -> None:
    narrow = ["--client", str(event.client_id), "--since", "2020-01-01", "--limit", "5"]
    result = runner.invoke(args=[*TRIAL, *narrow, "--category", "other", "--quiet"])
    assert result.exit_code == 0, result.output
    selection = only_trial().selection
    assert (selection["client_ids"], selection["limit"]) == ([str(event.client_id)], 5)
    assert (selection["categories"], only_trial().tells) == (["other"], False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--category", "funding"], "No stored row is like this"),
        (["--outcome", "old"], "outcomes"),
        (["--model", "finer"], "no models to choose from"),
        (["--cost-cap", "-1"], "cost_cap_usd"),
        (["--business", str(uuid.UUID(int=0))], "no business"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    runner: FlaskCliRunner, event: Event, options: list[str], said: str
) -> None:
    result = runner.invoke(args=[*TRIAL, *options])
    assert result.exit_code == 1
    assert said in result.output
    assert event.category is Category.OTHER


def test_with_several_businesses_one_has_to_be_named(
    runner: FlaskCliRunner, event: Event, cleo: User
) -> None:
    result = runner.invoke(args=TRIAL)
    assert (result.exit_code, "Name one" in result.output) == (1, True)
    named = [*TRIAL, "--business", str(event.business_id)]
    assert runner.invoke(args=named).exit_code == 0
    assert only_trial().business_id != cleo.business_id
    assert db.session.query(Client).count() == 1
