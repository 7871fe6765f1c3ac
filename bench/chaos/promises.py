"""What was promised, held against what came: slots by their definition, mails by the server's."""

import email
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from email import policy
from pathlib import Path

from sqlalchemy import func, select

from bench.chaos.orders import MAILED, NAME, OrderBook
from webapp.enums import ClientRunStatus, EmailStatus, RunStatus
from webapp.extensions import db
from webapp.models import Client, EmailLog, Event, JobRun, JobRunClient
from webapp.services.automation_engine import GAVE_UP

DONE = (RunStatus.COMPLETED, RunStatus.PARTIAL, RunStatus.DEGRADED)
MAX_GIVEN_UP = 2
OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True)
class Promises:
    """The count of every promise. Lost, doubled, missing and stuck are to be zero."""

    slots: int
    runs_done: int
    runs_lost: int
    runs_doubled: int
    events_expected: int
    events_missing: int
    clients_given_up: int
    events_doubled: int
    mails_expected: int
    mails_lost: int
    mails_doubled: int
    stuck: int

    @property
    def broken(self) -> list[str]:
        """Name the promises that were not kept; a mail sent twice is told, not broken.

        Mail is handed over at least once: one whose worker dies between the server's answer and
        the commit is sent again, with the same Message-ID. A client in whose midst its process
        was killed three times, when it was alone, is taken for the cause and left out of that
        run, which says so; with a kill every few seconds this happens by chance, but rarely.
        """
        kept = ("runs_lost", "runs_doubled", "events_missing", "events_doubled", "mails_lost")
        broken = [name for name in (*kept, "stuck") if asdict(self)[name]]
        return [*broken, *(["clients_given_up"] if self.clients_given_up > MAX_GIVEN_UP else [])]


def is_settled(book: OrderBook, until: datetime) -> bool:
    """Tell whether every slot has its run, every run its end and every mail its answer."""
    db.session.rollback()
    runs = db.session.scalar(select(func.count()).select_from(JobRun)) or 0
    return runs >= len(book.slots_until(until)) and not _open_work()


def check(book: OrderBook, mails: Path, until: datetime) -> Promises:
    """Count, in a deployment that has come to rest or ought to have."""
    db.session.rollback()
    slots = Counter(book.slots_until(until))
    rows = db.session.execute(select(JobRun.schedule_id, JobRun.slot_at, JobRun.status)).all()
    runs = Counter((row.schedule_id, row.slot_at) for row in rows)
    stories = Counter(db.session.scalars(select(Client.name).join(Event)))
    wanted = {name for order in book.orders for name in order.clients}
    given_up = _told_as_given_up() - set(stories)
    letters = _letters(mails)
    promised = {(name, recipient) for name in stories for recipient in MAILED}
    return Promises(
        slots=slots.total(),
        runs_done=sum(row.status in DONE for row in rows),
        runs_lost=sum(1 for slot in slots if not runs[slot]),
        runs_doubled=sum(max(0, runs[slot] - 1) for slot in slots),
        events_expected=len(wanted),
        events_missing=len(wanted - set(stories) - given_up),
        clients_given_up=len(given_up),
        events_doubled=sum(count - 1 for count in stories.values()),
        mails_expected=len(promised),
        mails_lost=sum(1 for letter in promised if not letters[letter]),
        mails_doubled=sum(max(0, letters[letter] - 1) for letter in promised),
        stuck=_open_work(),
    )


def _told_as_given_up() -> set[str]:
    """Return the clients that a run which is not complete names as left out."""
    query = (
        select(JobRunClient.client_name)
        .join(JobRun, JobRun.id == JobRunClient.job_run_id)
        .where(
            JobRunClient.status == ClientRunStatus.FAILED,
            JobRunClient.error_message == GAVE_UP,
            JobRun.status.in_((RunStatus.PARTIAL, RunStatus.FAILED)),
        )
    )
    return set(db.session.scalars(query))


def _open_work() -> int:
    """Count runs without an end and mails that still wait."""
    runs = select(func.count()).select_from(JobRun).where(JobRun.status.in_(OPEN))
    mails = select(func.count()).select_from(EmailLog).where(EmailLog.status == EmailStatus.PENDING)
    return (db.session.scalar(runs) or 0) + (db.session.scalar(mails) or 0)


def _letters(folder: Path) -> Counter[tuple[str, str]]:
    """Count the mails that the server has, by the client in the subject and the recipient."""
    letters: Counter[tuple[str, str]] = Counter()
    for file in folder.glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        about = NAME.search(str(message["Subject"]))
        if about is not None:
            letters[about.group(), str(message["To"])] += 1
    return letters
