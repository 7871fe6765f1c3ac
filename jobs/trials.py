"""Judging a trial's rows, and writing what was adopted."""

import uuid

from jobs.runtime import job, should_stop
from webapp.container import services


@job
def work_on_trial(trial_id: str) -> None:
    services().trials.runner.work(uuid.UUID(trial_id), should_stop=should_stop)
