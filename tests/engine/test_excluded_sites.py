"""Excluding a site takes what it tells alone; what others report too stays, or comes back."""

import pytest

from tests.doubles.world import World
from tests.engine.stories import AGAIN, FIRST, OTHER, events, found, meet, raw
from webapp.enums import ExclusionKind, FeedbackVerdict, RawOutcome
from webapp.extensions import db
from webapp.models import AutomationSchedule, ClientExclusion, Event, User
from webapp.providers.base import SearchResult
from webapp.schemas.feedback import FeedbackInput
from webapp.services.access import Actor
from webapp.services.events import EventService

service = EventService()
SITE = "mixups.example"


def there(title: str, path: str = "1") -> SearchResult:
    """Return a report of the site that mixes companies up."""
    return found(title, url=f"https://www.{SITE}/{path}")[0]


def elsewhere(title: str) -> SearchResult:
    """Return a report of a good outlet, in the very words that the bad one may have."""
    return found(title, url=f"https://wire.example/{len(title)}")[0]


@pytest.fixture
def actor(ben: User) -> Actor:
    """Who says "wrong company"."""
    return Actor(ben.id, ben.business_id, ben.role)


def exclude(actor: Actor, title: str, site: str = SITE) -> ClientExclusion:
    event = db.session.query(Event).filter_by(title=title).one()
    choice = FeedbackInput(verdict=FeedbackVerdict.WRONG_COMPANY, exclude_domain=site)
    given = service.feedback.give(actor, event.id, choice)
    assert given.exclusion is not None
    return db.session.get_one(ClientExclusion, given.exclusion.id)


def shown() -> set[str]:
    return {each.title for each in events() if each.hidden_at is None}


def hides(actor: Actor, title: str) -> int:
    """Return how many events the site is said to hide, before it is excluded."""
    event = db.session.query(Event).filter_by(title=title).one()
    proposals = service.exclusions.propose(actor, event.id)
    return next(each.hides for each in proposals if each.kind is ExclusionKind.DOMAIN)


@pytest.mark.parametrize("second", [FIRST, AGAIN[0]], ids=["same words", "other words"])
def test_what_another_outlet_reports_too_stays(
    world: World, schedule: AutomationSchedule, actor: Actor, second: str
) -> None:
    meet(world, schedule, there(FIRST), there(OTHER, "2"))
    meet(world, schedule, elsewhere(second))
    assert hides(actor, OTHER) == 1
    exclude(actor, OTHER)
    assert shown() == {FIRST}


def test_what_the_site_tells_alone_goes(
    world: World, schedule: AutomationSchedule, actor: Actor
) -> None:
    meet(world, schedule, there(FIRST), there(OTHER, "2"), there(AGAIN[0], "3"))
    assert hides(actor, OTHER) == 2
    exclude(actor, OTHER)
    assert shown() == set()


def test_the_event_that_a_user_refused_goes_whoever_reports_it(
    world: World, schedule: AutomationSchedule, actor: Actor
) -> None:
    meet(world, schedule, there(FIRST), elsewhere(AGAIN[0]))
    exclude(actor, events()[0].title)
    meet(world, schedule, elsewhere(FIRST))
    assert shown() == set()


def test_two_excluded_sites_are_no_second_outlet_until_one_is_forgiven(
    world: World, schedule: AutomationSchedule, actor: Actor
) -> None:
    bad = (
        found(AGAIN[0], url="https://worse.example/1"),
        found(OTHER, url="https://worse.example/2"),
    )
    third = "Halcyon Health opens a clinic in Lund"
    meet(world, schedule, there(FIRST), there(third, "2"))
    meet(world, schedule, *bad[0], *bad[1])
    first = exclude(actor, third)
    assert shown() == {FIRST, OTHER}
    exclude(actor, OTHER, "worse.example")
    assert shown() == set()
    assert service.exclusions.undo(actor, first.id).restored == 2
    assert shown() == {FIRST, third}


def test_it_comes_back_when_another_outlet_has_the_same_text(
    world: World, schedule: AutomationSchedule, actor: Actor
) -> None:
    meet(world, schedule, there(FIRST), there(OTHER, "2"))
    exclude(actor, OTHER)
    meet(world, schedule, elsewhere(FIRST))
    assert shown() == {FIRST}


def test_a_text_that_was_rejected_for_its_site_is_taken_from_another_outlet(
    world: World, schedule: AutomationSchedule, actor: Actor
) -> None:
    meet(world, schedule, there(OTHER))
    exclude(actor, OTHER)
    meet(world, schedule, there(FIRST, "2"))
    assert raw(FIRST).outcome is RawOutcome.WRONG_COMPANY
    assert meet(world, schedule, elsewhere(FIRST)).events == 1
    assert meet(world, schedule, there(FIRST, "2"), elsewhere(FIRST)).raw_rows == 0


def test_in_one_search_the_good_outlet_speaks(
    world: World, schedule: AutomationSchedule, actor: Actor
) -> None:
    meet(world, schedule, there(OTHER))
    exclude(actor, OTHER)
    meet(world, schedule, there(FIRST, "2"), elsewhere(FIRST))
    assert [each.url for each in events() if each.title == FIRST] == [elsewhere(FIRST).url]
