"""A real SMTP server on 127.0.0.1 that keeps what it gets and can misbehave in many ways."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_NEVER = 3_600
_STARTED_WITHIN = 10.0


class SmtpMode(StrEnum):
    """How the server behaves; it can be changed while it runs."""

    OK = "ok"
    DEFER = "451 at RCPT"
    UNKNOWN_USER = "550 at RCPT"
    MAILBOX_FULL = "552 at RCPT"
    SENDER_REFUSED = "553 at MAIL"
    REFUSE_CONTENT = "554 at DATA"
    DEFER_CONTENT = "452 at DATA"
    BUSY = "421 at MAIL"
    HANG = "hang at RCPT"
    TRICKLE = "a character at a time at RCPT"
    NO_BANNER = "no banner"
    DROP_AFTER_DATA = "take the mail, then hang up without a word"


_AT_RCPT = {
    SmtpMode.DEFER: "451 4.3.2 Try again later",
    SmtpMode.UNKNOWN_USER: "550 5.1.1 No such user here",
    SmtpMode.MAILBOX_FULL: "552 5.2.2 Mailbox full",
}
_AT_MAIL = {
    SmtpMode.SENDER_REFUSED: "553 5.1.8 Sender's domain does not exist",
    SmtpMode.BUSY: "421 4.3.2 Too busy",
}
_AT_DATA = {
    SmtpMode.REFUSE_CONTENT: "554 5.7.1 Refused as unwanted",
    SmtpMode.DEFER_CONTENT: "452 4.3.1 No room",
}


@dataclass(frozen=True)
class ReceivedMail:
    """One mail as it came: the envelope and the bytes."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass
class SmtpDouble:
    """A running server: its port, its mode, and all that it got."""

    mode: SmtpMode = SmtpMode.OK
    folder: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0
    mails: list[ReceivedMail] = field(default_factory=list)
    connections: int = 0
    lines: list[asyncio.Transport] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None
    before_reply: Callable[[int], None] | None = None
    """Called with the number of mails kept, between keeping one and answering."""

    def keep(self, envelope: Envelope) -> str:
        """Store a mail and return its queue id."""
        content = envelope.original_content or b""
        mail = ReceivedMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        self.mails.append(mail)
        name = f"mail-{len(self.mails):05}"
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{name}.eml").write_bytes(mail.content)
        return name

    def hang_up(self) -> None:
        """Close every open connection, as a server does that has been idle for long."""
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._close_lines)

    def _close_lines(self) -> None:
        for line in self.lines:
            line.abort()
        self.lines.clear()


class _Handler:
    def __init__(self, double: SmtpDouble) -> None:
        self._double = double

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self._double.mode in _AT_MAIL:
            return _AT_MAIL[self._double.mode]
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        mode = self._double.mode
        if mode is SmtpMode.HANG:
            await asyncio.sleep(_NEVER)
        if mode is SmtpMode.TRICKLE:
            await _trickle(server)
        if mode in _AT_RCPT:
            return _AT_RCPT[mode]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        mode = self._double.mode
        if mode in _AT_DATA:
            return _AT_DATA[mode]
        queue_id = self._double.keep(envelope)
        if mode is SmtpMode.DROP_AFTER_DATA:
            _line_of(server).abort()
            await asyncio.sleep(_NEVER)
        if self._double.before_reply is not None:
            self._double.before_reply(len(self._double.mails))
        return f"250 2.0.0 Ok: queued as {queue_id}"


def _line_of(server: SMTP) -> asyncio.Transport:
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


async def _trickle(server: SMTP) -> None:
    transport = _line_of(server)
    while not transport.is_closing():
        transport.write(b"2")
        await asyncio.sleep(0.05)


class _Server(SMTP):
    """aiosmtpd's server, which tells the double of each connection and can keep silent."""

    def __init__(self, double: SmtpDouble, **options: Any) -> None:
        super().__init__(
            _Handler(double), hostname="mail.example.com", auth_require_tls=False, **options
        )
        self._double = double
        # Set here, because the library warns of asking for a sign-in without TLS.
        self._auth_required = options.get("authenticator") is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._tls_protocol is None:
            self._double.connections += 1
            assert isinstance(transport, asyncio.Transport)
            self._double.lines.append(transport)
        super().connection_made(transport)

    async def _handle_client(self) -> None:
        if self._double.mode is SmtpMode.NO_BANNER:
            await asyncio.sleep(_NEVER)
        await super()._handle_client()


@contextmanager
def serve_smtp(
    *,
    mode: SmtpMode = SmtpMode.OK,
    folder: Path | None = None,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
) -> Iterator[SmtpDouble]:
    """Run a server on a free port for the length of the block.

    `tls` encrypts from the start, `starttls` on request; with `login` only that user may send.
    A `folder` gets each mail as a file `mail-00001.eml`.
    """
    double = SmtpDouble(mode=mode, folder=folder)
    options: dict[str, Any] = {"tls_context": starttls, "require_starttls": starttls is not None}
    if login is not None:
        options["authenticator"] = lambda *given: AuthResult(
            success=_matches(given[-1], login), handled=False
        )
    loop = double.loop = asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    double.port = listener.getsockname()[1]
    ready, over = threading.Event(), asyncio.Event()

    async def live() -> None:
        factory = partial(_Server, double, loop=loop, **options)
        server = await loop.create_server(factory, sock=listener, ssl=tls)
        async with server:
            ready.set()
            await over.wait()
            double._close_lines()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            await asyncio.wait([task])

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),), daemon=True)
    thread.start()
    ready.wait(_STARTED_WITHIN)
    try:
        yield double
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(_STARTED_WITHIN)
        loop.close()


def _matches(given: LoginPassword, login: tuple[str, str]) -> bool:
    return (given.login.decode(), given.password.decode()) == login
