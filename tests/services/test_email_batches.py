"""Many mails at once: some share a job, and a slow server holds up nothing else."""

import uuid
from collections.abc import Iterator

import pytest

from tests.doubles.mail import Postroom
from tests.doubles.smtp_server import SmtpDouble, serve_smtp
from webapp import clock
from webapp.config import Settings
from webapp.enums import EmailType
from webapp.models import User
from webapp.providers.mail.smtp import SmtpProvider
from webapp.queueing import JobName
from webapp.services.email_outbox import Draft
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")
MAILS = 50


@pytest.fixture
def server() -> Iterator[SmtpDouble]:
    with serve_smtp() as double:
        yield double


@pytest.fixture
def room(settings: Settings, server: SmtpDouble) -> Postroom:
    return Postroom(settings, provider=SmtpProvider(host=server.host, port=server.port))


@pytest.fixture
def ids(room: Postroom, ben: User) -> list[uuid.UUID]:
    drafts = [
        Draft(
            business_id=ben.business_id,
            user=ben,
            email_type=EmailType.SYSTEM,
            subject="Hello",
            dedupe_key=f"many:{number}",
            context={"body": "Hello", "link": None},
        )
        for number in range(MAILS)
    ]
    with atomic():
        return room.service.outbox.put_all(drafts)


def test_mails_of_one_commit_share_jobs(room: Postroom, ids: list[uuid.UUID]) -> None:
    parts = [part for name, part in room.queue.jobs if name is JobName.SEND_EMAIL]
    assert [len(part) for part in parts] == [20, 20, 10]
    assert [each for part in parts for each in part] == [str(each) for each in ids]


def test_mails_of_one_job_go_over_one_connection(
    room: Postroom, server: SmtpDouble, ids: list[uuid.UUID]
) -> None:
    room.service.deliver_all(ids[:10])
    assert (len(server.mails), server.connections) == (10, 1)


def test_a_mail_that_is_gone_stops_no_other(
    room: Postroom, server: SmtpDouble, ids: list[uuid.UUID]
) -> None:
    room.service.deliver_all([ids[0], uuid.uuid4(), ids[1]])
    assert len(server.mails) == 2


def test_a_slow_server_gives_the_rest_back_to_the_queue(
    room: Postroom, server: SmtpDouble, ids: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    room.queue.jobs.clear()
    seconds = iter(range(0, 1000, 2))
    monkeypatch.setattr(clock, "monotonic", lambda: next(seconds))
    room.service.deliver_all(ids[:5])
    assert len(server.mails) == 2
    assert room.queue.jobs == [(JobName.SEND_EMAIL, tuple(str(each) for each in ids[2:5]))]
