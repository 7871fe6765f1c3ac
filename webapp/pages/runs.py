"""Job runs: the list, one run with its live progress, and the acts on it."""

import uuid
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.enums import JobType, RunReason, RunStatus, RunTrigger
from webapp.models import JobRun
from webapp.pages.access import signed_in
from webapp.pages.forms import usable_query
from webapp.pages.htmx import is_fragment, polled, redirect_hx, render, toast
from webapp.pages.run_stages import stage_items
from webapp.schemas.job_runs import RunListQuery
from webapp.services import run_log
from webapp.services.access import Actor, Permission

SHOWN_CLIENTS = 100
SHOWN_STATUSES = (
    RunStatus.RUNNING,
    RunStatus.COMPLETED,
    RunStatus.PARTIAL,
    RunStatus.DEGRADED,
    RunStatus.FAILED,
    RunStatus.MISSED,
)
REASONS: dict[RunReason, str] = {
    RunReason.TIMEOUT: "It took longer than a run may take.",
    RunReason.LEASE_LOST: "Its worker stopped answering and another took over.",
    RunReason.OVERLAP: "An earlier run of this schedule was still under way.",
    RunReason.GRACE_PASSED: "Nothing was running to start it in time.",
    RunReason.NO_CLIENT_SUCCEEDED: "No client could be processed.",
    RunReason.NO_LIVE_SOURCE: "No live source answered for any client.",
    RunReason.SOME_CLIENTS_FAILED: "Some clients could not be processed.",
    RunReason.SOME_SOURCES_FAILED: "Some sources did not answer.",
    RunReason.DIGESTS_FAILED: "Some digests could not be made.",
    RunReason.FALLBACK_USED: "Simulated answers stood in for a failed source and are marked.",
    RunReason.CANCELLED_BY_USER: "Somebody cancelled it.",
    RunReason.BUDGET_SPENT: "The AI budget is spent, and the business wants nothing run then.",
    RunReason.CONDITION_NOT_MET: "A condition of the schedule was not met.",
    RunReason.INTERNAL_ERROR: "Something went wrong inside Beacon.",
    RunReason.TOO_MANY_ATTEMPTS: "It was tried several times and never got through.",
}

bp = Blueprint("runs", __name__)


@bp.get("/runs")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """List the runs that the address asks for."""
    query, left_out = usable_query(RunListQuery, request.args)
    rows, total = services().job_runs.get_runs(actor, query)
    page = render(
        "runs/index.html",
        "runs/_list.html",
        rows=rows,
        total=total,
        query=query,
        statuses=SHOWN_STATUSES,
        triggers=list(RunTrigger),
        job_types=list(JobType),
        left_out=left_out,
    )
    return page, left_out.status


@bp.get("/runs/<uuid:run_id>")
@signed_in(Permission.VIEW)
def detail(actor: Actor, run_id: uuid.UUID) -> ResponseReturnValue:
    """Show one run; htmx asks for the same address again while it is on."""
    run = services().job_runs.get_run(actor, run_id)
    context = _context(actor, run)
    if is_fragment():
        return polled(render_template("runs/_progress.html", **context))
    return render_template("runs/detail.html", **context)


@bp.post("/runs/<uuid:run_id>/cancel")
@signed_in(Permission.RUN_SCHEDULES)
def cancel(actor: Actor, run_id: uuid.UUID) -> ResponseReturnValue:
    """Ask a run to stop."""
    services().job_runs.cancel(actor, run_id)
    return _lead_to(run_id, "The run stops at the next client.")


@bp.post("/runs/<uuid:run_id>/retry")
@signed_in(Permission.RUN_SCHEDULES)
def retry(actor: Actor, run_id: uuid.UUID) -> ResponseReturnValue:
    """Run the failed clients once more."""
    run = services().job_runs.retry_failed(actor, run_id)
    return _lead_to(run.id, "The failed clients are being retried.")


@bp.post("/runs/<uuid:run_id>/rerun")
@signed_in(Permission.RUN_SCHEDULES)
def rerun(actor: Actor, run_id: uuid.UUID) -> ResponseReturnValue:
    """Run everything once more."""
    run = services().job_runs.rerun(actor, run_id)
    return _lead_to(run.id, "The run was started again.")


def _lead_to(run_id: uuid.UUID, text: str) -> ResponseReturnValue:
    return toast(redirect_hx(url_for("runs.detail", run_id=run_id)), text)


def _context(actor: Actor, run: JobRun) -> dict[str, Any]:
    runs = services().job_runs
    progress = runs.progress(actor, run.id)
    return {
        "run": run,
        "progress": progress,
        "stages": stage_items(progress),
        "reason": REASONS[run.reason] if run.reason else "",
        "clients": runs.clients_of(actor, run.id, limit=SHOWN_CLIENTS),
        "events": runs.events_of(actor, run.id),
        "source_notices": runs.source_notices(actor, run.id),
        "log": run_log.lines_of(run),
        "started_by": runs.starter_name(actor, run),
        "is_poll": is_fragment(),
        "can_run": actor.can(Permission.RUN_SCHEDULES),
    }
