"""Flask-Mail's connection with what it lacks: a total time limit, verified TLS, the queue id."""

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import flask_mail

from webapp.providers.addresses import resolve_within, system_resolve
from webapp.providers.sockets import connect_to_first

_QUEUED_AS = re.compile(rb"queued as\s+<?([!-;=?-~]{1,200})", re.IGNORECASE)
_STARTTLS_PORT = 587
_TLS_PORT = 465
_READY = 220
_OK = 250
_FORWARDED = 251


class SmtpSecurity(StrEnum):
    """How the way to the mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"

    @classmethod
    def of_port(cls, port: int) -> "SmtpSecurity":
        """Return what the port number means: 465 TLS, 587 STARTTLS, others plain."""
        return {_TLS_PORT: cls.TLS, _STARTTLS_PORT: cls.STARTTLS}.get(port, cls.PLAIN)


@dataclass(frozen=True)
class SmtpServer:
    """Where and how to hand over mails. An empty user name means no sign-in."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    security: SmtpSecurity
    tls: ssl.SSLContext


class _TimedSMTP(smtplib.SMTP):
    """smtplib's client, whose every wait counts against one deadline."""

    deadline = 0.0
    sock: Any
    _host: str

    def __init__(self, *, server_name: str, timeout: float) -> None:
        super().__init__(local_hostname=_own_name(), timeout=timeout)
        self._host = server_name  # smtplib checks the certificate against it

    def extend(self, deadline: float) -> None:
        """Set when the work that begins now must be done, on the monotonic clock."""
        self.deadline = deadline
        if self.sock is not None:
            self._apply()

    def _apply(self) -> None:
        self.sock.deadline = self.deadline
        self.sock.settimeout(max(self.deadline - time.monotonic(), 0.001))

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        addresses = resolve_within(system_resolve, host, port, seconds=timeout)
        sock = connect_to_first(addresses, port, self.deadline)
        sock.deadline = self.deadline
        return sock

    def starttls(self, *, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:  # type: ignore[override]  # without the deprecated key files
        answer = super().starttls(context=context)
        self._apply()
        return answer


class _TimedSMTPOverTLS(_TimedSMTP):
    def __init__(self, *, server_name: str, timeout: float, context: ssl.SSLContext) -> None:
        super().__init__(server_name=server_name, timeout=timeout)
        self._context = context

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        wrapped = self._context.wrap_socket(
            super()._get_socket(host, port, timeout), server_hostname=host
        )
        wrapped.deadline = self.deadline  # type: ignore[attr-defined]  # of our socket class
        return wrapped


def _own_name() -> str:
    """Return our name for EHLO; smtplib's own way can hang in a look-up."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


class WireMessage(flask_mail.Message):
    """A Flask-Mail message whose bytes were built before, with our Message-ID in them."""

    def __init__(self, *, sender: str, recipient: str, content: bytes) -> None:
        super().__init__(sender=sender, recipients=[recipient])
        self._content = content

    def as_bytes(self) -> bytes:
        """Return the bytes as they go on the wire."""
        return self._content


class TimedConnection(flask_mail.Connection):
    """A Flask-Mail connection that needs no Flask app; opened by the first `send`."""

    host: _TimedSMTP | None

    def __init__(self, server: SmtpServer) -> None:
        mail = flask_mail.Mail()
        mail.state = mail.init_mail(
            {
                "MAIL_SERVER": server.host,
                "MAIL_PORT": server.port,
                "MAIL_USERNAME": server.username or None,
                "MAIL_PASSWORD": server.password or None,
                "MAIL_USE_SSL": server.security is SmtpSecurity.TLS,
                "MAIL_USE_TLS": server.security is SmtpSecurity.STARTTLS,
            }
        )
        super().__init__(mail)
        self._tls = server.tls
        self._deadline = 0.0
        self.queue_id: str | None = None

    def configure_host(self) -> _TimedSMTP:
        """Connect, secure the way as configured, and sign in; all before the deadline."""
        seconds = max(self._deadline - time.monotonic(), 0.001)
        name: str = self.mail.server
        host = (
            _TimedSMTPOverTLS(server_name=name, timeout=seconds, context=self._tls)
            if self.mail.use_ssl
            else _TimedSMTP(server_name=name, timeout=seconds)
        )
        try:
            self._greet(host)
        except BaseException:
            host.close()
            raise
        return host

    def _greet(self, host: _TimedSMTP) -> None:
        host.extend(self._deadline)
        code, reply = host.connect(self.mail.server, self.mail.port)
        if code != _READY:
            raise smtplib.SMTPConnectError(code, reply)
        if self.mail.use_tls:
            host.starttls(context=self._tls)
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)

    def send(
        self, message: flask_mail.Message, envelope_from: str | tuple[str, str] | None = None
    ) -> None:
        """Hand the message to its one recipient; `queue_id` holds the server's name for it.

        Raises smtplib's exceptions, ValueError and OSError; `use_until` bounds it.
        """
        if self.host is None:
            self.host = self.configure_host()
        (recipient,) = map(str, message.send_to)
        sender = str(envelope_from or message.sender)
        content = message.as_bytes()
        self.host.ehlo_or_helo_if_needed()
        options = [f"size={len(content)}"] if self.host.has_extn("size") else []
        code, reply = self.host.mail(sender, options)
        if code != _OK:
            raise smtplib.SMTPSenderRefused(code, reply, sender)
        code, reply = self.host.rcpt(recipient)
        if code not in {_OK, _FORWARDED}:
            raise smtplib.SMTPRecipientsRefused({recipient: (code, reply)})
        code, reply = self.host.data(content)
        if code != _OK:
            raise smtplib.SMTPDataError(code, reply)
        self.num_emails += 1
        queued = _QUEUED_AS.search(reply)
        self.queue_id = queued.group(1).decode().rstrip(">.") if queued else None

    def use_until(self, deadline: float) -> None:
        """Set when the next work must be done, on the monotonic clock."""
        self._deadline = deadline
        if self.host is not None:
            self.host.extend(deadline)

    def is_alive(self) -> bool:
        """Ask the server whether it still listens."""
        try:
            return self.host is not None and self.host.noop()[0] == _OK
        except (OSError, smtplib.SMTPException):
            return False

    def drop(self) -> None:
        """Close without a farewell."""
        if self.host is not None:
            self.host.close()
            self.host = None
