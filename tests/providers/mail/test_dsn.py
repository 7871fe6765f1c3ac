"""Reports that mails did not arrive, as many servers and some attackers write them."""

import time

import pytest

from tests.doubles.bounces import ORIGINAL_ID, RECIPIENT, dsn
from webapp.enums import BounceKind
from webapp.providers.mail.dsn import MAX_BYTES, read_reports

HARD, SOFT, DELAYED = BounceKind.HARD, BounceKind.SOFT, BounceKind.DELAYED


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "kind"),
    [
        ("failed", "5.1.1", "smtp; 550 5.1.1 User unknown", HARD),
        ("failed", "5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", HARD),
        ("failed", "5.1.2", "dns; host not found", HARD),
        ("failed", "5.2.1", "smtp; 550 5.2.1 The account is disabled", HARD),
        ("failed", "5.0.0", "smtp; 550 No such user here", HARD),
        ("failed", "5.0.0", "x-unix; the mailbox does not exist", HARD),
        ("Failed (permanent)", "5.1.1", "smtp; 550 5.1.1 gone", HARD),
        ("error", "5.1.1", "smtp; 550 5.1.1 gone", HARD),
        ("failed", "5.2.2", "smtp; 552 5.2.2 Mailbox full", SOFT),
        ("failed", "5.7.1", "smtp; 554 5.7.1 Refused as unwanted", SOFT),
        ("failed", "5.1.8", "smtp; 553 5.1.8 Sender's domain does not exist", SOFT),
        ("failed", "5.0.0", "smtp; 554 Refused by policy", SOFT),
        ("failed", "4.4.7", "smtp; delivery time expired", SOFT),
        ("failed", "5.0.0", "smtp; 552 5.2.2 Mailbox of an unknown user is full", SOFT),
        ("delayed", "4.4.1", "smtp; connection timed out", DELAYED),
        ("Delayed", "4.2.2", "smtp; 452 4.2.2 Mailbox full", DELAYED),
    ],
)
def test_a_report_says_whether_it_is_for_ever(
    action: str, status: str, diagnostic: str, kind: BounceKind
) -> None:
    (report,) = read_reports(dsn(action=action, status=status, diagnostic=diagnostic))
    assert report.kind is kind
    assert report.recipients == (RECIPIENT,)
    assert report.message_ids[0] == ORIGINAL_ID


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", ""])
def test_what_reports_no_failure_is_passed_over(action: str) -> None:
    assert read_reports(dsn(action=action, status="2.0.0", diagnostic="smtp; 250 OK")) == []


def test_returned_headers_alone_name_the_mail() -> None:
    (report,) = read_reports(dsn(headers_only=True))
    assert report.message_ids == (ORIGINAL_ID,)


def test_a_mail_that_is_not_returned_is_known_by_the_reports_reference() -> None:
    without = dsn().replace(ORIGINAL_ID.encode(), b"none")
    answered = without.replace(
        b"Subject:", b"In-Reply-To: " + ORIGINAL_ID.encode() + b"\nSubject:", 1
    )
    (report,) = read_reports(answered)
    assert report.message_ids == (ORIGINAL_ID,)


def test_several_recipients_are_several_reports() -> None:
    more = (
        b"\n\nOriginal-Recipient: rfc822;Ana@Example.com\nFinal-Recipient: rfc822; ana@inner.test\n"
        b"Action: failed\nStatus: 5.1.1\n\n--"
    )
    found = read_reports(dsn().replace(b"User unknown\n\n--", b"User unknown" + more, 1))
    assert [each.recipients for each in found] == [
        (RECIPIENT,),
        ("Ana@Example.com", "ana@inner.test"),
    ]


def test_the_same_report_has_the_same_key_and_another_has_not() -> None:
    first, again = read_reports(dsn())[0], read_reports(dsn())[0]
    assert first.key == again.key
    assert first.key != read_reports(dsn(own_id="<report-2@mx.example.net>"))[0].key


def test_what_a_report_quotes_is_not_read_as_a_report() -> None:
    inner = dsn("<victim@beacon.example.com>", recipient="ana@example.com")
    outer = dsn("<mine@beacon.example.com>", action="delivered")
    assert read_reports(outer.replace(b"The text of the mail.", inner)) == []


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x00\xff\xfe" * 5000,
        b"Content-Type: multipart/report; boundary=a\n\n" + b"--a\n" * 50_000,
        b"Content-Type: multipart/report; boundary=x\n\n--x\n" * 3000,
        b"Content-Type: message/rfc822\n\n" * 5000,
        b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n"
        + b"Content-Type: message/rfc822\n\n" * 5000,
        dsn().replace(b"utf-8", b"x-no-such-charset").replace(b"us-ascii", b"\xff\xfe"),
        dsn().replace(b"message/delivery-status", b'message/delivery-status; charset="\xe9"'),
        dsn().replace(b"rfc822; ben", b"=?utf-8?q?=00=0a?="),
        dsn().replace(b"Status: 5.1.1", b"Status: " + b"9" * 100_000),
        dsn().replace(b"Diagnostic-Code: ", b"Diagnostic-Code: \xf0\x9f\x92\xa9\xff "),
        b"A" * 10_000_000,
        dsn() + b"A" * 10_000_000,
    ],
    ids=lambda value: f"{len(value)} bytes",
)
def test_no_report_takes_long_or_raises(hostile: bytes) -> None:
    begun = time.monotonic()
    for report in read_reports(hostile):
        assert len(report.diagnostic) <= 400
        assert report.diagnostic.isprintable()
        assert len(report.status) <= 12
    assert time.monotonic() - begun < 5


def test_of_a_huge_report_the_beginning_is_enough() -> None:
    assert len(read_reports(dsn() + b"A" * MAX_BYTES * 8)) == 1
