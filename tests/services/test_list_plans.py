"""No list of what grows is read from end to end: each has an index for its filters and order."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from tests import factories
from webapp.extensions import db
from webapp.models import Business, User

GROWING = ("events", "event_raw_data", "email_logs", "notifications", "job_runs", "source_checks")
LISTS = (
    *(f"events?sort={sort}" for sort in ("newest", "oldest", "relevance", "severity")),
    "events?category=funding&risk_level=high",
    "events?group=risk&sentiment=negative&needs_action=true",
    "events?min_relevance=0.7&start_date=2026-11-01",
    "events?status=unread",
    "events?status=done",
    "events?q=halcyon",
    "raw-data",
    "email-logs?status=sent",
    "notifications?view=unread",
    "job-runs?status=failed",
    "scheduler/jobs/recent",
)
_SCANS = {
    "sqlite": re.compile(rf"SCAN ({'|'.join(GROWING)})(?! USING)"),
    "postgresql": re.compile(rf"Seq Scan on ({'|'.join(GROWING)})\b"),
}
_EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


def asked(program: FlaskClient, path: str) -> list[tuple[str, Any]]:
    """Return each SELECT behind an answer, with its parameters."""
    found: list[tuple[str, Any]] = []

    def note(_a: object, _b: object, statement: str, parameters: object, *_: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        answer = program.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        after = answer.get_json().get("next_after")
        if after:
            joint = "&" if "?" in path else "?"
            assert program.get(f"/api/v1/{path}{joint}after={after}").status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return found


def plan(statement: str, parameters: Any) -> str:
    with db.engine.connect() as connection:
        dialect = connection.dialect.name
        if dialect == "postgresql":  # few rows are read whole by choice; here, only by need
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        cursor = connection.connection.cursor()
        cursor.execute(_EXPLAIN[dialect] + statement, parameters)
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("path", LISTS)
def test_no_list_reads_a_growing_table_whole(
    app: Flask, api_as: Callable[[User], FlaskClient], ben: User, path: str
) -> None:
    client = factories.client(db.session.get_one(Business, ben.business_id))
    for _ in range(3):
        factories.event(client)
    program = api_as(ben)
    program.get("/api/v1/events")
    with app.app_context():
        statements = asked(program, path)
        assert statements
        for statement, parameters in statements:
            found = plan(statement, parameters)
            scan = _SCANS[db.engine.dialect.name].search(found)
            assert scan is None, f"{statement}\n{found}"
