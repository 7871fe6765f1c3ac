"""What a client's last times tell of a day is what the checks of that day add up to."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.doubles.providers import ScriptedSearch
from tests.doubles.world import World
from tests.engine.stories import FIRST, found
from tests.statements import counted
from webapp import clock
from webapp.enums import SourceName
from webapp.errors import ProviderUnavailableError
from webapp.models import AutomationSchedule, Client, User
from webapp.models.client import CLIENT_TIMES
from webapp.providers.base import SearchResult
from webapp.schemas.coverage import ClientCoverageState, CoverageQuery
from webapp.services.actors import actor_of
from webapp.services.transactions import atomic

State = ClientCoverageState
DOWN = ProviderUnavailableError("Serper is down.")


START = clock.now().replace(hour=6, minute=0, second=0, microsecond=0)
ANSWERS: dict[str, tuple[State, list[list[SearchResult] | Exception]]] = {
    "found": (State.FOUND, [found(FIRST)]),
    "quiet": (State.QUIET, [[]]),
    "failed": (State.FAILED, [DOWN]),
    "found and failed": (State.PARTLY, [found(FIRST), DOWN]),
    "quiet and failed": (State.PARTLY, [[], DOWN]),
    "forced": (State.SIMULATED, [[]]),
}


def state(world: World, asking: User, day: int) -> tuple[State, bool]:
    """Return how the client was covered on a day from the first on; whether checks were added."""
    date = (START + timedelta(days=day)).date()
    query = CoverageQuery(start_date=date, end_date=date)
    with counted() as statements:
        page = world.services.coverage.page(actor_of(asking), query)
    assert page.counts == {page.clients[0].state: 1}
    adds_up = any("lower(clients.name)" in each and "source_checks" in each for each in statements)
    return page.clients[0].state, adds_up


@pytest.mark.parametrize("answered", ANSWERS)
def test_a_day_looks_the_same_while_it_lasts_and_afterwards(
    world: World, schedule: AutomationSchedule, ana: User, answered: str
) -> None:
    expected, answers = ANSWERS[answered]
    names = [SourceName.SERPER, SourceName.NEWS_API]
    world.sources[:] = [
        ScriptedSearch(error=each, name=name)
        if isinstance(each, Exception)
        else ScriptedSearch(each, name=name)
        for each, name in zip(answers, names, strict=False)
    ]
    clock.set_clock(START)
    world.run(schedule, force_mock=answered == "forced")
    lasting = state(world, ana, 0)
    clock.set_clock(START + timedelta(days=1))
    assert (lasting, state(world, ana, 0)) == ((expected, False), (expected, True))
    assert state(world, ana, 1) == (State.UNCHECKED, False)


def test_checks_of_an_older_worker_are_added_up(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    clock.set_clock(START)
    world.run(schedule)
    with atomic() as session:
        session.execute(update(Client).values(dict.fromkeys(CLIENT_TIMES)))
    assert state(world, ana, 0) == (State.QUIET, True)
