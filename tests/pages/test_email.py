"""E-mail pages: figures, log, one mail with its sandboxed preview, test mails and resending."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories
from webapp.enums import EmailStatus, EmailType
from webapp.extensions import db
from webapp.models import EmailLog, User

As = Callable[[User], FlaskClient]


def logs() -> list[EmailLog]:
    db.session.rollback()
    return list(db.session.scalars(select(EmailLog).order_by(EmailLog.id)))


def test_an_empty_page_offers_a_test_mail(browse_as: As, ana: User) -> None:
    page = browse_as(ana).get("/email")
    assert page.status_code == 200
    assert "Send yourself a test" in page.text
    assert "SMTP_HOST" in page.text


def test_the_page_shows_figures_failures_and_log(browse_as: As, ana: User) -> None:
    factories.email_log(ana)
    factories.email_log(
        ana,
        status=EmailStatus.BOUNCED,
        sent_at=None,
        error_message="The mail server refused the recipient: 550 5.1.1 No such user here",
    )
    page = browse_as(ana).get("/email").text
    assert "of 2 mails, sent to nobody" in page
    assert "50.0%" in page
    assert "The address does not exist." in page
    assert page.count("[Risk] Halcyon Health: CFO steps down") == 2


def test_filters_are_in_the_address_and_kept_by_links(browse_as: As, ana: User) -> None:
    factories.email_log(ana, subject="Event mail")
    factories.email_log(ana, subject="Digest mail", email_type=EmailType.DIGEST)
    page = browse_as(ana).get("/email?email_type=digest&period=all").text
    assert "Digest mail" in page
    assert "Event mail" not in page
    assert "/email?email_type=digest&amp;period=all&amp;status=failed" in page


def test_a_csm_sees_their_own_mails_only(browse_as: As, ana: User, ben: User) -> None:
    log = factories.email_log(ana, subject="For Ana only")
    assert "For Ana only" not in browse_as(ben).get("/email").text
    for path in (f"/email/{log.id}", f"/email/{log.id}/preview"):
        assert browse_as(ben).get(path).status_code == 404


def test_a_mail_is_shown_in_a_sandbox(browse_as: As, ana: User) -> None:
    log = factories.email_log(ana, body_text="Plain words", body_html="<p>Rich words</p>")
    detail = browse_as(ana).get(f"/email/{log.id}")
    assert "Plain words" in detail.text
    assert f'src="/email/{log.id}/preview"' in detail.text
    assert "frame-src 'self'" in detail.headers["Content-Security-Policy"]


def test_a_preview_runs_no_script_and_loads_nothing(browse_as: As, ana: User) -> None:
    log = factories.email_log(ana, body_text="x", body_html="<script>alert(1)</script>")
    preview = browse_as(ana).get(f"/email/{log.id}/preview")
    directives = preview.headers["Content-Security-Policy"].split("; ")
    assert directives[0].startswith("sandbox")
    assert "allow-scripts" not in directives[0]
    assert "allow-same-origin" not in directives[0]
    assert {"default-src 'none'", "frame-ancestors 'self'"} <= set(directives)
    assert preview.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_mail_whose_text_is_gone_still_shows_its_history(browse_as: As, ana: User) -> None:
    log = factories.email_log(ana)
    page = browse_as(ana).get(f"/email/{log.id}")
    assert page.status_code == 200
    assert "No text is kept" in page.text


def test_a_test_mail_is_promised_to_oneself_once_a_minute(browse_as: As, ben: User) -> None:
    browser = browse_as(ben)
    for _ in range(2):
        assert browser.post("/email/test").status_code == 303
    (log,) = logs()
    assert (log.recipient_email, log.email_type) == (ben.email, EmailType.SYSTEM)
    assert log.status is EmailStatus.PENDING


def test_resending_makes_a_new_mail_with_the_kept_text(browse_as: As, ana: User) -> None:
    log = factories.email_log(ana, body_text="x", body_html="<p>x</p>")
    answer = browse_as(ana).post(f"/email/{log.id}/resend")
    old, new = logs()
    assert answer.location.endswith(f"/email/{new.id}")
    assert (new.body_html, new.status) == (old.body_html, EmailStatus.PENDING)
    assert new.message_id != old.message_id


@pytest.mark.parametrize("state", ["waiting", "disabled"])
def test_what_cannot_be_resent_says_why(browse_as: As, ana: User, ben: User, state: str) -> None:
    if state == "disabled":
        ben = factories.user(ben.business, name="Dana", is_active=False)
    status = EmailStatus.PENDING if state == "waiting" else EmailStatus.SENT
    log = factories.email_log(ben, status=status)
    browser = browse_as(ana)
    answer = browser.post(f"/email/{log.id}/resend")
    assert answer.location.endswith(f"/email/{log.id}")
    assert state in browser.get(answer.location).text
    assert len(logs()) == 1


def test_pages_need_a_session(client: FlaskClient) -> None:
    assert "/login" in client.get("/email").location


def test_a_viewer_of_another_business_finds_nothing(browse_as: As, ana: User, cleo: User) -> None:
    log = factories.email_log(ana)
    assert browse_as(cleo).get(f"/email/{log.id}").status_code == 404
    assert browse_as(cleo).post(f"/email/{log.id}/resend").status_code == 404
