"""Mails over real SMTP: taken, refused or deferred, and always within the time limit."""

import socket
import time
from pathlib import Path

import pytest

from tests.doubles.smtp_server import SmtpDouble, SmtpMode, serve_smtp
from tests.providers.mail.mails import MAIL, mail, part, read
from tests.providers.raw_server import serve_raw
from webapp.enums import MailProviderName
from webapp.providers.base import MailDeferredError, MailRefusedError
from webapp.providers.mail.smtp import SmtpProvider

LIMIT = 0.5


def provider(server: SmtpDouble, *, seconds: float = 5) -> SmtpProvider:
    return SmtpProvider(host=server.host, port=server.port, timeout_seconds=seconds)


def test_mail_arrives_whole_and_the_receipt_names_the_queue_id() -> None:
    with serve_smtp() as server:
        receipt = provider(server).send(MAIL)
    (came,) = server.mails
    message = read(came.content)
    assert (came.sender, came.recipients) == ("beacon@example.com", ("ben@example.com",))
    assert message["Message-ID"] == MAIL.message_id
    assert part(message, "plain") == MAIL.text + "\n"
    assert receipt.provider is MailProviderName.SMTP
    assert receipt.provider_message_id == "mail-00001"


def test_server_keeps_mails_as_files(tmp_path: Path) -> None:
    with serve_smtp(folder=tmp_path / "kept") as server:
        provider(server).send(MAIL)
    assert read((tmp_path / "kept" / "mail-00001.eml").read_bytes())["To"] == MAIL.recipient


@pytest.mark.parametrize(
    ("mode", "is_bounce", "suppress"),
    [
        (SmtpMode.UNKNOWN_USER, True, True),
        (SmtpMode.MAILBOX_FULL, True, False),
        (SmtpMode.SENDER_REFUSED, False, False),
        (SmtpMode.REFUSE_CONTENT, False, False),
    ],
)
def test_refusal_says_whether_it_bounced_and_whether_the_address_is_dead(
    mode: SmtpMode, *, is_bounce: bool, suppress: bool
) -> None:
    with serve_smtp(mode=mode) as server, pytest.raises(MailRefusedError) as caught:
        provider(server).send(MAIL)
    assert (caught.value.is_bounce, caught.value.suppress) == (is_bounce, suppress)
    assert server.mails == []


@pytest.mark.parametrize("mode", [SmtpMode.DEFER, SmtpMode.DEFER_CONTENT, SmtpMode.BUSY])
def test_passing_trouble_is_deferred_with_the_servers_words(mode: SmtpMode) -> None:
    with serve_smtp(mode=mode) as server, pytest.raises(MailDeferredError, match=r"4\.3\.\d"):
        provider(server).send(MAIL)


@pytest.mark.parametrize("mode", [SmtpMode.HANG, SmtpMode.TRICKLE, SmtpMode.NO_BANNER])
def test_server_that_never_finishes_costs_the_limit_and_no_more(mode: SmtpMode) -> None:
    started = time.monotonic()
    with serve_smtp(mode=mode) as server, pytest.raises(MailDeferredError):
        provider(server, seconds=LIMIT).send(MAIL)
    assert time.monotonic() - started < LIMIT + 0.7


def test_lost_last_reply_is_deferred_and_the_next_copy_has_the_same_id() -> None:
    with serve_smtp(mode=SmtpMode.DROP_AFTER_DATA) as server:
        with pytest.raises(MailDeferredError):
            provider(server).send(MAIL)
        server.mode = SmtpMode.OK
        provider(server).send(MAIL)
    assert [read(came.content)["Message-ID"] for came in server.mails] == [MAIL.message_id] * 2


def test_connection_is_kept_between_mails() -> None:
    with serve_smtp() as server:
        sending = provider(server)
        for number in range(3):
            sending.send(mail(message_id=f"<{number}@beacon.example.com>"))
    assert (server.connections, len(server.mails)) == (1, 3)


def test_kept_connection_that_the_server_closed_is_replaced() -> None:
    with serve_smtp() as server:
        sending = provider(server)
        sending.send(MAIL)
        server.hang_up()
        sending.send(MAIL)
    assert (server.connections, len(server.mails)) == (2, 2)


def test_one_refused_mail_does_not_hold_up_the_next() -> None:
    with serve_smtp(mode=SmtpMode.UNKNOWN_USER) as server:
        sending = provider(server)
        with pytest.raises(MailRefusedError):
            sending.send(MAIL)
        server.mode = SmtpMode.OK
        sending.send(MAIL)
    assert len(server.mails) == 1


def test_server_that_is_not_there_is_deferred() -> None:
    with serve_smtp() as server:
        sending = provider(server)
    with pytest.raises(MailDeferredError, match="SMTP_HOST"):
        sending.send(MAIL)


@pytest.mark.parametrize(
    "banner",
    [b"554 no service\r\n", b"HTTP/1.1 400 Bad\r\n\r\n", b"", b"2" * 100_000, b"220-\xff\xfe\r\n"],
)
def test_odd_banner_is_deferred(banner: bytes) -> None:
    def speak(line: socket.socket) -> None:
        line.sendall(banner)

    with serve_raw(speak) as address, pytest.raises(MailDeferredError):
        SmtpProvider(
            host="127.0.0.1", port=int(address.partition(":")[2]), timeout_seconds=LIMIT
        ).send(MAIL)


def test_bad_address_is_refused_without_a_connection() -> None:
    with serve_smtp() as server, pytest.raises(MailRefusedError):
        provider(server).send(mail(recipient="ben@example.com>\r\nDATA"))
    assert server.connections == 0


def test_provider_without_a_host_is_not_configured() -> None:
    assert not SmtpProvider(host="").is_configured()
    assert SmtpProvider(host="mail.example.com").is_configured()
