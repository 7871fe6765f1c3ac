"""What happened to one mail, in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp.enums import EmailStatus, HitKind, HitVerdict, MachineSign
from webapp.extensions import db
from webapp.models import EmailBounce, EmailHit, EmailLog
from webapp.services.email_failures import plain_words

MAX_MACHINE_HITS = 10
MAX_REPORTS = 10
MACHINE_WORDS = {
    MachineSign.HEAD: "It asked for the headers only, as link checkers do.",
    MachineSign.PREFETCH: "A program fetched it ahead.",
    MachineSign.SCANNER: "A virus scanner, link preview or robot.",
    MachineSign.PRIVACY_PROXY: "Apple's mail privacy loads every mail.",
    MachineSign.TOO_SOON: "So soon after sending that nobody can have read it.",
    MachineSign.HONEYPOT: "It followed a link that no person sees.",
    MachineSign.ALL_LINKS: "Several links of this mail within two seconds.",
    MachineSign.MANY_MAILS: "Several mails at once.",
}


@dataclass(frozen=True)
class Moment:
    """One line of a mail's history.

    `kind` is created, retried, waiting, a status, opened, clicked (with `machine_` before it where
    no person did), or `reported_` and what a server said later.
    """

    kind: str
    at: datetime | None
    note: str = ""


def history(row: EmailLog, reason: str | None) -> tuple[Moment, ...]:
    """Return what happened to a mail; `reason` is why it did not arrive, in plain words."""
    signs = (("opened", row.opened_at), ("clicked", row.clicked_at))
    reports = _reports(row)
    later = [*(Moment(kind, at) for kind, at in signs if at), *_machine_hits(row), *reports]
    later.sort(key=lambda moment: moment.at or row.created_at)
    return (*_delivery(row, reason, came_back=bool(reports)), *later)


def _delivery(row: EmailLog, reason: str | None, *, came_back: bool) -> Iterator[Moment]:
    yield Moment("created", row.created_at)
    if row.retry_count:
        note = reason or "" if row.status is EmailStatus.PENDING else ""
        yield Moment("retried", None, f"{_times(row.retry_count)}. {note}".strip())
    if row.status is EmailStatus.PENDING:
        yield Moment("waiting", row.next_attempt_at)
    elif came_back and row.sent_at is not None:
        yield Moment("sent", row.sent_at)
    else:
        note = "" if row.status is EmailStatus.SENT else reason or ""
        yield Moment(row.status.value, row.sent_at, note)


def _machine_hits(row: EmailLog) -> list[Moment]:
    found = (
        select(EmailHit)
        .where(EmailHit.email_log_id == row.id, EmailHit.verdict == HitVerdict.MACHINE)
        .order_by(EmailHit.created_at, EmailHit.id)
        .limit(MAX_MACHINE_HITS)
    )
    words = {HitKind.OPEN: "machine_opened", HitKind.CLICK: "machine_clicked"}
    return [
        Moment(words[hit.kind], hit.created_at, MACHINE_WORDS[hit.sign] if hit.sign else "")
        for hit in db.session.scalars(found)
    ]


def _reports(row: EmailLog) -> list[Moment]:
    """Return what other servers reported after the mail had left."""
    found = (
        select(EmailBounce)
        .where(EmailBounce.email_log_id == row.id)
        .order_by(EmailBounce.created_at, EmailBounce.id)
        .limit(MAX_REPORTS)
    )
    return [
        Moment(f"reported_{each.kind.value}", each.created_at, plain_words(_words(each)))
        for each in db.session.scalars(found)
    ]


def _words(bounce: EmailBounce) -> str:
    return f"{bounce.status} {bounce.diagnostic}".strip()


def _times(count: int) -> str:
    return "Once" if count == 1 else f"{count} times"
