"""Traces of mail scanners of our own making: none of them is taken for a person."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from webapp import clock
from webapp.config import Settings
from webapp.enums import HitKind
from webapp.extensions import db
from webapp.models import EmailLog, User
from webapp.services.email_hit_verdicts import Visit
from webapp.services.email_hits import EmailHitService
from webapp.services.email_links import EmailLinks
from webapp.services.email_marks import EmailMarks

SENT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
CHROME = Visit(
    user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36",
    network="198.51.100.0",
)
ELSEWHERE = replace(CHROME, network="203.0.113.0", user_agent=CHROME.user_agent + " Edg/142.0")
GMAIL = Visit(user_agent="Mozilla/5.0 (via ggpht.com GoogleImageProxy)", network="66.249.84.0")

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Mailbox:
    """Mails that left at nine, and everything that asks for their marks."""

    service: EmailHitService
    marks: EmailMarks
    mails: list[EmailLog]

    def hit(self, seconds: float, place: int | None, visit: Visit = CHROME, mail: int = 0) -> None:
        """Open the mail (place None) or follow one of its links, so long after it was sent."""
        clock.set_clock(SENT + timedelta(seconds=seconds))
        token = self.mails[mail].tracking_token or ""
        if place is None:
            assert self.service.opened(self.marks.pixel(token).rpartition("/")[2], visit)
        else:
            self.service.followed(self.marks.link(token, place).rpartition("/")[2], visit)

    def people(self, mail: int = 0) -> set[HitKind]:
        """What people did with a mail, as its row tells it."""
        row = db.session.get_one(EmailLog, self.mails[mail].id, populate_existing=True)
        signs = ((HitKind.OPEN, row.opened_at), (HitKind.CLICK, row.clicked_at))
        return {kind for kind, at in signs if at}


@pytest.fixture
def box(settings: Settings, ben: User) -> Mailbox:
    marks = EmailMarks(settings)
    links = [f"https://news.example.com/{number}" for number in range(5)]
    mails = [
        factories.email_log(
            ben, sent_at=SENT, tracking_token=f"token-{number}", tracked_links=links
        )
        for number in range(4)
    ]
    return Mailbox(EmailHitService(links=EmailLinks(settings), marks=marks), marks, mails)


TRACES: dict[str, list[tuple[float, int | None, Visit]]] = {
    "gateway that opens all before it delivers": [
        *((3 + n / 10, n, CHROME) for n in range(1, 6)),
        (3.2, None, CHROME),
    ],
    "sandbox that follows all links, minutes later": [
        (240, None, CHROME),
        *((240.5 + n / 4, n, CHROME) for n in range(1, 6)),
    ],
    "three links within two seconds": [(600, 1, CHROME), (601, 3, CHROME), (601.9, 5, CHROME)],
    "honeypot first, then one link": [(300, 0, CHROME), (400, 2, CHROME)],
    "one link, then the honeypot from the same place": [(300, 2, CHROME), (360, 0, CHROME)],
    "honeypot from one address, a link from another": [(300, 0, CHROME), (305, 1, ELSEWHERE)],
    "link checker": [(900, n, replace(CHROME, is_head=True)) for n in range(1, 6)],
    "Apple's privacy proxy, hours later": [(7200, None, Visit(user_agent="Mozilla/5.0"))],
    "link preview of a chat": [(50, 1, Visit(user_agent="Slackbot-LinkExpanding 1.0"))],
}


@pytest.mark.parametrize("name", TRACES)
def test_a_scanner_is_nobody(box: Mailbox, name: str) -> None:
    for seconds, place, visit in TRACES[name]:
        box.hit(seconds, place, visit)
    assert box.people() == set()


def test_a_scanner_of_a_whole_mailbox_is_nobody(box: Mailbox) -> None:
    for mail in range(4):
        box.hit(500 + mail / 2, 1, mail=mail)
    assert [box.people(mail) for mail in range(4)] == [set()] * 4


READERS: dict[str, tuple[list[tuple[float, int | None, Visit]], set[HitKind]]] = {
    "opens a minute later": ([(60, None, CHROME)], {HitKind.OPEN}),
    "opens in Gmail": ([(60, None, GMAIL)], {HitKind.OPEN}),
    "follows a link without pictures": ([(60, 1, CHROME)], {HitKind.OPEN, HitKind.CLICK}),
    "reads at once and again later": ([(4, None, CHROME), (90, None, CHROME)], {HitKind.OPEN}),
    "follows two links in a row": (
        [(60, None, CHROME), (70, 1, CHROME), (71, 2, CHROME)],
        {HitKind.OPEN, HitKind.CLICK},
    ),
    "follows all links at a person's pace": (
        [(60 + 5 * n, n, CHROME) for n in range(1, 6)],
        {HitKind.OPEN, HitKind.CLICK},
    ),
    "after a scanner": (
        [*((3, n, CHROME) for n in range(6)), (900, None, ELSEWHERE), (910, 2, ELSEWHERE)],
        {HitKind.OPEN, HitKind.CLICK},
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_is_somebody(box: Mailbox, name: str) -> None:
    trace, expected = READERS[name]
    for seconds, place, visit in trace:
        box.hit(seconds, place, visit)
    assert box.people() == expected


def test_many_readers_behind_one_picture_proxy_stay_people(box: Mailbox) -> None:
    for mail in range(4):
        box.hit(500 + mail / 10, None, GMAIL, mail=mail)
    assert [box.people(mail) for mail in range(4)] == [{HitKind.OPEN}] * 4


def test_the_first_person_counts_not_the_machine_before(box: Mailbox) -> None:
    box.hit(3, None)
    box.hit(400, None, ELSEWHERE)
    row = db.session.get_one(EmailLog, box.mails[0].id, populate_existing=True)
    assert row.opened_at == pytest.approx(SENT + timedelta(seconds=400), abs=timedelta(seconds=2))
