"""A run under a calibration: it moves what is told, never what is kept."""

import pytest

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp import clock
from webapp.enums import ClientTier, RawOutcome
from webapp.extensions import db
from webapp.models import AutomationSchedule, Calibration, Client, Event, EventRawData
from webapp.services.transactions import atomic

NEWS = "Halcyon Health raises $65M in Series C funding"


@pytest.fixture
def calibration(halcyon: Client) -> Calibration:
    cells = [
        {"category": "funding", "tier": None, "useful": 0, "not_relevant": 20, "shift": -0.17},
        {"category": "funding", "tier": "smb", "useful": 9, "not_relevant": 0, "shift": 0.05},
    ]
    return factories.save(
        Calibration(
            business_id=halcyon.business_id,
            version=1,
            since=clock.now(),
            events=29,
            cells=cells,
            corrections=[],
            is_on=True,
        )
    )


def met(world: World, schedule: AutomationSchedule, relevance: float) -> list[float]:
    world.model.relevance = world.rules.relevance = relevance
    world.source.results = [result(NEWS)]
    world.run(schedule)
    return [event.relevance_score for event in db.session.query(Event)]


@pytest.mark.usefixtures("calibration")
def test_what_was_an_event_before_stays_one_so_that_it_can_be_found_useful(
    world: World, schedule: AutomationSchedule
) -> None:
    assert met(world, schedule, 0.35) == [0.18]


@pytest.mark.usefixtures("calibration")
def test_what_was_no_event_becomes_none(
    world: World, schedule: AutomationSchedule, halcyon: Client
) -> None:
    with atomic() as session:
        session.get_one(Client, halcyon.id).tier = ClientTier.SMB
    assert met(world, schedule, 0.28) == []
    assert db.session.query(EventRawData).one().outcome is RawOutcome.IRRELEVANT


@pytest.mark.usefixtures("calibration")
def test_a_tier_with_an_opinion_of_its_own_is_moved_by_that(
    world: World, schedule: AutomationSchedule, halcyon: Client
) -> None:
    with atomic() as session:
        session.get_one(Client, halcyon.id).tier = ClientTier.SMB
    assert met(world, schedule, 0.8) == [0.85]


def test_another_business_is_not_moved(
    world: World, schedule: AutomationSchedule, calibration: Calibration
) -> None:
    other = factories.business(name="Faraway")
    with atomic() as session:
        session.get_one(Calibration, calibration.id).business_id = other.id
    assert met(world, schedule, 0.8) == [0.8]
