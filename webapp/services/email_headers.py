"""What a mail carries beside its text: its id, its thread, and how to end such mails."""

import re
import uuid

from webapp.config import Settings
from webapp.enums import EmailType
from webapp.models import EmailLog
from webapp.services.email_links import EmailLinks
from webapp.services.email_text import one_line

UNSUBSCRIBABLE = frozenset({EmailType.EVENT_NOTIFICATION, EmailType.DIGEST, EmailType.ALERT})
"""The mails that a user can end by themselves; system mails answer something they did."""


_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,200}")


def sender_domain(settings: Settings) -> str:
    """Return the domain of the sender address, in the letters that a Message-ID may have."""
    domain = settings.smtp_from_email.rpartition("@")[2].strip()
    try:
        wired = domain.encode("idna").decode()
    except UnicodeError:
        return "localhost"
    return wired if _DOMAIN.fullmatch(wired) else "localhost"


def new_message_id(log_id: uuid.UUID, settings: Settings) -> str:
    """Return the Message-ID of a new mail; it never changes, however often the mail is tried."""
    return f"<{log_id.hex}@{sender_domain(settings)}>"


def build_headers(
    log: EmailLog, client_id: uuid.UUID | None, *, links: EmailLinks, settings: Settings
) -> dict[str, str]:
    """Return the further headers; mails about one client share a thread."""
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Entity-Ref-ID": str(log.id),
    }
    if client_id is not None:
        thread = f"<client-{client_id}@{sender_domain(settings)}>"
        headers |= {"In-Reply-To": thread, "References": thread}
    if log.email_type in UNSUBSCRIBABLE:
        headers["List-Unsubscribe"] = f"<{links.unsubscribe(log.id)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return {name: one_line(value, 900) for name, value in headers.items()}
