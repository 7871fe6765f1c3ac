"""What a calibration would have changed in the last 30 days, user by user."""

from datetime import timedelta

import pytest

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import Category, FeedbackVerdict, Provenance, SimulationReason
from webapp.extensions import db
from webapp.models import Client, EventFeedback, User
from webapp.services.calibrated import TEAM_FEEDBACK
from webapp.services.calibration_formula import Cell, Counts, Shifts
from webapp.services.calibration_preview import Preview, preview

pytestmark = pytest.mark.usefixtures("database")

AWARD = Category.AWARD_RECOGNITION
DOWN = Shifts([Cell(AWARD, None, Counts(0, 20), -0.17)])
UP = Shifts([Cell(AWARD, None, Counts(20, 0), 0.17)])


@pytest.fixture
def halcyon(ben: User) -> Client:
    factories.preference(ben, relevance_threshold=0.6)
    return factories.client(ben.business, owner=ben)


def award(of: Client, relevance: float, **values: object) -> object:
    return factories.event(of, category=AWARD, relevance_score=relevance, **values).id


def look(of: Client, shifts: Shifts = DOWN) -> Preview:
    return preview(of.business_id, shifts, insight_threshold=0.7)


def test_an_event_that_falls_below_a_threshold_names_for_whom(halcyon: Client) -> None:
    event = award(halcyon, 0.72)
    factories.event(halcyon)
    found = look(halcyon)
    (moved,) = found.moved
    assert (moved.event_id, moved.before, moved.after) == (event, 0.72, 0.55)
    assert (moved.lost_for, moved.gained_for) == (("Ben",), ())
    assert (found.events, found.lost, found.gained, found.insights_lost) == (2, 1, 0, 1)


def test_an_event_that_rises_above_one_does_too(halcyon: Client) -> None:
    award(halcyon, 0.55)
    found = look(halcyon, UP)
    assert (found.moved[0].gained_for, found.lost, found.insights_gained) == (("Ben",), 0, 1)


def test_what_moves_without_crossing_anything_is_counted_only(halcyon: Client) -> None:
    award(halcyon, 0.95)
    (moved,) = look(halcyon).moved
    assert not moved.is_crossing


def test_a_useful_event_that_would_be_lost_comes_first(halcyon: Client, ben: User) -> None:
    award(halcyon, 0.74)
    useful = award(halcyon, 0.62)
    factories.save(
        EventFeedback(
            business_id=ben.business_id,
            event_id=useful,
            user_id=ben.id,
            verdict=FeedbackVerdict.USEFUL,
        )
    )
    found = look(halcyon)
    assert (found.moved[0].event_id, found.moved[0].useful_for) == (useful, ("Ben",))
    assert (found.lost, found.lost_although_useful) == (2, 1)


def test_who_would_not_have_heard_of_it_anyway_loses_nothing(halcyon: Client, ana: User) -> None:
    factories.preference(ana, relevance_threshold=0.6, notification_categories=["funding"])
    factories.user(ana.business, name="Vera", is_active=False)
    award(halcyon, 0.7)
    assert look(halcyon).moved[0].lost_for == ("Ben",)


def test_an_event_that_another_version_moved_is_judged_from_where_it_stood(
    halcyon: Client,
) -> None:
    award(halcyon, 0.55, relevance_factors={TEAM_FEEDBACK: -0.17})
    assert look(halcyon).moved == ()
    assert look(halcyon, UP).moved[0].after == 0.89


def test_hidden_old_and_fallback_events_are_left_out_and_other_businesses_too(
    halcyon: Client, cleo: User
) -> None:
    award(halcyon, 0.7, hidden_at=clock.now())
    award(halcyon, 0.7, created_at=clock.now() - timedelta(days=31))
    fallback = SimulationReason.FALLBACK
    award(halcyon, 0.7, provenance=Provenance.SIMULATED, simulation_reason=fallback)
    award(factories.client(cleo.business), 0.7)
    assert (look(halcyon).events, look(halcyon).moved) == (0, ())


def test_it_asks_the_database_a_fixed_number_of_times(halcyon: Client) -> None:
    business_id = halcyon.business_id
    for events in (1, 5):
        for _ in range(events):
            award(halcyon, 0.7)
        db.session.rollback()
        with counted() as statements:
            preview(business_id, DOWN, insight_threshold=0.7)
        assert selects(statements) == 8
