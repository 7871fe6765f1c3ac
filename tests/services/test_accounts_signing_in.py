"""Signing in with a password, and what slows down guessing."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from tests import factories
from webapp import clock
from webapp.config import Settings
from webapp.enums import AuditDoor
from webapp.errors import NotSignedInError, TooManyRequestsError
from webapp.extensions import db
from webapp.models import Business, SignInAttempt, User, UserSession
from webapp.services.accounts import AccountService
from webapp.services.passwords import Passwords

pytestmark = pytest.mark.usefixtures("database")

PASSWORD = "correct horse battery"
ADDRESS = "203.0.113.77"


@pytest.fixture
def service(settings: Settings) -> AccountService:
    return AccountService(settings=settings)


@pytest.fixture
def ana(business: Business) -> User:
    return factories.user(business, name="Ana", password_hash=Passwords().hash(PASSWORD))


def sign_in(service: AccountService, email: str, password: str, address: str = ADDRESS) -> str:
    return service.sign_in(email, password, address=address, user_agent="Firefox")


def test_a_good_password_starts_a_session(service: AccountService, ana: User) -> None:
    secret = sign_in(service, " ANA@example.com ", PASSWORD)
    found = service.user_of_session(secret)
    assert found is not None
    assert found.id == ana.id
    assert found.last_sign_in_at is not None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@example.com", "wrong"),
        ("ana@example.com", PASSWORD + " "),
        ("nobody@example.com", PASSWORD),
        ("", ""),
    ],
)
@pytest.mark.usefixtures("ana")
def test_what_is_wrong_is_not_said(service: AccountService, email: str, password: str) -> None:
    with pytest.raises(NotSignedInError, match=r"^E-mail address or password is wrong\.$"):
        sign_in(service, email, password)


def test_a_disabled_user_cannot_sign_in(service: AccountService, business: Business) -> None:
    hashed = Passwords().hash(PASSWORD)
    factories.user(business, name="Gone", password_hash=hashed, is_active=False)
    with pytest.raises(NotSignedInError):
        sign_in(service, "gone@example.com", PASSWORD)


def test_a_user_without_a_password_cannot_sign_in(
    service: AccountService, business: Business
) -> None:
    factories.user(business, name="Invited")
    with pytest.raises(NotSignedInError):
        sign_in(service, "invited@example.com", "nobody has this password")


@pytest.mark.usefixtures("ana")
def test_the_eleventh_try_for_an_account_has_to_wait(service: AccountService) -> None:
    for number in range(10):
        with pytest.raises(NotSignedInError):
            sign_in(service, "ana@example.com", "wrong", address=f"198.51.100.{number}")
    with pytest.raises(TooManyRequestsError, match="60 minutes") as caught:
        sign_in(service, "Ana@Example.com", PASSWORD, address="198.51.100.99")
    assert 3590 < caught.value.retry_after <= 3601


def test_the_twenty_first_try_from_an_address_has_to_wait(service: AccountService) -> None:
    for number in range(20):
        with pytest.raises(NotSignedInError):
            sign_in(service, f"user{number}@example.com", "wrong")
    with pytest.raises(TooManyRequestsError):
        sign_in(service, "another@example.com", "wrong")


@pytest.mark.usefixtures("ana")
def test_after_an_hour_tries_are_forgotten(service: AccountService) -> None:
    clock.set_clock(clock.now() - timedelta(minutes=61))
    for number in range(10):
        with pytest.raises(NotSignedInError):
            sign_in(service, "ana@example.com", "wrong", address=f"198.51.100.{number}")
    clock.set_clock(None)
    assert sign_in(service, "ana@example.com", PASSWORD)


@pytest.mark.usefixtures("ana")
def test_a_good_sign_in_clears_the_account(service: AccountService) -> None:
    for _ in range(9):
        with pytest.raises(NotSignedInError):
            sign_in(service, "ana@example.com", "wrong")
    sign_in(service, "ana@example.com", PASSWORD)
    for _ in range(9):
        with pytest.raises(NotSignedInError):
            sign_in(service, "ana@example.com", "wrong")


@pytest.mark.usefixtures("ana")
def test_tries_hold_neither_account_nor_address(service: AccountService) -> None:
    with pytest.raises(NotSignedInError):
        sign_in(service, "ana@example.com", "wrong")
    subjects = list(db.session.scalars(select(SignInAttempt.subject)))
    assert len(subjects) == 2
    assert all(len(each) == 64 and "ana" not in each for each in subjects)


@pytest.mark.usefixtures("ana")
def test_the_database_holds_no_secret(service: AccountService) -> None:
    secret = sign_in(service, "ana@example.com", PASSWORD)
    row = db.session.scalars(select(UserSession)).one()
    assert secret not in (row.token_hash, row.user_agent, row.address)
    assert row.address == "203.0.113.0"


@pytest.mark.usefixtures("ana")
def test_an_unknown_account_takes_as_long_as_a_known_one(service: AccountService) -> None:
    def milliseconds(email: str) -> float:
        return statistics.median(
            _timed(lambda: service._check_password(email, "no", "", door=AuditDoor.API))
            for _ in range(7)
        )

    sign_in(service, "ana@example.com", PASSWORD)
    assert abs(milliseconds("ana@example.com") - milliseconds("x@example.com")) < 15


def _timed(call: Callable[[], object]) -> float:
    start = time.thread_time()
    with pytest.raises(NotSignedInError):
        call()
    return (time.thread_time() - start) * 1000


def test_an_outdated_hash_is_renewed(service: AccountService, business: Business) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    user = factories.user(business, name="Old", password_hash=weak)
    sign_in(service, "old@example.com", PASSWORD)
    assert user.password_hash is not None
    assert "m=19456" in user.password_hash
    assert db.session.scalar(select(func.count(SignInAttempt.id))) == 0
