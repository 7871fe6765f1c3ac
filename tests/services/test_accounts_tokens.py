"""Bearer tokens: made, used, bounded and revoked."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from webapp import clock
from webapp.config import Settings
from webapp.enums import Role, TokenScope
from webapp.errors import ConflictError, InvalidInputError, NotFoundError, NotSignedInError
from webapp.extensions import db
from webapp.models import ApiToken, Business, User
from webapp.services.access import Permission
from webapp.services.accounts import AccountService
from webapp.services.actors import actor_of
from webapp.services.passwords import Passwords
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")

READ = [TokenScope.READ]


@pytest.fixture
def service(settings: Settings) -> AccountService:
    return AccountService(settings=settings)


def make(service: AccountService, user: User, scopes: list[TokenScope], days: int = 30) -> str:
    return service.tokens.create(actor_of(user), "Report", scopes=scopes, days=days).token


def test_a_token_speaks_for_its_owner(service: AccountService, ana: User) -> None:
    actor = service.actor_of_token(make(service, ana, [TokenScope.READ, TokenScope.WRITE]))
    assert actor is not None
    assert (actor.user_id, actor.business_id) == (ana.id, ana.business_id)
    assert actor.can(Permission.EDIT_SCHEDULES)
    assert not actor.can(Permission.ADMINISTER)


def test_a_token_that_reads_changes_nothing(service: AccountService, ana: User) -> None:
    actor = service.actor_of_token(make(service, ana, READ))
    assert actor is not None
    allowed = {each for each in Permission if actor.can(each)}
    assert Permission.VIEW in allowed
    assert not allowed & {Permission.CHANGE_OWN_STATE, Permission.EDIT_SCHEDULES}


@pytest.mark.parametrize("token", ["", "bcn_", "bcn_nonsense", "Bearer x", "bcn_" + "ä" * 40])
def test_nonsense_is_nobody(service: AccountService, token: str) -> None:
    assert service.actor_of_token(token) is None


def test_the_secret_is_stored_nowhere(service: AccountService, ana: User) -> None:
    token = make(service, ana, READ)
    row = db.session.scalars(select(ApiToken)).one()
    assert token.startswith(row.prefix)
    assert len(row.prefix) == 12
    assert token not in (row.token_hash, row.name)


def test_a_revoked_token_is_refused_at_once(service: AccountService, ana: User) -> None:
    token = make(service, ana, READ)
    row = service.tokens.active(actor_of(ana))[0]
    service.tokens.revoke(actor_of(ana), row.id)
    assert service.actor_of_token(token) is None
    assert service.tokens.active(actor_of(ana)) == []


def test_nobody_revokes_the_token_of_another(service: AccountService, ana: User, ben: User) -> None:
    make(service, ana, READ)
    row = service.tokens.active(actor_of(ana))[0]
    for unknown in (row.id, uuid.uuid4()):
        with pytest.raises(NotFoundError):
            service.tokens.revoke(actor_of(ben), unknown)


def test_an_expired_token_is_refused(service: AccountService, ana: User) -> None:
    token = make(service, ana, READ, days=1)
    clock.set_clock(clock.now() + timedelta(days=1, minutes=1))
    assert service.actor_of_token(token) is None


def test_the_token_of_a_disabled_user_is_refused(service: AccountService, ana: User) -> None:
    token = make(service, ana, READ)
    with atomic():
        ana.is_active = False
    assert service.actor_of_token(token) is None


def test_a_token_cannot_make_a_stronger_one(service: AccountService, ana: User) -> None:
    weak = actor_of(ana, [TokenScope.WRITE])
    with pytest.raises(InvalidInputError) as caught:
        service.tokens.create(weak, "More", scopes=[TokenScope.ADMIN], days=1)
    assert caught.value.errors[0].field == "scopes"


@pytest.mark.parametrize("days", [0, 366])
def test_a_token_lives_a_year_at_most(service: AccountService, ana: User, days: int) -> None:
    with pytest.raises(InvalidInputError):
        make(service, ana, READ, days=days)


def test_a_password_buys_a_token_with_the_scopes_of_the_role(
    service: AccountService, business: Business
) -> None:
    password = "a password of some length"
    hashed = Passwords().hash(password)
    factories.user(business, name="Ben", role=Role.CSM, password_hash=hashed)
    issued = service.issue_token("ben@example.com", password, address="", scopes=None)
    assert issued.scopes == [TokenScope.READ, TokenScope.WRITE]
    assert issued.token.startswith("bcn_")
    with pytest.raises(InvalidInputError, match="read, write"):
        service.issue_token("ben@example.com", password, address="", scopes=[TokenScope.ADMIN])
    with pytest.raises(NotSignedInError):
        service.issue_token("ben@example.com", "wrong", address="", scopes=None)


def test_an_admin_is_made_once(service: AccountService) -> None:
    password = "a password of some length"
    made = service.create_admin("Cleo@example.com", password, name="Cleo", business_name="Faraway")
    assert made.role is Role.ADMIN
    assert made.business.name == "Faraway"
    with pytest.raises(ConflictError):
        service.create_admin("cleo@example.com", password, name="C", business_name="Other")


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_new_password_has_a_fit_length(service: AccountService, password: str) -> None:
    with pytest.raises(InvalidInputError):
        service.create_admin("a@example.com", password, name="A", business_name="B")


@pytest.mark.usefixtures("ana")
def test_the_command_line_makes_tokens_for_active_users_only(service: AccountService) -> None:
    assert service.token_for("ANA@example.com", "Cron", days=1).token.startswith("bcn_")
    with pytest.raises(NotFoundError):
        service.token_for("nobody@example.com", "Cron", days=1)
