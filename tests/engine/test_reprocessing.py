"""Rows that were only collected become events later, once, without a search."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp import clock
from webapp.enums import JobType, RawOutcome, RunStatus, RunTrigger
from webapp.errors import ForbiddenError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Client,
    EmailLog,
    Event,
    EventRawData,
    JobRun,
    Notification,
    SourceCheck,
    User,
)
from webapp.queueing import JobName
from webapp.schemas.raw_data import ReprocessInput
from webapp.services.access import Actor
from webapp.services.reprocessing import Reprocessing

FUNDING = "Halcyon Health raises $65M in Series C funding"
LAWSUIT = "Halcyon Health sued over data breach of patient records"


@pytest.fixture
def collecting(ana: User, halcyon: Client) -> AutomationSchedule:
    """A schedule that only collects."""
    assert halcyon.business_id == ana.business_id
    return factories.schedule(ana, job_type=JobType.SEARCH_ONLY)


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def started(world: World, user: User, **wish: object) -> Reprocessing:
    return world.services.reprocessing.start(actor(user), ReprocessInput.model_validate(wish))


def finished(world: World, found: Reprocessing) -> JobRun:
    assert found.run_id is not None
    ended = world.services.engine.execute_client_monitoring_job(found.run_id)
    db.session.rollback()
    return ended


def collected(world: World, schedule: AutomationSchedule, titles: Sequence[str]) -> None:
    world.source.results = [result(title) for title in titles]
    world.run(schedule)
    db.session.rollback()


def outcomes() -> list[RawOutcome | None]:
    return list(db.session.scalars(select(EventRawData.outcome)))


def counts() -> tuple[int, ...]:
    return tuple(db.session.query(model).count() for model in (Event, Notification, EmailLog))


def test_collected_rows_become_events_that_people_hear_of(
    world: World, collecting: AutomationSchedule, ben: User
) -> None:
    collected(world, collecting, [FUNDING, LAWSUIT])
    assert counts() == (0, 0, 0)
    found = started(world, ben)
    assert (found.rows, found.clients, found.is_new) == (2, 1, True)
    run = finished(world, found)
    assert (run.status, run.trigger, run.events) == (RunStatus.COMPLETED, RunTrigger.REPROCESS, 2)
    assert outcomes() == [RawOutcome.CREATED, RawOutcome.CREATED]
    assert counts() == (2, 4, 4)
    assert {event.job_run_id for event in db.session.scalars(select(Event)).unique()} == {run.id}


def test_nothing_is_searched_and_the_client_counts_as_checked_no_sooner(
    world: World, collecting: AutomationSchedule, ben: User, halcyon: Client
) -> None:
    collected(world, collecting, [FUNDING])
    asked, checks = world.source.calls, db.session.query(SourceCheck).count()
    last_checked = db.session.get_one(Client, halcyon.id).last_checked_at
    run = finished(world, started(world, ben))
    assert (world.source.calls, run.searches) == (asked, 0)
    assert db.session.query(SourceCheck).count() == checks
    assert db.session.get_one(Client, halcyon.id).last_checked_at == last_checked


def test_twice_makes_nothing_twice(world: World, collecting: AutomationSchedule, ben: User) -> None:
    collected(world, collecting, [FUNDING, LAWSUIT])
    finished(world, started(world, ben))
    before = counts()
    assert started(world, ben) == Reprocessing(None)
    collected(world, collecting, [FUNDING, LAWSUIT])
    assert started(world, ben) == Reprocessing(None)
    assert counts() == before


def test_while_one_is_under_way_that_one_is_returned(
    world: World, collecting: AutomationSchedule, ben: User, ana: User
) -> None:
    collected(world, collecting, [FUNDING])
    first = started(world, ben)
    second = started(world, ana)
    assert (second.run_id, second.is_new) == (first.run_id, False)
    assert world.queue.ids_of(JobName.START_RUN).count(str(first.run_id)) == 1


def test_a_crash_before_the_run_leaves_its_rows_to_the_next(
    world: World, collecting: AutomationSchedule, ben: User
) -> None:
    collected(world, collecting, [FUNDING])
    first = started(world, ben)
    assert first.run_id is not None
    world.services.ledger.request_cancel(first.run_id)
    again = started(world, ben)
    assert (again.rows, again.is_new) == (1, True)
    assert finished(world, again).events == 1


def test_a_monitoring_run_and_a_reprocessing_make_one_event(
    world: World, collecting: AutomationSchedule, schedule: AutomationSchedule, ben: User
) -> None:
    collected(world, collecting, [FUNDING])
    found = started(world, ben)
    world.run(schedule)
    before = counts()
    assert before[0] == 1
    finished(world, found)
    assert counts() == before


def test_only_the_client_that_was_named(
    world: World, collecting: AutomationSchedule, ben: User
) -> None:
    castellan = factories.client(ben.business, name="Castellan Bank")
    collected(world, collecting, [FUNDING, "Castellan Bank opens 40 branches in Spain"])
    found = started(world, ben, client_id=str(castellan.id))
    assert found.clients == 1
    finished(world, found)
    told = {event.client_id for event in db.session.scalars(select(Event)).unique()}
    assert told == {castellan.id}


def test_only_so_many_rows_and_the_newest_first(
    world: World, collecting: AutomationSchedule, ben: User
) -> None:
    collected(world, collecting, [FUNDING])
    clock.set_clock(clock.now() + timedelta(hours=8))
    collected(world, collecting, [LAWSUIT])
    assert started(world, ben, limit=1).rows == 1
    opened = select(EventRawData.title).where(EventRawData.collect_only.is_(False))
    assert db.session.scalars(opened).all() == [LAWSUIT]


def test_only_what_was_stored_since(
    world: World, collecting: AutomationSchedule, ben: User
) -> None:
    collected(world, collecting, [FUNDING])
    later = clock.now() + timedelta(minutes=1)
    assert started(world, ben, since=later) == Reprocessing(None)
    assert started(world, ben, since=later - timedelta(hours=1)).rows == 1


def test_an_outcome_is_judged_once_more_when_it_is_named(
    world: World, schedule: AutomationSchedule, ben: User
) -> None:
    world.model.relevance = world.rules.relevance = 0.1
    collected(world, schedule, [FUNDING])
    assert outcomes() == [RawOutcome.IRRELEVANT]
    assert started(world, ben) == Reprocessing(None)
    world.model.relevance = world.rules.relevance = 0.9
    run = finished(world, started(world, ben, outcomes=["irrelevant"]))
    assert (run.events, outcomes()) == (1, [RawOutcome.CREATED])


@pytest.mark.parametrize("outcome", ["created", "duplicate"])
def test_what_has_its_event_is_never_judged_again(outcome: str) -> None:
    with pytest.raises(ValueError, match="can be of"):
        ReprocessInput(outcomes=[RawOutcome(outcome)])


def test_another_business_stays_untouched(
    world: World, collecting: AutomationSchedule, ben: User, cleo: User
) -> None:
    collected(world, collecting, [FUNDING])
    assert started(world, cleo) == Reprocessing(None)
    with pytest.raises(InvalidInputError):
        started(world, cleo, client_id=str(db.session.scalars(select(Client.id)).one()))
    assert started(world, ben).rows == 1


def test_a_viewer_may_not(world: World, ben: User) -> None:
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    with pytest.raises(ForbiddenError):
        started(world, viewer)


def test_a_business_that_is_not_there_is_said(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.services.reprocessing.start_for(uuid.uuid4(), ReprocessInput())
