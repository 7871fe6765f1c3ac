"""What never shares a story, what a user refused, and two workers at once."""

import threading
import uuid

from flask import Flask

from tests import factories
from tests.doubles.providers import ScriptedAI
from tests.doubles.world import World
from tests.engine.stories import AGAIN, FIRST, MORE, OTHER, events, found, meet, raw, sources
from webapp import clock
from webapp.enums import JobType, Provenance, RawOutcome, SimulationReason, SourceName
from webapp.errors import ProviderAuthError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Client,
    ClientExclusion,
    Event,
    EventRawData,
    Insight,
    JobRun,
    Story,
    User,
)
from webapp.providers.base import ClassifyAnswer, ClassifyRequest, SearchTarget
from webapp.services.canonical import content_hash
from webapp.services.transactions import atomic


def test_what_is_invented_never_shares_a_story_with_what_is_real(
    world: World, schedule: AutomationSchedule
) -> None:
    world.mock.results = found(FIRST, source=SourceName.MOCK)
    world.run(schedule, force_mock=True)
    world.source.error = ProviderAuthError("Serper refused the key.")
    world.mock.results = found(AGAIN[0], source=SourceName.MOCK)
    meet(world, schedule)
    world.source.error = None
    meet(world, schedule, *found(AGAIN[1]))
    reasons = [each.simulation_reason for each in events()]
    assert reasons == [SimulationReason.FORCED, SimulationReason.FALLBACK, None]
    assert events()[2].provenance is Provenance.LIVE
    assert len({each.story_id for each in events()}) == 3


def invent(world: World, schedule: AutomationSchedule, *titles: str) -> JobRun:
    """Run the schedule over invented results alone."""
    world.mock.results = found(*titles, source=SourceName.MOCK)
    return world.run(schedule, force_mock=True)


def test_what_is_real_stands_as_real_though_it_was_invented_with_these_very_words(
    world: World, schedule: AutomationSchedule
) -> None:
    invent(world, schedule, FIRST)
    run = meet(world, schedule, *found(FIRST))
    assert (run.raw_rows, run.events, run.duplicates) == (1, 1, 0)
    invented, real = events()
    assert (invented.provenance, real.provenance) == (Provenance.SIMULATED, Provenance.LIVE)
    assert [sources(each) for each in (invented, real)] == [1, 1]
    assert real.content_hash == content_hash(FIRST, f"{FIRST}.")


def test_who_invents_what_is_known_adds_no_source_to_it(
    world: World, schedule: AutomationSchedule
) -> None:
    meet(world, schedule, *found(FIRST))
    assert invent(world, schedule, FIRST).events == 0
    assert [(each.provenance, sources(each)) for each in events()] == [(Provenance.LIVE, 1)]


def test_the_real_event_comes_though_the_invented_ones_row_is_gone(
    world: World, schedule: AutomationSchedule
) -> None:
    invent(world, schedule, FIRST)
    with atomic() as session:
        session.query(EventRawData).delete()
    assert meet(world, schedule, *found(FIRST)).events == 1
    assert invent(world, schedule, FIRST).events == 0


def test_collected_rows_are_not_taken_up_by_who_invents_the_same(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    collecting = factories.schedule(ana, name="Collecting", job_type=JobType.SEARCH_ONLY)
    meet(world, collecting, *found(FIRST))
    assert invent(world, schedule, FIRST).events == 0
    assert raw(FIRST).collect_only


def test_reports_of_another_client_stay_apart(
    world: World, schedule: AutomationSchedule, ben: User
) -> None:
    factories.client(ben.business, name="Castellan Bank")
    joint = "Halcyon Health and Castellan Bank agree on patient loans"
    assert meet(world, schedule, *found(joint)).events == 2
    assert db.session.query(Story).count() == 2


def test_an_event_from_before_there_were_stories_is_recognised_and_continued(
    world: World, schedule: AutomationSchedule, halcyon: Client
) -> None:
    old = factories.event(halcyon, title=FIRST, summary=FIRST)
    assert meet(world, schedule, *found(AGAIN[1])).events == 0
    assert meet(world, schedule, *found(MORE)).events == 1
    first, update = events()
    assert (first.id, first.story_id) == (old.id, update.story_id)


def hide(event: Event, taught_by: Event) -> None:
    exclusion = factories.save(
        ClientExclusion(
            business_id=event.business_id,
            client_id=event.client_id,
            kind="domain",
            value="example.org",
            event_id=taught_by.id,
        )
    )
    with atomic() as session:
        row = session.get_one(Event, event.id)
        row.hidden_at, row.hidden_by_id = clock.now(), exclusion.id


def test_what_a_user_refused_is_refused_from_every_outlet(
    world: World, schedule: AutomationSchedule
) -> None:
    meet(world, schedule, *found(FIRST))
    hide(events()[0], taught_by=events()[0])
    assert meet(world, schedule, *found(AGAIN[0], MORE)).events == 0
    assert raw(AGAIN[0]).outcome is RawOutcome.WRONG_COMPANY
    assert "wrong company" in (raw(MORE).outcome_reason or "")


def test_an_event_that_was_hidden_with_others_hides_no_new_report(
    world: World, schedule: AutomationSchedule
) -> None:
    meet(world, schedule, *found(FIRST, OTHER))
    by_title = {each.title: each for each in events()}
    hide(by_title[FIRST], taught_by=by_title[OTHER])
    assert meet(world, schedule, *found(AGAIN[0])).events == 1


class WaitingAI(ScriptedAI):
    """Answers once as many workers have asked as the barrier wants."""

    barrier: threading.Barrier

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:
        """Wait, then answer: whoever asks has read the stories already."""
        self.barrier.wait(20)
        return super().classify(request)


def test_two_workers_at_once_make_one_event(
    database: Flask, world: World, schedule: AutomationSchedule, ana: User
) -> None:
    WaitingAI.barrier = threading.Barrier(2)
    twin, second = World(world.settings), factories.schedule(ana, name="Twin")
    start = threading.Barrier(2)

    def begin_together(_target: SearchTarget) -> None:
        start.wait(20)

    for each, title in ((world, FIRST), (twin, AGAIN[0])):
        each.models[:] = [WaitingAI()]
        each.source.results, each.source.before = found(title), begin_together

    def run(each: World, schedule_id: uuid.UUID) -> None:
        with database.app_context():
            each.run(db.session.get_one(AutomationSchedule, schedule_id))
            db.session.remove()

    pairs = ((world, schedule.id), (twin, second.id))
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(events()) == 1
    assert db.session.query(Story).count() == db.session.query(Insight).count() == 1
    assert db.session.query(EventRawData).filter_by(is_processed=True).count() == 2
