"""A process that dies while a story goes on leaves nothing that the next attempt does twice."""

from datetime import timedelta

import pytest

from tests.doubles.world import World
from tests.engine.crash_walk import assert_told_once_wherever_it_dies
from tests.engine.stories import AGAIN, FIRST, MORE, OTHER, found, meet
from tests.engine.test_crash_points import wipe_work
from webapp import clock
from webapp.models import AutomationSchedule, EmailLog, Event, Insight, Notification, Story
from webapp.services.transactions import atomic

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ONCE = {Story: 2, Event: 3, Insight: 3, Notification: 6, EmailLog: 6}


def prepare(world: World, schedule: AutomationSchedule) -> None:
    """Tell a story, and lay ready its repeat, its update and another happening."""
    wipe_work(schedule)
    with atomic() as session:
        session.query(Story).delete()
    meet(world, schedule, *found(FIRST))
    clock.set_clock(clock.now() + timedelta(hours=7))
    world.source.results = found(AGAIN[0], MORE, OTHER)


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.long)])
def test_an_update_is_told_once_wherever_the_process_dies(
    world: World, schedule: AutomationSchedule, step: int
) -> None:
    assert_told_once_wherever_it_dies(world, schedule, prepare=prepare, once=ONCE, step=step)
