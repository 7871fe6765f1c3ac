"""Says what an SMTP failure means for the mail: never, or not now."""

import re
import smtplib

from webapp.providers.base import MailDeferredError, MailRefusedError

_ADDRESS_STATUS = re.compile(r"\b5\.1\.(\d{1,3})\b")
_SENDERS_FAULT = frozenset({"7", "8"})  # X.1.7 and X.1.8 speak of the sender's address
_PERMANENT = range(500, 600)
_REPLY_SHOWN = 200
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def mail_failure(error: Exception) -> MailRefusedError | MailDeferredError:
    """Build the error for an exception of smtplib, ssl or a socket.

    Only what the server says of this mail is permanent; what is wrong with the way to it (the
    connection, TLS, our sign-in) is deferred, for it can be mended while the mail waits.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, reply),) = error.recipients.values()
        return _verdict("recipient", code, _text(reply), is_bounce=True)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _verdict("sender", error.smtp_code, _text(error.smtp_error))
    if isinstance(error, smtplib.SMTPDataError):
        return _verdict("mail", error.smtp_code, _text(error.smtp_error))
    return MailDeferredError(_reason(error))


def _verdict(
    what: str, code: int, reply: str, *, is_bounce: bool = False
) -> MailRefusedError | MailDeferredError:
    answer = f"{code} {reply}".strip()
    if code not in _PERMANENT:
        return MailDeferredError(f"The mail server did not take the {what} for now: {answer}")
    return MailRefusedError(
        f"The mail server refused the {what}: {answer}",
        is_bounce=is_bounce,
        suppress=is_bounce and _names_unknown_address(reply),
    )


def _names_unknown_address(reply: str) -> bool:
    status = _ADDRESS_STATUS.search(reply)
    return status is not None and status.group(1) not in _SENDERS_FAULT


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError | UnicodeError):
        return "The mail server does not accept the sign-in; check SMTP_USERNAME and SMTP_PASSWORD."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The mail server does not offer what SMTP_PORT and SMTP_USERNAME ask for."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server is not ready ({error.smtp_code})."
    if isinstance(error, smtplib.SMTPException | TimeoutError):
        return "The mail server did not answer in time or hung up."
    if type(error).__module__ == "ssl":
        return "The mail server has no certificate that can be trusted, or speaks no TLS."
    return "The mail server could not be reached; check SMTP_HOST and SMTP_PORT."


def _text(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return _UNPRINTABLE.sub(" ", text).strip()[:_REPLY_SHOWN]
