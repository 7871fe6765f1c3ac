"""Addresses that nothing is sent to: shown with their reason, and taken off again."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from tests.doubles.bounces import dsn
from webapp.container import services
from webapp.enums import EmailStatus
from webapp.extensions import db
from webapp.models import EmailLog, SuppressedAddress, User
from webapp.services.actors import actor_of

As = Callable[[User], FlaskClient]
PATH = "/api/v1/email-suppressions"


@pytest.fixture
def dead(ana: User, ben: User) -> EmailLog:
    """A mail to ben that came back: his address does not exist."""
    mail = factories.email_log(ben)
    services().mailroom.bounces.import_upload(actor_of(ana), dsn(mail.message_id))
    return mail


def addresses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(SuppressedAddress.address)))


@pytest.mark.usefixtures("dead")
def test_the_page_says_why_and_lets_an_admin_take_an_address_off(
    browse_as: As, ana: User, ben: User
) -> None:
    page = browse_as(ana).get("/email/suppressed").text
    assert ben.email in page
    assert "The address does not exist." in page
    assert "Send again" in page
    answer = browse_as(ana).post("/email/suppressed/remove", data={"address": ben.email})
    assert answer.status_code == 303
    assert addresses() == []
    assert "No address is suppressed" in browse_as(ana).get("/email/suppressed").text


def test_a_mail_to_such_an_address_says_so(browse_as: As, dead: EmailLog, ana: User) -> None:
    page = browse_as(ana).get(f"/email/{dead.id}").text
    assert "Nothing more is sent to ben@example.com" in page
    assert "Send to this address again" in page


def test_once_off_the_list_mails_go_again(
    browse_as: As, dead: EmailLog, ana: User, ben: User
) -> None:
    browser = browse_as(ana)
    browser.post(f"/email/{dead.id}/resend")
    assert len(list(db.session.scalars(select(EmailLog)))) == 1
    browser.post("/email/suppressed/remove", data={"address": ben.email})
    browser.post(f"/email/{dead.id}/resend")
    db.session.rollback()
    waiting = db.session.scalar(select(EmailLog).where(EmailLog.status == EmailStatus.PENDING))
    assert waiting is not None


def test_addresses_whose_mails_came_back_are_counted(browse_as: As, ana: User, ben: User) -> None:
    for number in range(2):
        mail = factories.email_log(ben)
        full = dsn(mail.message_id, status="5.2.2", diagnostic="552 5.2.2", own_id=f"<{number}@x>")
        services().mailroom.bounces.import_upload(actor_of(ana), full)
    page = browse_as(ana).get("/email/suppressed").text
    assert "Came back lately" in page
    assert '<td data-l="Mails" class="num">2</td>' in page
    assert addresses() == []


@pytest.mark.usefixtures("dead")
def test_the_api_lists_and_removes(api_as: As, ana: User, ben: User) -> None:
    listed = api_as(ana).get(f"{PATH}/").json
    assert listed is not None
    assert [(each["address"], each["reason"][:20]) for each in listed["addresses"]] == [
        (ben.email, "The receiving server")
    ]
    assert api_as(ana).delete(f"{PATH}/BEN@example.com").status_code == 200
    assert api_as(ana).delete(f"{PATH}/{ben.email}").status_code == 404


@pytest.mark.usefixtures("dead")
def test_another_business_neither_sees_nor_removes(
    api_as: As, browse_as: As, ben: User, cleo: User
) -> None:
    admin = factories.user(cleo.business, name="Eve", role="admin")
    assert api_as(admin).get(f"{PATH}/").json == {
        "addresses": [],
        "total": 0,
        "skip": 0,
        "limit": 50,
    }
    assert api_as(admin).delete(f"{PATH}/{ben.email}").status_code == 404
    assert ben.email not in browse_as(admin).get("/email/suppressed").text
    for user in (ben, cleo):
        assert browse_as(user).get("/email/suppressed").status_code == 403
    assert addresses() == [ben.email]


def test_a_mail_is_sent_again_over_the_api(api_as: As, ana: User, ben: User, cleo: User) -> None:
    mail = factories.email_log(ben)
    path = f"/api/v1/email-logs/{mail.id}/resend"
    made = api_as(ana).post(path)
    assert (made.status_code, made.json["status"]) == (202, "pending")  # type: ignore[index]  # JSON is there
    assert made.headers["Location"].endswith(made.json["id"])  # type: ignore[index]  # JSON is there
    assert api_as(ana).post(path).status_code == 409
    assert api_as(cleo).post(path).status_code == 404
