"""The unsubscribe link: opening it changes nothing, posting ends the mails, without a session."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from webapp.container import services
from webapp.extensions import db
from webapp.models import User, UserPreference


@pytest.fixture
def link(app: Flask, ben: User) -> str:
    """The path of the link in a mail to ben."""
    with app.app_context():
        url = services().email.links.unsubscribe(factories.email_log(ben).id)
    return url.removeprefix(services().settings.public_url)


def takes_mail(user: User) -> bool:
    db.session.rollback()
    wanted = select(UserPreference.email_notifications_enabled)
    return db.session.scalar(wanted.where(UserPreference.user_id == user.id)) is not False


def test_opening_the_link_asks_and_changes_nothing(
    client: FlaskClient, link: str, ben: User
) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "b***@example.com" in page.text
    assert ben.email not in page.text
    assert takes_mail(ben)


def test_one_click_of_a_mail_program_ends_the_mails_at_once_and_again(
    client: FlaskClient, link: str, ben: User
) -> None:
    for _ in range(2):
        answer = client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert not takes_mail(ben)


def test_the_pages_button_ends_the_mails(client: FlaskClient, link: str, ben: User) -> None:
    factories.preference(ben, relevance_threshold=0.4)
    assert "You are unsubscribed" in client.post(link).text
    assert not takes_mail(ben)
    row = db.session.scalar(select(UserPreference))
    assert row is not None
    assert row.relevance_threshold == 0.4


def test_no_csrf_token_is_needed(
    app: Flask, client: FlaskClient, link: str, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    assert client.post(link).status_code == 200
    assert not takes_mail(ben)


@pytest.mark.parametrize("token", ["x", "IjAxIg.abc", "%00", "a" * 2000])
def test_a_token_that_is_not_ours_is_404(app: Flask, token: str) -> None:
    for method in ("GET", "POST"):
        assert app.test_client().open(f"/u/{token}", method=method).status_code == 404


def test_a_changed_token_ends_nothing(client: FlaskClient, link: str, ben: User) -> None:
    assert client.post(link[:-2] + "xx").status_code == 404
    assert takes_mail(ben)
