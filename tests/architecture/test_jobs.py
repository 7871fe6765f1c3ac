"""Every job that the web side can name exists, and somebody serves its queue."""

import importlib
import inspect

import pytest

from webapp.queueing import QUEUE_OF, JobName, QueueName


@pytest.mark.parametrize("job", JobName)
def test_a_job_name_is_a_function_of_ids(job: JobName) -> None:
    module, _, name = job.value.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    parameters = inspect.signature(function).parameters.values()
    assert all(each.annotation is str for each in parameters), "jobs take ids only"


@pytest.mark.parametrize("job", JobName)
def test_every_job_has_a_queue(job: JobName) -> None:
    assert QUEUE_OF[job] in QueueName


@pytest.mark.parametrize("queue", QueueName)
def test_every_queue_has_a_job(queue: QueueName) -> None:
    assert queue in QUEUE_OF.values()
