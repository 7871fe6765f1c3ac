"""The scheduler's state over JSON."""

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.job_runs import RecentRunsAnswer, RecentRunsQuery, RunAnswer
from webapp.schemas.scheduler import RegisteredJobAnswer, SchedulerStatusAnswer
from webapp.services.access import Actor, Permission

api = Api("scheduler", prefix="/scheduler", tag="Scheduler")


@api.get(
    "/status",
    permission=Permission.VIEW,
    answer=SchedulerStatusAnswer,
    summary="Whether the scheduler runs, and the jobs it will start",
)
def scheduler_status(actor: Actor) -> SchedulerStatusAnswer:
    """Answer with the heartbeat, the workers, the queue and the registered jobs."""
    status = services().scheduler.get_scheduler_status(actor.business_id)
    return SchedulerStatusAnswer(
        running=status.running,
        total_jobs=len(status.jobs),
        jobs=[RegisteredJobAnswer.model_validate(job) for job in status.jobs],
        heartbeat_at=status.heartbeat_at,
        tick_at=status.tick_at,
        workers=status.workers,
        queue_depth=status.queue_depth,
    )


@api.get(
    "/jobs/recent",
    permission=Permission.VIEW,
    query=RecentRunsQuery,
    answer=RecentRunsAnswer,
    summary="The newest job runs",
)
def recent_jobs(actor: Actor, query: RecentRunsQuery) -> RecentRunsAnswer:
    """Answer with the newest runs."""
    rows, total = services().job_runs.recent(actor, query)
    return RecentRunsAnswer(
        jobs=[RunAnswer.model_validate(row) for row in rows], total=total, limit=query.limit
    )
