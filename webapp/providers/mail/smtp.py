"""Hands mails to an SMTP server through Flask-Mail."""

import os
import smtplib
import threading
import time
import weakref

from webapp.enums import MailProviderName
from webapp.providers.base import MailReceipt, OutgoingMail
from webapp.providers.mail.connection import (
    SmtpSecurity,
    SmtpServer,
    TimedConnection,
    WireMessage,
)
from webapp.providers.mail.mime import message_bytes, wire_address
from webapp.providers.mail.smtp_errors import mail_failure
from webapp.providers.sockets import tls_context

_KEPT = 4
_KEPT_SECONDS = 30.0
_MAILS_A_CONNECTION = 50
_CHECK_SECONDS = 2.0


class SmtpProvider:
    """Sends over SMTP: port 465 under TLS from the start, 587 with STARTTLS, others plain.

    `security` overrules what the port means. Certificates are verified, against `ca_file` where
    one is given. Safe to use from several threads; connections are kept for half a minute.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int = 587,
        username: str = "",
        password: str = "",
        security: SmtpSecurity | None = None,
        timeout_seconds: float = 10.0,
        ca_file: str | None = None,
        name: MailProviderName = MailProviderName.SMTP,
    ) -> None:
        self.name = name
        self._server = SmtpServer(
            host=host,
            port=port,
            username=username,
            password=password,
            security=security or SmtpSecurity.of_port(port),
            tls=tls_context(ca_file),
        )
        self._timeout_seconds = timeout_seconds
        self._kept: list[tuple[float, TimedConnection]] = []
        self._lock = threading.Lock()
        self._owner = os.getpid()
        weakref.finalize(self, _close_all, self._kept)

    def is_configured(self) -> bool:
        """Tell whether there is a server to send to."""
        return bool(self._server.host)

    def send(self, mail: OutgoingMail) -> MailReceipt:
        """Hand the mail over within the time limit, ten seconds by default.

        The receipt names the server's queue id, else our Message-ID. Raises MailRefusedError or
        MailDeferredError; a mail whose last reply was lost counts as deferred, so the next try
        may be a second copy with the same Message-ID.
        """
        message = WireMessage(
            sender=wire_address(mail.sender_email),
            recipient=wire_address(mail.recipient),
            content=message_bytes(mail),
        )
        connection = self._take(time.monotonic() + self._timeout_seconds)
        try:
            connection.send(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            connection.drop()
            failure = mail_failure(error)
        else:
            receipt = MailReceipt(self.name, connection.queue_id or mail.message_id)
            self._keep(connection)
            return receipt
        raise failure

    def _take(self, deadline: float) -> TimedConnection:
        """Return a kept connection that still answers, else a new one."""
        while (kept := self._pop()) is not None:
            since, connection = kept
            now = time.monotonic()
            connection.use_until(min(deadline, now + _CHECK_SECONDS))
            if now - since < _KEPT_SECONDS and connection.is_alive():
                connection.use_until(deadline)
                return connection
            connection.drop()
        connection = TimedConnection(self._server)
        connection.use_until(deadline)
        return connection

    def _pop(self) -> tuple[float, TimedConnection] | None:
        with self._lock:
            if self._owner != os.getpid():  # a forked worker must not speak on its parent's line
                _close_all(self._kept)
                self._owner = os.getpid()
            return self._kept.pop() if self._kept else None

    def _keep(self, connection: TimedConnection) -> None:
        with self._lock:
            if len(self._kept) < _KEPT and connection.num_emails < _MAILS_A_CONNECTION:
                self._kept.append((time.monotonic(), connection))
                return
        connection.drop()


def _close_all(kept: list[tuple[float, TimedConnection]]) -> None:
    for _, connection in kept:
        connection.drop()
    kept.clear()
