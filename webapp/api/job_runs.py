"""Job runs over JSON."""

import uuid
from http import HTTPStatus

from webapp.api.paging import part
from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.schemas.job_runs import (
    RunAnswer,
    RunClientAnswer,
    RunDetailAnswer,
    RunListAnswer,
    RunListQuery,
    RunLogLine,
)
from webapp.services import run_log
from webapp.services.access import Actor, Permission
from webapp.services.job_runs import ORDER

PREFIX = "/job-runs"
api = Api("job_runs", prefix=PREFIX, tag="Job runs")


@api.get(
    "/",
    permission=Permission.VIEW,
    query=RunListQuery,
    answer=RunListAnswer,
    summary="List job runs",
)
def list_job_runs(actor: Actor, query: RunListQuery) -> RunListAnswer:
    """Answer with a page of runs, newest first."""
    rows, total = services().job_runs.get_runs(actor, query)
    return RunListAnswer(
        job_runs=[RunAnswer.model_validate(row) for row in rows],
        **part(query, rows, total=total, order=ORDER),
    )


@api.get(
    "/<uuid:run_id>",
    permission=Permission.VIEW,
    answer=RunDetailAnswer,
    summary="Get a job run with its clients, failed ones first",
)
def get_job_run(actor: Actor, run_id: uuid.UUID) -> RunDetailAnswer:
    """Answer with one run and how each of its clients went."""
    run = services().job_runs.get_run(actor, run_id)
    clients = services().job_runs.clients_of(actor, run_id)
    return RunDetailAnswer(
        **RunAnswer.model_validate(run).model_dump(),
        log=[RunLogLine.model_validate(line) for line in run_log.lines_of(run)],
        clients=[RunClientAnswer.model_validate(client) for client in clients],
    )


@api.post(
    "/<uuid:run_id>/cancel",
    permission=Permission.RUN_SCHEDULES,
    answer=RunAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Ask a run to stop at its next client",
)
def cancel_job_run(actor: Actor, run_id: uuid.UUID) -> RunAnswer:
    """Cancel a run."""
    return RunAnswer.model_validate(services().job_runs.cancel(actor, run_id))


@api.post(
    "/<uuid:run_id>/retry",
    permission=Permission.RUN_SCHEDULES,
    answer=RunAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Run the clients that failed once more",
)
def retry_job_run(actor: Actor, run_id: uuid.UUID) -> tuple[RunAnswer, dict[str, str]]:
    """Start a run with the failed clients of an earlier one."""
    run = services().job_runs.retry_failed(actor, run_id)
    return RunAnswer.model_validate(run), {"Location": f"{API_ROOT}{PREFIX}/{run.id}"}
