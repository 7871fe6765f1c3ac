"""Whatever a title, client, sender or address holds, a mail has the headers that we gave it."""

import uuid
from email import message_from_bytes, policy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.config import Settings
from webapp.enums import EmailType
from webapp.models import EmailLog
from webapp.providers.base import OutgoingMail
from webapp.providers.mail.mime import build_message
from webapp.services.email_headers import build_headers, new_message_id
from webapp.services.email_links import EmailLinks
from webapp.services.email_text import headline, one_line

OURS = Settings.from_env(
    secret_key="a-secret-key-that-only-tests-ever-use", smtp_from_email="beacon@example.com"
)
EXPECTED = {
    "message-id",
    "date",
    "from",
    "to",
    "subject",
    "auto-submitted",
    "x-entity-ref-id",
    "in-reply-to",
    "references",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "mime-version",
    "content-type",
}
PIECES = st.sampled_from(
    ["\r\n", "\n", "\r", "\x00", "\u2028", "\x85", "\t", "Bcc: eve@example.com", "\r\n\r\n<html>"]
)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=4).map("".join)


@given(title=HOSTILE, client=HOSTILE, sender=HOSTILE)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_from_outside_adds_a_header_or_a_recipient(
    title: str, client: str, sender: str
) -> None:
    log = EmailLog(id=uuid.uuid4(), email_type=EmailType.EVENT_NOTIFICATION)
    mail = OutgoingMail(
        message_id=new_message_id(log.id, OURS),
        sender_name=one_line(sender, 120),
        sender_email=OURS.smtp_from_email,
        recipient="ben@example.com",
        subject=one_line(f"[Risk] {headline(one_line(client), one_line(title))}"),
        text="x",
        html="<p>x</p>",
        headers=build_headers(log, uuid.uuid4(), links=EmailLinks(OURS), settings=OURS),
    )
    parsed = message_from_bytes(build_message(mail).as_bytes(), policy=policy.default)
    assert {name.lower() for name in list(parsed)} == EXPECTED
    assert [a.addr_spec for a in parsed["To"].addresses] == ["ben@example.com"]
    assert [a.addr_spec for a in parsed["From"].addresses] == ["beacon@example.com"]


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("beacon@example.com", "example.com"),
        ("beacon@localhost", "localhost"),
        ("beacon@bücher.example", "xn--bcher-kva.example"),
        ("beacon@ex ample>", "localhost"),
    ],
)
def test_a_message_id_ends_with_the_senders_domain(sender: str, domain: str) -> None:
    ours = OURS.model_copy(update={"smtp_from_email": sender})
    assert new_message_id(uuid.uuid4(), ours).endswith(f"@{domain}>")


@pytest.mark.parametrize("kind", EmailType)
def test_every_mail_but_system_mails_can_be_ended(kind: EmailType) -> None:
    log = EmailLog(id=uuid.uuid4(), email_type=kind)
    headers = build_headers(log, None, links=EmailLinks(OURS), settings=OURS)
    assert ("List-Unsubscribe" in headers) is (kind is not EmailType.SYSTEM)


def test_an_unsubscribe_token_is_read_back_and_a_changed_one_is_not() -> None:
    links, log_id = EmailLinks(OURS), uuid.uuid4()
    token = links.unsubscribe(log_id).rpartition("/")[2]
    assert links.read_token(token) == log_id
    assert links.read_token(token[:-2] + "xx") is None
    assert links.read_token("") is None


@pytest.mark.parametrize(
    ("given_link", "expected"),
    [
        ("/schedules", "http://127.0.0.1:8000/schedules"),
        ("//evil.example.com/x", "http://127.0.0.1:8000/"),
        ("https://evil.example.com", "http://127.0.0.1:8000/"),
        ("javascript:alert(1)", "http://127.0.0.1:8000/"),
        ("http://127.0.0.1:8000/email", "http://127.0.0.1:8000/email"),
    ],
)
def test_links_of_mails_lead_to_us_only(given_link: str, expected: str) -> None:
    assert EmailLinks(OURS).absolute(given_link) == expected
