"""Every route for every kind of caller: nobody gets more than the table of permissions says."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.access.conftest import Visit
from tests.access.routes import ENDS_THE_SESSION, Route, routes
from tests.access.two_businesses import OURS, ROLES, Filled, rows_of
from webapp.enums import Role
from webapp.services.access import PERMISSIONS
from webapp.services.transactions import atomic

pytestmark = pytest.mark.slow
LEAD_ON = {"events.insight"}
"""What needs a browser with scripts leads the others to the page itself, which then says 404."""


def protected(app: Flask) -> list[Route]:
    found = [each for each in routes(app) if each.permission is not None]
    assert len(found) > 100
    return found


def is_turned_away(answer: TestResponse, route: Route) -> bool:
    """Whether the answer is that of somebody who is not signed in."""
    if route.is_api:
        return answer.status_code == 401 and answer.mimetype == "application/problem+json"
    return answer.status_code == 303 and str(answer.location).startswith("/login")


@pytest.mark.usefixtures("visit")
def test_who_is_not_signed_in_gets_nothing(app: Flask, ours: Filled) -> None:
    browser, before = app.test_client(), rows_of(ours)
    for route in protected(app):
        answer = route.ask(browser, ours)
        assert is_turned_away(answer, route), (route, answer.status)
        assert OURS not in answer.text, route
    assert rows_of(ours) == before


def test_a_disabled_user_gets_nothing(app: Flask, ours: Filled, visit: Visit) -> None:
    admin = ours.people[Role.ADMIN]
    browser = visit(admin)
    with atomic() as session:
        session.merge(admin).is_active = False
    before = rows_of(ours)
    for route in protected(app):
        answer = route.ask(browser, ours)
        assert is_turned_away(answer, route), (route, answer.status)
        assert OURS not in answer.text, route
    assert rows_of(ours) == before


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not_do_is_refused_and_changes_nothing(
    app: Flask, ours: Filled, visit: Visit, role: Role
) -> None:
    browser, before = visit(ours.people[role]), rows_of(ours)
    for route in protected(app):
        if route.permission not in PERMISSIONS[role]:
            answer = route.ask(browser, ours)
            assert answer.status_code == 403, (route, answer.status)
            assert OURS not in _said(answer), route
    assert rows_of(ours) == before


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_do_is_never_refused_for_the_role(
    app: Flask, ours: Filled, visit: Visit, role: Role
) -> None:
    browser = visit(ours.people[role])
    mine = [each for each in protected(app) if each.permission in PERMISSIONS[role]]
    for route in sorted(mine, key=lambda each: each.is_unsafe):
        if route.endpoint not in ENDS_THE_SESSION:
            answer = route.ask(browser, ours)
            assert not is_turned_away(answer, route), (route, answer.status)
            assert answer.status_code < 500, (route, answer.status)
            assert "Your role or token does not allow" not in answer.text, route


def test_another_business_finds_nothing_and_changes_nothing(
    app: Flask, ours: Filled, theirs: Filled, visit: Visit
) -> None:
    browser, before = visit(theirs.people[Role.ADMIN]), rows_of(ours)
    for route in protected(app):
        answer = route.ask(browser, ours)
        assert OURS not in answer.text + str(answer.headers), route
        if route.names_rows and route.endpoint not in LEAD_ON:
            unknown = {404, 422} if route.is_unsafe else {404}
            assert answer.status_code in unknown, (route, answer.status)
    assert rows_of(ours) == before


def _said(answer: TestResponse) -> str:
    """Return what an answer says but for the visitor's own name, which a page may show."""
    return "" if answer.mimetype == "text/html" else answer.text
