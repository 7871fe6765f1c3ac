"""Judging a trial's rows, and writing what was adopted."""

import uuid

from jobs.runtime import job, should_stop
from webapp.container import services, work_for
from webapp.models import ReprocessTrial


@job
def work_on_trial(trial_id: str) -> None:
    work_for(services().own_keys.business_of(ReprocessTrial, uuid.UUID(trial_id)))
    services().trials.runner.work(uuid.UUID(trial_id), should_stop=should_stop)
