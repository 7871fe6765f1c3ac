"""The way to the mail server: TLS as the port says, certificates checked, sign-in kept secret."""

import logging
import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.certificates import Certificate, make_certificate
from tests.doubles.smtp_server import SmtpDouble, serve_smtp
from tests.providers.mail.mails import MAIL
from webapp.providers.base import MailDeferredError
from webapp.providers.mail.connection import SmtpSecurity
from webapp.providers.mail.smtp import SmtpProvider

LOGIN = ("beacon", "canary-password")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(Path(tmp_path_factory.mktemp("tls")))


def provider(server: SmtpDouble, security: SmtpSecurity, **more: Any) -> SmtpProvider:
    told = {"username": LOGIN[0], "password": LOGIN[1], "timeout_seconds": 5, **more}
    return SmtpProvider(host=server.host, port=server.port, security=security, **told)


def served(security: SmtpSecurity, context: ssl.SSLContext) -> dict[str, Any]:
    """How the server must be started for a client of this kind."""
    names = {SmtpSecurity.TLS: "tls", SmtpSecurity.STARTTLS: "starttls"}
    return {names[security]: context} if security in names else {}


@pytest.mark.parametrize(
    ("port", "security"),
    [(465, "tls"), (587, "starttls"), (25, "plain"), (2525, "plain"), (1025, "plain")],
)
def test_port_says_how_the_way_is_protected(port: int, security: str) -> None:
    assert SmtpSecurity.of_port(port) == security


@pytest.mark.parametrize("security", list(SmtpSecurity))
def test_mail_goes_out_after_signing_in(security: SmtpSecurity, certificate: Certificate) -> None:
    with serve_smtp(login=LOGIN, **served(security, certificate.server)) as server:
        sending = provider(server, security, ca_file=certificate.ca_file)
        for _ in range(2):
            sending.send(MAIL)
    assert len(server.mails) == 2


@pytest.mark.parametrize("security", [SmtpSecurity.TLS, SmtpSecurity.STARTTLS])
def test_certificate_that_nobody_vouches_for_defers(
    security: SmtpSecurity, certificate: Certificate
) -> None:
    options = served(security, certificate.server)
    with (
        serve_smtp(**options) as server,
        pytest.raises(MailDeferredError, match="certificate"),
    ):
        provider(server, security).send(MAIL)
    assert server.mails == []


def test_certificate_of_another_host_defers(tmp_path: Path) -> None:
    other = make_certificate(tmp_path, host="other.example")
    with serve_smtp(tls=other.server) as server:
        sending = SmtpProvider(
            host="localhost", port=server.port, security=SmtpSecurity.TLS, ca_file=other.ca_file
        )
        with pytest.raises(MailDeferredError, match="certificate"):
            sending.send(MAIL)


def test_server_without_starttls_gets_neither_password_nor_mail() -> None:
    with serve_smtp() as server, pytest.raises(MailDeferredError, match="SMTP_PORT"):
        provider(server, SmtpSecurity.STARTTLS).send(MAIL)
    assert server.mails == []


@pytest.mark.parametrize("password", ["wrong-canary", "wröng-canary"])
def test_wrong_password_defers_and_is_told_nowhere(
    password: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="webapp")
    with serve_smtp(login=LOGIN) as server, pytest.raises(MailDeferredError) as caught:
        provider(server, SmtpSecurity.PLAIN, password=password).send(MAIL)
    told = f"{caught.value} {caught.value.__context__!r} {caplog.text} {capfd.readouterr()}"
    assert "SMTP_PASSWORD" in str(caught.value)
    assert password not in told
