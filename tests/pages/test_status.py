"""The status page."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.container import services
from webapp.enums import ProcessKind
from webapp.errors import ProviderAuthError
from webapp.extensions import db
from webapp.models import ProcessHeartbeat, ProviderHealth, User

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


def test_gdelt_leads_admins_to_its_switch(browse_as: As, ana: User, ben: User) -> None:
    admin, csm = (browse_as(user).get("/status").text for user in (ana, ben))
    for page in (admin, csm):
        assert "Switched off for your business" in page
        assert "An admin can switch it on under Business." in page
    assert 'href="/business#f-gdelt-enabled"' in admin
    assert "/business#" not in csm
    ana.business.gdelt_enabled = True
    db.session.commit()
    assert "Switched on for your business, not used yet" in browse_as(ben).get("/status").text


def beat() -> None:
    for kind in (ProcessKind.SCHEDULER, ProcessKind.WORKER):
        now = clock.now()
        factories.save(ProcessHeartbeat(name=kind.value, kind=kind, started_at=now, beat_at=now))


def refuse_the_key() -> None:
    services().health.note_failure("serper", ProviderAuthError("Serper does not accept the key."))


def test_a_refused_key_is_told_on_every_page(browse_as: As, ana: User) -> None:
    assert "refused its key" not in browse_as(ana).get("/preferences").text
    beat()
    refuse_the_key()
    assert "Serper refused its key" in browse_as(ana).get("/preferences").text


def test_an_admin_can_have_a_source_tried_again(browse_as: As, ana: User) -> None:
    refuse_the_key()
    answer = browse_as(ana).post("/status/sources/serper/try-again", headers=HTMX)
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    row = db.session.get_one(ProviderHealth, "serper")
    assert row.refused_key_fingerprint is None


def test_without_scripts_it_leads_back_to_the_page(browse_as: As, ana: User) -> None:
    answer = browse_as(ana).post("/status/sources/serper/try-again")
    assert (answer.status_code, answer.location) == (303, "/status")


def test_nobody_else_can(browse_as: As, ben: User, cleo: User) -> None:
    for user in (ben, cleo):
        refused = browse_as(user).post("/status/sources/serper/try-again")
        assert refused.status_code == 403


def test_what_is_no_source_is_not_found(browse_as: As, ana: User) -> None:
    assert browse_as(ana).post("/status/sources/nothing/try-again").status_code == 404
