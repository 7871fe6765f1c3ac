"""The tick that the timetable repeats."""

from jobs.runtime import job
from webapp.container import services


@job
def tick() -> None:
    services().tick.tick()
