"""Three walls between businesses: each holds alone."""

from pathlib import Path

import flask_migrate
import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from tests.access.conftest import Visit
from tests.access.routes import routes
from tests.access.test_canary import crawl, starts
from tests.access.two_businesses import OURS, SHARED, THEIRS, Filled, rows_of
from tests.access.walls import first_wall_down
from tests.databases import SECRET, postgres_database
from tests.statements import counted
from webapp import tenancy
from webapp.app import create_app
from webapp.config import Settings
from webapp.enums import Role
from webapp.extensions import db
from webapp.models import Business, Client, Event, row_security
from webapp.models.base import table_of
from webapp.services.transactions import atomic

on_postgresql = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
"""For what is about row-level security, which SQLite has not."""


def test_a_request_that_names_nobody_reads_no_row(app: Flask, ours: Filled) -> None:
    assert ours.keys
    with app.test_request_context():
        for model in (Business, Client, Event):
            assert db.session.scalars(select(model)).all() == []
        assert db.session.get(Event, ours.keys["events"]) is None
        db.session.rollback()


def test_the_orm_shows_a_request_its_own_business_only(
    app: Flask, ours: Filled, theirs: Filled
) -> None:
    with app.test_request_context():
        tenancy.enter(ours.business_id, ours.keys["users"])
        assert [each.id for each in db.session.scalars(select(Business))] == [ours.business_id]
        assert db.session.scalar(select(func.count(Event.id))) == 1
        assert db.session.scalar(select(func.count()).select_from(Client)) == 1
        assert db.session.get(Event, theirs.keys["events"]) is None
        db.session.rollback()


def test_a_change_of_everything_changes_the_own_business_only(
    app: Flask, ours: Filled, theirs: Filled
) -> None:
    before = rows_of(theirs)
    with app.test_request_context():
        tenancy.enter(ours.business_id, ours.keys["users"])
        with atomic() as session:
            session.execute(update(Client).values(notes="changed"))
            session.execute(delete(Event))
        db.session.rollback()
    assert rows_of(theirs) == before
    assert db.session.get(Event, ours.keys["events"]) is None


@on_postgresql
@pytest.mark.usefixtures("ours")
def test_who_sets_no_business_reads_no_row_of_any_table(app: Flask, theirs: Filled) -> None:
    is_above = row_security.is_passed_over(db.session.connection())
    assert not is_above, "give the tests an account that is no superuser"
    plain = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    with psycopg.connect(plain) as connection:
        for table in row_security.walled_tables(db.metadata):
            counted = select(func.count()).select_from(table).compile().string
            connection.execute("SELECT set_config('app.business_id', '', false)")
            assert connection.execute(counted).fetchone() == (0,), table
            own = "SELECT set_config('app.business_id', %s, false)"
            connection.execute(own, [str(theirs.business_id)])
            seen = connection.execute(counted).fetchone()
            connection.execute(own, ["*"])
            everything = connection.execute(counted).fetchone()
            assert everything is not None
            assert everything[0] == 0 or seen == (everything[0] // 2,), table


@on_postgresql
def test_statements_past_the_orm_meet_the_policies(
    app: Flask, ours: Filled, theirs: Filled
) -> None:
    with app.test_request_context():
        tenancy.enter(ours.business_id, ours.keys["users"])
        names = db.session.scalars(text("SELECT name FROM clients")).all()
        assert names == [f"{OURS} name"]
        db.session.rollback()
        row = {"business_id": theirs.business_id, "name": "planted"}
        with pytest.raises(ProgrammingError, match="row-level security"), atomic():
            db.session.connection().execute(insert(table_of(Client)).values(row))
    assert THEIRS in str(rows_of(theirs))


@on_postgresql
def test_a_connection_goes_back_to_the_pool_without_a_scope(app: Flask, ours: Filled) -> None:
    with app.test_request_context():
        tenancy.enter(ours.business_id, ours.keys["users"])
        assert db.session.scalar(text("SHOW app.business_id")) == str(ours.business_id)
        db.session.rollback()
        with tenancy.across_businesses():
            assert db.session.scalar(text("SHOW app.business_id")) == "*"
        assert db.session.scalar(text("SHOW app.business_id")) == str(ours.business_id)
    with app.test_request_context():
        app.preprocess_request()
        assert db.session.scalar(text("SHOW app.business_id")) == ""
        db.session.rollback()


@on_postgresql
@pytest.mark.usefixtures("ours", "theirs")
def test_a_worker_sees_every_business(app: Flask, tmp_path: Path) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    settings = Settings.from_env(secret_key=SECRET, instance_dir=tmp_path, database_url=url)
    with create_app(settings, patient=True).app_context(), counted() as statements:
        assert db.session.scalar(select(func.count(Event.id))) == 2
        db.session.remove()
        db.engine.dispose()
    assert len(statements) == 1


def test_every_table_belongs_to_a_business_or_is_known_to_be_shared() -> None:
    walled = {each.name for each in row_security.walled_tables(db.metadata)}
    assert set(db.metadata.tables) - walled == SHARED


@pytest.mark.slow
def test_an_upgrade_puts_up_the_policies_in_a_database_with_one_user(tmp_path: Path) -> None:
    database = postgres_database(tmp_path)
    app = create_app(
        Settings.from_env(secret_key=SECRET, instance_dir=tmp_path, database_url=database.url)
    )
    with app.app_context():
        for _ in range(2):  # the second time there is nothing left to do
            flask_migrate.upgrade()
        forced = set(
            db.session.scalars(
                text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
            )
        )
        assert {each.name for each in row_security.walled_tables(db.metadata)} <= forced
        db.session.remove()
        flask_migrate.downgrade(revision="base")
        db.engine.dispose()
    database.close()


@pytest.mark.slow
def test_without_the_first_wall_the_others_hold(
    app: Flask, ours: Filled, theirs: Filled, visit: Visit
) -> None:
    browser, before = visit(ours.people[Role.ADMIN]), rows_of(theirs)
    with first_wall_down() as struck:
        seen = crawl(browser, starts(app, ours, theirs), most_links=0)
        assert [address for address, text in seen.items() if THEIRS in text] == []
        for route in routes(app):
            if route.is_unsafe and route.names_rows:
                answer = route.ask(browser, theirs)
                assert answer.status_code in {404, 422}, route
    assert len(struck) > 100
    assert rows_of(theirs) == before
