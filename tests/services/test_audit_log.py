"""The audit log: who did what, in an order that nobody can change unseen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from tests import factories
from tests.pages.signing_in import PASSWORD, person
from webapp.container import services
from webapp.enums import AuditDoor
from webapp.errors import NotSignedInError
from webapp.extensions import db
from webapp.models import AuditEntry, Business, User
from webapp.services.audit_log import AuditLog, append, deed_of
from webapp.services.transactions import atomic

Make = Callable[[User], FlaskClient]


def note(user: User, action: str) -> None:
    with atomic() as session:
        append(session, deed_of(user, action, door=AuditDoor.PAGE))


def entries() -> list[AuditEntry]:
    db.session.rollback()
    return [*db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))]


def test_a_change_is_written_with_what_was_before(api_as: Make, ana: User) -> None:
    client = factories.client(ana.business, name="Halcyon Health")
    path = f"/api/v1/clients/{client.id}"
    assert api_as(ana).put(path, json={"name": "Halcyon Care"}).status_code == 200
    (entry,) = entries()
    assert (entry.user_id, entry.user_name, entry.door) == (ana.id, "Ana", AuditDoor.API)
    assert entry.action == "clients.update_client"
    assert entry.target == {"client_id": str(client.id)}
    (change,) = [each for each in entry.changes if each["table"] == "clients"]
    assert change["values"]["name"] == ["Halcyon Health", "Halcyon Care"]
    assert entry.address == "127.0.0.0"


def test_what_was_refused_or_only_read_is_no_change(api_as: Make, ana: User) -> None:
    program = api_as(ana)
    assert program.get("/api/v1/clients/").status_code == 200
    assert program.post("/api/v1/clients/", json={"name": ""}).status_code == 422
    assert entries() == []


def test_no_secret_is_written(api_as: Make, ana: User) -> None:
    body = {"name": "Dora", "email": "dora@example.com", "role": "csm", "password": PASSWORD}
    assert api_as(ana).post("/api/v1/users/", json=body).status_code == 201
    (entry,) = entries()
    assert "dora@example.com" in str(entry.changes)
    assert PASSWORD not in str(entry.changes)
    assert "argon2" not in str(entry.changes)


@pytest.mark.usefixtures("app")
def test_sign_ins_are_written_refused_ones_too(business: Business) -> None:
    person(business)
    accounts = services().accounts
    where: dict[str, Any] = {"address": "203.0.113.9", "user_agent": None}
    with pytest.raises(NotSignedInError):
        accounts.sign_in("ana@example.com", "not the password", **where)
    secret = accounts.sign_in("ana@example.com", PASSWORD, **where)
    accounts.sign_out(secret)
    actions = ["auth.sign_in_refused", "auth.sign_in", "auth.sign_out"]
    assert [each.action for each in entries()] == actions
    assert entries()[0].address == "203.0.113.0"


@pytest.mark.usefixtures("database")
def test_entries_can_be_neither_changed_nor_deleted(ana: User) -> None:
    note(ana, "auth.sign_in")
    for statement in (update(AuditEntry).values(user_name="Nobody"), delete(AuditEntry)):
        with pytest.raises(DatabaseError, match="append-only"), atomic() as session:
            session.execute(statement)
    assert [each.user_name for each in entries()] == ["Ana"]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("column", "value"),
    [("user_name", "'Nobody'"), ("changes", "'[1]'"), ("number", "7"), ("hash", "'0'")],
)
def test_verifying_finds_one_changed_row(ana: User, column: str, value: str) -> None:
    for action in ("one", "two", "three"):
        note(ana, action)
    assert AuditLog().verify(ana.business_id).broken_at is None
    _tamper(f"UPDATE audit_entries SET {column} = {value} WHERE number = 2")  # noqa: S608 -- ours
    assert AuditLog().verify(ana.business_id).broken_at == 2


@pytest.mark.usefixtures("database")
def test_verifying_finds_a_missing_row(ana: User) -> None:
    for action in ("one", "two", "three"):
        note(ana, action)
    _tamper("DELETE FROM audit_entries WHERE number = 2")
    assert AuditLog().verify(ana.business_id).broken_at == 2


def test_chains_of_many_writers_hold(database: Flask, ana: User, cleo: User) -> None:
    deeds = [deed_of(each, "auth.sign_in", door=AuditDoor.API) for each in (ana, cleo)]

    def write(number: int) -> None:
        with database.app_context():
            with atomic() as session:
                append(session, replace(deeds[number % 2], action=f"act {number}"))
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    for user in (ana, cleo):
        verdict = AuditLog().verify(user.business_id)
        assert (verdict.entries, verdict.broken_at) == (20, None)


def test_admins_read_their_own_log_and_nobody_else_any(
    api_as: Make, browse_as: Make, ana: User, ben: User, cleo: User
) -> None:
    note(cleo, "cleo.secret_act")
    note(ana, "auth.sign_in")
    answer = api_as(ana).get("/api/v1/audit-log/")
    assert answer.json is not None
    assert [each["action"] for each in answer.json["entries"]] == ["auth.sign_in"]
    assert answer.json["total"] == 1
    assert api_as(ben).get("/api/v1/audit-log/").status_code == 403
    browse_as(ana).post("/notifications/read-all")
    page = browse_as(ana).get("/business/audit").text
    assert "auth: sign in" in page
    assert "secret act" not in page
    assert browse_as(ben).get("/business/audit").status_code == 403


def test_the_command_tells_a_broken_chain(app: Flask, ana: User) -> None:
    note(ana, "one")
    run = app.test_cli_runner().invoke
    assert run(args=["audit", "verify"]).exit_code == 0
    _tamper("UPDATE audit_entries SET action = 'another'")
    result = run(args=["audit", "verify"])
    assert result.exit_code == 1
    assert "broken at entry 1" in result.output


def _tamper(statement: str) -> None:
    """Change the log as somebody can who holds the database itself."""
    db.session.rollback()
    is_postgresql = db.engine.dialect.name == "postgresql"
    with db.engine.begin() as connection:
        if is_postgresql:
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
            connection.execute(text(statement))
            connection.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))
            return
        kept = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type='trigger'"))
        triggers = kept.all()
        for name, _sql in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
        for _name, sql in triggers:
            connection.exec_driver_sql(sql)
