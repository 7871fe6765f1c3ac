"""Delivery status notifications of our own making, as mail servers write them."""

from email.message import Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

ORIGINAL_ID = "<0198f3a2c4e07b6d9a51@beacon.example.com>"
RECIPIENT = "ben@example.com"
UNKNOWN = "smtp; 550 5.1.1 <ben@example.com>: Recipient address rejected: User unknown"


def dsn(
    message_id: str = ORIGINAL_ID,
    *,
    recipient: str = RECIPIENT,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = UNKNOWN,
    own_id: str = "<report-1@mx.example.net>",
    headers_only: bool = False,
) -> bytes:
    """Return a report about one mail to one recipient."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = "MAILER-DAEMON@mx.example.net"
    report["To"] = "beacon@example.com"
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Message-ID"] = own_id
    report.attach(MIMEText("I'm sorry to have to inform you that your message came back.\n"))
    report.attach(_status(recipient, action, status, diagnostic))
    report.attach(_returned(message_id, recipient, headers_only=headers_only))
    return report.as_bytes()


def _status(recipient: str, action: str, status: str, diagnostic: str) -> Message:
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    whole, one = Message(), Message()
    whole["Reporting-MTA"] = "dns; mx.example.net"
    one["Final-Recipient"] = f"rfc822; {recipient}"
    one["Action"] = action
    one["Status"] = status
    one["Diagnostic-Code"] = diagnostic
    part.set_payload([whole, one])
    return part


def _returned(message_id: str, recipient: str, *, headers_only: bool) -> Message:
    original = MIMEText("The text of the mail.")
    original["Message-ID"] = message_id
    original["To"] = recipient
    if not headers_only:
        return MIMEMessage(original)
    headers = "".join(f"{name}: {value}\n" for name, value in original.items())
    return MIMEText(headers, "rfc822-headers")


def mbox(*mails: bytes) -> bytes:
    """Return an mbox file with these mails."""
    start = b"From MAILER-DAEMON Sat Nov 28 09:00:00 2026\n"
    return b"".join(start + each.replace(b"\nFrom ", b"\n>From ") + b"\n\n" for each in mails)
