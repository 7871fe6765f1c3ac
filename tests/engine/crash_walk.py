"""A run killed at one statement after another: whatever it made, it made once."""

from collections.abc import Callable, Mapping

from sqlalchemy import func, select

from tests.doubles.world import World
from tests.engine.test_crash_points import begin, crash, dying_after, finish
from webapp.enums import RunStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule
from webapp.models.base import Base


def counts(tables: Mapping[type[Base], int]) -> dict[type[Base], int]:
    """Return how many rows each of the tables has."""
    return {
        table: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    }


def assert_told_once_wherever_it_dies(
    world: World,
    schedule: AutomationSchedule,
    *,
    prepare: Callable[[World, AutomationSchedule], None],
    once: Mapping[type[Base], int],
    step: int,
) -> None:
    """Kill a run at every so-many-th statement, finish it, and count the rows."""
    prepare(world, schedule)
    with dying_after(-1) as seen:
        world.run(schedule)
    assert counts(once) == once
    for point in range(1, seen() + 1, step):
        prepare(world, schedule)
        run_id = begin(world, schedule)
        crash(world, run_id, point)
        run = finish(world, run_id)
        assert run.status is RunStatus.COMPLETED, f"died after statement {point}"
        assert counts(once) == once, f"died after statement {point}"
