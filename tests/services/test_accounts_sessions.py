"""How a browser's session lives and ends."""

from datetime import timedelta

import pytest

from webapp import clock
from webapp.extensions import db
from webapp.models import User, UserSession
from webapp.services.secret_tokens import digest
from webapp.services.sessions import Sessions
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def service() -> Sessions:
    return Sessions()


def start(service: Sessions, user: User) -> str:
    return service.start(user.id, address="2001:db8:1:2::3", user_agent="x" * 300)


def test_two_sessions_have_different_secrets(service: Sessions, ana: User) -> None:
    secrets = {start(service, ana), start(service, ana)}
    assert len(secrets) == 2
    assert all(len(each) >= 43 for each in secrets)


def test_a_session_that_was_ended_is_gone_at_once(service: Sessions, ana: User) -> None:
    secret, other = start(service, ana), start(service, ana)
    service.end(secret)
    assert service.user_of(secret) is None
    assert service.user_of(other) is not None


def test_all_sessions_of_a_user_can_be_ended(service: Sessions, ana: User, ben: User) -> None:
    mine, his = start(service, ana), start(service, ben)
    service.end_all(ana.id)
    assert service.user_of(mine) is None
    assert service.user_of(his) is not None


def test_disabling_a_user_ends_their_session(service: Sessions, ana: User) -> None:
    secret = start(service, ana)
    with atomic():
        ana.is_active = False
    assert service.user_of(secret) is None


def test_an_erased_business_has_no_sessions(service: Sessions, ana: User) -> None:
    secret = start(service, ana)
    with atomic():
        ana.business.erased_at = clock.now()
    assert service.user_of(secret) is None


@pytest.mark.parametrize(("hours", "lives"), [(11.9, True), (12.1, False)])
def test_twelve_idle_hours_end_a_session(
    service: Sessions, ana: User, hours: float, *, lives: bool
) -> None:
    secret = start(service, ana)
    clock.set_clock(clock.now() + timedelta(hours=hours))
    assert (service.user_of(secret) is not None) is lives


def test_use_keeps_a_session_alive_for_seven_days_at_most(service: Sessions, ana: User) -> None:
    secret, started = start(service, ana), clock.now()
    for hours in range(10, 168, 10):
        clock.set_clock(started + timedelta(hours=hours))
        assert service.user_of(secret) is not None, hours
    clock.set_clock(started + timedelta(days=7, minutes=1))
    assert service.user_of(secret) is None


def test_a_session_is_touched_every_five_minutes_only(service: Sessions, ana: User) -> None:
    secret = start(service, ana)
    first = _row(secret).last_seen_at
    clock.set_clock(first + timedelta(minutes=4))
    service.user_of(secret)
    assert _row(secret).last_seen_at == first
    clock.set_clock(first + timedelta(minutes=6))
    service.user_of(secret)
    assert _row(secret).last_seen_at > first


def test_what_is_stored_is_cut_short(service: Sessions, ana: User) -> None:
    row = _row(start(service, ana))
    assert row.address == "2001:db8:1::"
    assert row.user_agent is not None
    assert len(row.user_agent) == 200


def _row(secret: str) -> UserSession:
    return db.session.get_one(UserSession, digest(secret), populate_existing=True)
