"""Bounces over HTTP: an admin's mailbox, and what mail providers report under a signature."""

import base64
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import factories
from tests.doubles.bounces import dsn, mbox
from webapp import clock
from webapp.config import Settings
from webapp.container import services
from webapp.enums import EmailStatus
from webapp.extensions import db
from webapp.models import EmailBounce, EmailLog, ReceivedWebhook, SuppressedAddress, User
from webapp.providers.webhooks.signing import new_signing_secret, signed_headers
from webapp.services.email_bounce_webhooks import BounceWebhookService
from webapp.services.email_bounces import EmailBounceService

As = Callable[[User], FlaskClient]
SECRET, OLD_SECRET = new_signing_secret(), new_signing_secret()
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


@pytest.fixture
def mail(app: Flask, ben: User) -> EmailLog:  # noqa: ARG001 -- rows of the app's database
    return factories.email_log(ben)


@pytest.fixture
def hooks(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A provider that may call: both keys are set."""
    wanted = settings.model_copy(
        update={
            "mail_webhook_secrets": type(settings.secret_key)(f"{SECRET} {OLD_SECRET}"),
            "sendgrid_webhook_public_key": PUBLIC,
        }
    )
    service = BounceWebhookService(bounces=EmailBounceService(), settings=wanted)
    monkeypatch.setitem(vars(services().mailroom), "bounce_webhooks", service)
    return app.test_client()


def body_of(mail: EmailLog, **values: str) -> bytes:
    data = {"message_id": mail.message_id, "recipient": mail.recipient_email, "status": "5.1.1"}
    return json.dumps({"type": "mail.bounced", "data": {**data, **values}}).encode()


def call(
    hooks: FlaskClient, body: bytes, *, name: str = "msg-1", secret: str = SECRET, late: int = 0
) -> TestResponse:
    at = clock.now() + timedelta(seconds=late)
    headers = signed_headers(name, body, at=at, signing_secrets=[secret])
    return hooks.post("/hooks/mail", data=body, headers=headers)


def status(mail: EmailLog) -> EmailStatus:
    db.session.rollback()
    return db.session.get_one(EmailLog, mail.id, populate_existing=True).status


def rows() -> int:
    found = [select(func.count()).select_from(table) for table in (EmailBounce, ReceivedWebhook)]
    return sum(db.session.scalar(each) or 0 for each in found)


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET], ids=["new", "old"])
def test_a_signed_bounce_is_taken_in(hooks: FlaskClient, mail: EmailLog, secret: str) -> None:
    answer = call(hooks, body_of(mail), secret=secret)
    assert (answer.status_code, answer.json["bounced"]) == (200, 1)  # type: ignore[index]  # JSON is there
    assert status(mail) is EmailStatus.BOUNCED
    assert db.session.scalar(select(SuppressedAddress.address)) == mail.recipient_email


def test_a_replay_is_refused_and_a_second_try_changes_nothing(
    hooks: FlaskClient, mail: EmailLog
) -> None:
    call(hooks, body_of(mail))
    before = rows()
    assert call(hooks, body_of(mail)).status_code == 401
    again = call(hooks, body_of(mail), late=2)
    assert (again.status_code, again.json["known"]) == (200, 1)  # type: ignore[index]  # JSON is there
    assert rows() == before


@pytest.mark.parametrize("late", [-400, 400])
def test_an_old_or_future_message_is_refused(hooks: FlaskClient, mail: EmailLog, late: int) -> None:
    assert call(hooks, body_of(mail), late=late).status_code == 401
    assert (status(mail), rows()) == (EmailStatus.SENT, 0)


def test_what_is_not_signed_for_this_body_is_refused(hooks: FlaskClient, mail: EmailLog) -> None:
    body = body_of(mail)
    headers = signed_headers("msg-1", body, at=clock.now(), signing_secrets=[SECRET])
    for data, given in (
        (body + b" ", headers),
        (body, {**headers, "webhook-id": "msg-2"}),
        (body, {}),
        (b"{", headers),
    ):
        answer = hooks.post("/hooks/mail", data=data, headers=given)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert call(hooks, body, secret=new_signing_secret()).status_code == 401
    assert (status(mail), rows()) == (EmailStatus.SENT, 0)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"type": "mail.bounced"}', b"[" * 5000, b'{"type": NaN}', b"\xff"],
    ids=["empty", "list", "object", "no data", "deep", "no number", "no text"],
)
def test_a_signed_body_that_says_nothing_is_400(hooks: FlaskClient, body: bytes) -> None:
    assert call(hooks, body).status_code == 400
    assert rows() == 0


def test_other_types_are_passed_over(hooks: FlaskClient, mail: EmailLog) -> None:
    body = body_of(mail).replace(b"mail.bounced", b"mail.opened")
    assert call(hooks, body).status_code == 200
    assert status(mail) is EmailStatus.SENT


def test_without_a_secret_nothing_is_taken_in(client: FlaskClient, mail: EmailLog) -> None:
    for path in ("/hooks/mail", "/hooks/mail/sendgrid"):
        assert client.post(path, data=body_of(mail)).status_code == 404


def test_the_webhook_needs_no_csrf_token(
    app: Flask, hooks: FlaskClient, mail: EmailLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    assert call(hooks, body_of(mail)).status_code == 200


def sendgrid(hooks: FlaskClient, body: bytes, *, late: int = 0, extra: bytes = b"") -> TestResponse:
    stamp = str(int(clock.now().timestamp()) + late)
    signature = KEY.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
    }
    return hooks.post("/hooks/mail/sendgrid", data=body + extra, headers=headers)


def events(mail: EmailLog, **values: str) -> bytes:
    event = {
        "event": "bounce",
        "type": "bounce",
        "email": mail.recipient_email,
        "smtp-id": mail.message_id,
        "status": "5.1.1",
        "reason": "550 5.1.1 User unknown",
        "sg_event_id": "event-1",
    }
    return json.dumps(
        [{"event": "delivered", "email": "x@example.com"}, {**event, **values}]
    ).encode()


def test_events_of_sendgrid_are_taken_in_once(hooks: FlaskClient, mail: EmailLog) -> None:
    assert sendgrid(hooks, events(mail)).json["bounced"] == 1  # type: ignore[index]  # JSON is there
    assert sendgrid(hooks, events(mail), late=3).json["known"] == 1  # type: ignore[index]  # JSON is there
    assert status(mail) is EmailStatus.BOUNCED


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"type": "blocked", "status": "5.7.1"}, (EmailStatus.BOUNCED, 0)),
        ({"event": "deferred"}, (EmailStatus.SENT, 0)),
        ({"event": "dropped", "reason": "Bounced Address"}, (EmailStatus.BOUNCED, 1)),
        ({"event": "open"}, (EmailStatus.SENT, 0)),
        ({"email": "ana@example.com"}, (EmailStatus.SENT, 0)),
    ],
)
def test_each_event_of_sendgrid_means_what_it_says(
    hooks: FlaskClient, mail: EmailLog, values: dict[str, str], expected: tuple[EmailStatus, int]
) -> None:
    assert sendgrid(hooks, events(mail, **values)).status_code == 200
    gone = db.session.scalar(select(func.count()).select_from(SuppressedAddress))
    assert (status(mail), gone) == expected


def test_forged_events_of_sendgrid_are_refused(hooks: FlaskClient, mail: EmailLog) -> None:
    assert sendgrid(hooks, events(mail), extra=b" ").status_code == 401
    assert sendgrid(hooks, events(mail), late=-900).status_code == 401
    assert hooks.post("/hooks/mail/sendgrid", data=events(mail)).status_code == 401
    assert sendgrid(hooks, b"{}").status_code == 400
    assert status(mail) is EmailStatus.SENT


def upload(browser: FlaskClient, content: bytes) -> TestResponse:
    return browser.post("/email/bounces", data={"_file": (io.BytesIO(content), "box.mbox")})


def test_an_admin_uploads_a_mailbox_and_sees_what_came_of_it(
    browse_as: As, mail: EmailLog, ana: User
) -> None:
    page = upload(browse_as(ana), mbox(dsn(mail.message_id), b"Subject: hello\n\nHi")).text
    assert "marked as bounced" in page
    assert mail.recipient_email in page
    history = browse_as(ana).get(f"/email/{mail.id}").text.partition("History")[2]
    told = [history.index(each) for each in ("Made", "Sent", "the address takes no mail")]
    assert told == sorted(told)
    assert status(mail) is EmailStatus.BOUNCED


def test_an_upload_without_a_file_says_what_to_choose(browse_as: As, ana: User) -> None:
    answer = upload(browse_as(ana), b"")
    assert answer.status_code == 422
    assert "Choose a mailbox file" in answer.text


def test_only_admins_see_and_use_the_page(
    browse_as: As, mail: EmailLog, ben: User, cleo: User
) -> None:
    for user in (ben, cleo):
        assert browse_as(user).get("/email/bounces").status_code == 403
        assert upload(browse_as(user), dsn(mail.message_id)).status_code == 403
    assert status(mail) is EmailStatus.SENT


def test_the_api_takes_a_mailbox_in_for_ones_own_business_only(
    api_as: As, mail: EmailLog, ana: User
) -> None:
    admin = factories.user(factories.business(name="Elsewhere"), name="Eve", role="admin")
    for user, word in ((admin, "strange"), (ana, "bounced")):
        answer = api_as(user).post(
            "/api/v1/email-bounces/import",
            data=dsn(mail.message_id),
            content_type="application/mbox",
        )
        assert (answer.status_code, answer.json[word]) == (200, 1)  # type: ignore[index]  # JSON is there
