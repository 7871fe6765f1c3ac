"""The status page."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests import factories
from webapp.models import User

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_the_page_renders_while_redis_is_down(browse_as: As, ana: User) -> None:
    answer = browse_as(ana).get("/status")
    assert answer.status_code == 200
    assert "Not reachable" in answer.text
    assert "Set SERPER_API_KEY" in answer.text


def test_it_asks_for_itself_every_15_seconds(browse_as: As, ana: User) -> None:
    answer = browse_as(ana).get("/status", headers=HTMX)
    assert 'hx-trigger="every 15s"' in answer.text
    assert "<html" not in answer.text
    assert answer.headers["HX-PTag"]


def test_the_next_runs_lead_to_their_schedules(browse_as: As, ana: User) -> None:
    schedule = factories.schedule(ana, name="Morning")
    assert f"/schedules/{schedule.id}/edit" in browse_as(ana).get("/status").text
