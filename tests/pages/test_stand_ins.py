"""The page of absences."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.extensions import db
from webapp.models import StandIn, User
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService

As = Callable[[User], FlaskClient]
FORM = {"starts_on": "2026-12-01", "ends_on": "2026-12-05"}


@pytest.fixture(autouse=True)
def _in_december() -> None:
    clock.set_clock(datetime(2026, 12, 3, 12, tzinfo=UTC))


def test_an_absence_is_made_shown_and_ended(browse_as: As, ana: User, ben: User) -> None:
    browser = browse_as(ben)
    assert "Nobody is away" in browser.get("/stand-ins").text
    form = {**FORM, "covered_by_user_id": str(ana.id)}
    page = browser.post("/stand-ins", data=form, follow_redirects=True).text
    assert "Ana stands in for Ben." in page
    assert "You are away" in page
    (row,) = db.session.query(StandIn)
    page = browser.post(f"/stand-ins/{row.id}/end", follow_redirects=True).text
    assert "Ben is told again." in page
    assert ">Over<" in page


def test_what_came_meanwhile_says_what_the_stand_in_did(
    browse_as: As, ana: User, ben: User
) -> None:
    browser = browse_as(ben)
    browser.post("/stand-ins", data={**FORM, "covered_by_user_id": str(ana.id)})
    event = factories.event(factories.client(ben.business, owner=ben))
    NotificationService().record_event(event, UserPreferenceService().get_users_to_notify(event))
    (row,) = db.session.query(StandIn)
    assert "Ana has not opened it" in browser.get(f"/stand-ins/{row.id}").text
    browse_as(ana).post(f"/events/{event.id}/done")
    assert "Ana is done with it" in browser.get(f"/stand-ins/{row.id}").text


BAD = [
    ({"covered_by_user_id": ""}, "covered-by-user-id"),
    ({"ends_on": "2026-11-01"}, "ends-on"),
    ({"starts_on": ""}, "starts-on"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_a_mistake_is_shown_at_its_field(
    browse_as: As, ana: User, ben: User, change: dict[str, Any], field: str
) -> None:
    form = {**FORM, "covered_by_user_id": str(ana.id), **change}
    answer = browse_as(ben).post("/stand-ins", data=form)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert db.session.query(StandIn).count() == 0


def test_absences_of_others_are_404(browse_as: As, ana: User, ben: User, cleo: User) -> None:
    browse_as(ben).post("/stand-ins", data={**FORM, "covered_by_user_id": str(ana.id)})
    (row,) = db.session.query(StandIn)
    dora = factories.user(ben.business, name="Dora")
    for user in (dora, cleo):
        assert browse_as(user).get(f"/stand-ins/{row.id}").status_code == 404
        assert browse_as(user).post(f"/stand-ins/{row.id}/end").status_code == 404
