"""The process may die after any SQL statement of a tick or of a delivery: no promise is lost."""

import gc
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from tests import factories
from tests.doubles.mail import Postroom, ScriptedMail
from tests.doubles.world import World
from tests.engine.test_crash_points import ProcessDiedError, dying_after
from webapp import clock
from webapp.config import Settings
from webapp.enums import EmailStatus, RunStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, EmailLog, Event, JobRun, User
from webapp.queueing import JobName
from webapp.services.transactions import atomic

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("database")]
EACH = [6, pytest.param(1, marks=pytest.mark.long)]


def count(act: Callable[[], object]) -> int:
    with dying_after(-1) as seen:
        act()
    return seen()


def die(act: Callable[[], object], point: int) -> None:
    with dying_after(point):
        try:
            act()
        except ProcessDiedError:
            pass
        finally:
            db.session.remove()
            gc.collect()  # a cursor of the dead would keep its transaction open


@pytest.mark.parametrize("step", EACH)
def test_each_slot_becomes_one_run_wherever_the_tick_dies(
    world: World, ana: User, step: int
) -> None:
    due = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=2)
    made = [factories.schedule(ana, name=name).id for name in ("One", "Two")]
    start_over(made, due)
    total = count(world.services.tick.tick)
    assert total > 20
    for point in range(1, total + 1, step):
        start_over(made, due)
        die(world.services.tick.tick, point)
        for _ in range(3):
            clock.set_clock(clock.now() + timedelta(minutes=1))
            world.services.tick.tick()
            for run_id in [uuid.UUID(each) for each in world.queue.ids_of(JobName.START_RUN)]:
                world.services.engine.start_run(run_id)
        runs = db.session.query(JobRun).all()
        assert sorted((run.schedule_id, run.slot_at) for run in runs) == sorted(
            (each, due) for each in made
        ), f"died after statement {point}"
        assert {run.status for run in runs} == {RunStatus.RUNNING}, f"statement {point}"


def start_over(schedules: list[uuid.UUID], due: datetime) -> None:
    """Empty the ledger and make the schedules due again."""
    db.session.remove()
    clock.set_clock(None)
    with atomic() as session:
        session.query(JobRun).delete()
        session.query(AutomationSchedule).filter(AutomationSchedule.id.in_(schedules)).update(
            {"next_run_at": due, "is_active": True}
        )


@pytest.fixture
def room(settings: Settings) -> Postroom:
    return Postroom(settings, provider=ScriptedMail())


@pytest.fixture
def promised(room: Postroom, ben: User) -> uuid.UUID:
    event = factories.event(factories.client(ben.business, owner=ben))
    return promise(room, event, ben)


def promise(room: Postroom, event: Event, ben: User) -> uuid.UUID:
    with atomic() as session:
        session.query(EmailLog).delete()
        room.service.queue_event_notification(
            event, user=ben, job_run_id=None, reason="you follow it", waits_for_insight=False
        )
    return room.service.due(1)[0]


@pytest.mark.parametrize("step", EACH)
def test_a_promised_mail_leaves_wherever_its_delivery_dies(
    room: Postroom, promised: uuid.UUID, ben: User, step: int
) -> None:
    total = count(lambda: room.service.deliver(promised))
    assert total >= 4
    event = db.session.query(Event).one()
    for point in range(1, total + 1, step):
        sent_before = len(mails_of(room))
        log_id = promise(room, db.session.merge(event), db.session.merge(ben))
        die(partial(room.service.deliver, log_id), point)
        clock.set_clock(clock.now() + timedelta(minutes=5))
        for due in room.service.due(5):
            room.service.deliver(due)
        row = db.session.get_one(EmailLog, log_id, populate_existing=True)
        assert row.status is EmailStatus.SENT, f"died after statement {point}"
        sent = mails_of(room)[sent_before:]
        assert 1 <= len(sent) <= 2, f"died after statement {point}"
        assert len(set(sent)) == 1, "each try bears the same Message-ID"


def mails_of(room: Postroom) -> list[str]:
    assert isinstance(room.provider, ScriptedMail)
    return [mail.message_id for mail in room.provider.taken]
