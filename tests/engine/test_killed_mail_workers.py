"""Workers are killed while they deliver: what the mail server has in the end is counted."""

import logging
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.doubles.mail import Postroom
from tests.doubles.smtp_server import SmtpDouble, serve_smtp
from tests.engine.mail_worker import Orders, forked, work
from webapp.config import Settings
from webapp.enums import EmailStatus, EmailType
from webapp.extensions import db
from webapp.models import EmailLog, User
from webapp.services.email_outbox import Draft
from webapp.services.transactions import atomic

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]
log = logging.getLogger(__name__)
LEASE_IS_OVER = timedelta(seconds=61)
STEPS_A_MAIL = 12
"""Statements and commits between which a worker may die; the reply to DATA is one more."""
LONGEST = 300.0


@dataclass
class Run:
    """Workers one after the other, each an hour's beat later than the last, until all is sent."""

    server: SmtpDouble
    folder: Path
    ids: list[str]
    kills: int = 0
    kills_after_acceptance: int = 0
    later: timedelta = timedelta()

    def worker(self, *, die_before: int | None = None, before_reply_to: int | None = None) -> bool:
        """Let one work until it ends or dies before this step or reply; True if it died."""
        self.later += LEASE_IS_OVER
        before = len(self.server.mails)
        url = db.engine.url.render_as_string(hide_password=False)
        orders = Orders(url, self.folder, self.server.port, self.later, die_before)
        process = forked().Process(target=work, args=(orders,))
        process.start()
        if before_reply_to is not None:
            assert process.pid
            self.server.before_reply = partial(self._kill, process.pid, before_reply_to)
        process.join(LONGEST)
        self.server.before_reply = None
        died = process.exitcode == -signal.SIGKILL
        assert died or process.exitcode == 0
        self.kills += died
        self.kills_after_acceptance += died and len(self.server.mails) > before and self._is_open()
        return died

    def _is_open(self) -> bool:
        """Whether the mail that the server took last is not yet known to be sent."""
        last = message_from_bytes(self.server.mails[-1].content)["Message-ID"]
        status = db.session.scalar(select(EmailLog.status).where(EmailLog.message_id == str(last)))
        db.session.rollback()
        return status is not EmailStatus.SENT

    @staticmethod
    def _kill(pid: int, at: int, kept: int) -> None:
        if kept >= at:
            os.kill(pid, signal.SIGKILL)

    def finish(self) -> None:
        """Send the rest, and see that every row says so."""
        assert not self.worker()
        db.session.rollback()
        states = select(EmailLog.status, func.count()).group_by(EmailLog.status)
        assert [*map(tuple, db.session.execute(states))] == [(EmailStatus.SENT, len(self.ids))]

    @property
    def copies(self) -> Counter[str]:
        """How often the server's folder holds each mail."""
        files = (self.folder / "server").glob("*.eml")
        return Counter(str(message_from_bytes(each.read_bytes())["Message-ID"]) for each in files)

    @property
    def lost(self) -> int:
        return len(set(self.ids) - set(self.copies))

    @property
    def doubled(self) -> int:
        return sum(self.copies.values()) - len(self.copies)


@pytest.fixture
def promise(settings: Settings, ben: User, tmp_path: Path) -> Iterator[Callable[[int], Run]]:
    with serve_smtp(folder=tmp_path / "server") as server:

        def make(mails: int) -> Run:
            event = factories.event(factories.client(ben.business, owner=ben))
            drafts = [
                Draft(
                    business_id=ben.business_id,
                    user=ben,
                    email_type=EmailType.EVENT_NOTIFICATION,
                    subject="News",
                    dedupe_key=f"kill:{number}",
                    event_id=event.id,
                )
                for number in range(mails)
            ]
            with atomic():
                Postroom(settings).service.outbox.put_all(drafts)
            ids = list(db.session.scalars(select(EmailLog.message_id)))
            db.session.remove()
            return Run(server, tmp_path, ids)

        yield make


def test_without_kills_each_mail_arrives_once(promise: Callable[[int], Run]) -> None:
    run = promise(40)
    run.finish()
    assert (run.lost, run.doubled) == (0, 0)
    assert run.server.connections == 1, "the connection is kept"


@pytest.mark.parametrize("stride", [4, pytest.param(1, marks=pytest.mark.long)])
def test_wherever_a_worker_dies_its_mail_arrives(
    promise: Callable[[int], Run], stride: int
) -> None:
    """Each worker dies some steps later than the last; one dies between DATA and its reply."""
    run = promise(10)
    for step in range(1, 2 * STEPS_A_MAIL, stride):
        assert run.worker(die_before=step)
    assert run.worker(before_reply_to=len(run.server.mails) + 1)
    run.finish()
    assert run.kills_after_acceptance >= 1, "one died when the server had the mail"
    assert (run.lost, run.doubled) == (0, run.kills_after_acceptance)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("mails", "kills", "most_doubled"),
    [
        (40, 3, 1),
        pytest.param(1000, 5, 1, marks=pytest.mark.long),
        pytest.param(1000, 50, 50, marks=pytest.mark.long),
    ],
)
def test_under_kills_none_is_lost_and_only_what_the_server_had_is_doubled(
    promise: Callable[[int], Run], mails: int, kills: int, most_doubled: int
) -> None:
    run, dice = promise(mails), random.Random(1)  # noqa: S311 -- the same places each time
    for _ in range(kills):
        reach = mails // (kills + 1)
        if dice.randrange(STEPS_A_MAIL + 1) == 0:
            died = run.worker(before_reply_to=len(run.server.mails) + 1 + dice.randrange(reach))
        else:
            died = run.worker(die_before=1 + dice.randrange(reach * STEPS_A_MAIL))
        assert died
    run.finish()
    log.info("%d mails, %d kills: %d lost, %d doubled", mails, kills, run.lost, run.doubled)
    assert (run.lost, run.doubled) == (0, run.kills_after_acceptance)
    assert run.doubled <= most_doubled
