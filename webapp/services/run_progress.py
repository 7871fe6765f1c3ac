"""How far a run is: its stages with their figures, and whether a worker still answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from webapp import clock
from webapp.enums import ClientRunStatus, JobType, PipelineStep, RunStatus, RunTrigger
from webapp.extensions import db
from webapp.models import JobRun, JobRunClient, JobRunShard

SILENCE = timedelta(seconds=60)
"""After this long without a sign of life a run is shown as stalled."""

_FIGURES = (
    "searches",
    "results",
    "raw_rows",
    "duplicates",
    "events",
    "deferred",
    "notifications",
    "emails",
    "insights",
    "ai_calls",
    "ai_tokens",
    "ai_cost_usd",
)
_COLLECTING = (PipelineStep.SEARCH, PipelineStep.SAVE_RAW)


class StageState(StrEnum):
    """Where a stage of a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline: how many clients have passed it, are in it, or failed in it."""

    step: PipelineStep
    state: StageState
    passed: int
    inside: int
    failed: int


@dataclass(frozen=True)
class RunProgress:
    """A run's progress, counted from its clients; `figures` are sums so far, by column name."""

    total: int
    done: int
    failed: int
    running: int
    stages: list[Stage] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    is_stalled: bool = False
    seconds_left: float | None = None

    @property
    def finished(self) -> int:
        """Clients that are through, well or badly."""
        return self.done + self.failed


@dataclass(frozen=True)
class _Group:
    status: ClientRunStatus
    step: PipelineStep | None
    count: int


def measure(run: JobRun) -> RunProgress:
    """Count a run's clients by step in one grouped query."""
    sums = [func.coalesce(func.sum(getattr(JobRunClient, name)), 0) for name in _FIGURES]
    rows = db.session.execute(
        select(JobRunClient.status, JobRunClient.step, func.count(), *sums)
        .where(JobRunClient.job_run_id == run.id)
        .group_by(JobRunClient.status, JobRunClient.step)
    ).all()
    groups = [_Group(row[0], row[1], row[2]) for row in rows]
    figures = {name: sum(row[3 + at] for row in rows) for at, name in enumerate(_FIGURES)}
    counts = {
        status: sum(g.count for g in groups if g.status is status) for status in ClientRunStatus
    }
    finished = counts[ClientRunStatus.DONE] + counts[ClientRunStatus.FAILED]
    total = sum(counts.values()) or run.clients_total
    return RunProgress(
        total=total,
        done=counts[ClientRunStatus.DONE],
        failed=counts[ClientRunStatus.FAILED],
        running=counts[ClientRunStatus.RUNNING],
        stages=_stages(run, groups, total),
        figures=figures if rows else {name: getattr(run, name) for name in _FIGURES},
        is_stalled=_is_stalled(run),
        seconds_left=_seconds_left(run, finished, total),
    )


def _stages(run: JobRun, groups: Sequence[_Group], total: int) -> list[Stage]:
    if run.job_type is JobType.NOTIFICATION_DIGEST:
        return []
    return [_stage(run, step, groups, total) for step in _steps(run)]


def _steps(run: JobRun) -> tuple[PipelineStep, ...]:
    if run.job_type is JobType.SEARCH_ONLY:
        return _COLLECTING
    if run.trigger is RunTrigger.REPROCESS:
        return tuple(step for step in PipelineStep if step not in _COLLECTING)
    return tuple(PipelineStep)


def _stage(run: JobRun, step: PipelineStep, groups: Sequence[_Group], total: int) -> Stage:
    """Count one step. A client's `step` is the last that it has passed; it is in the next one."""
    order = list(PipelineStep)
    here = order.index(step)
    inside = failed = passed = 0
    for group in groups:
        at = -1 if group.step is None else order.index(group.step)
        if group.status is ClientRunStatus.DONE or at >= here:
            passed += group.count
        elif at + 1 == here and group.status is ClientRunStatus.RUNNING:
            inside += group.count
        elif at + 1 == here and group.status is ClientRunStatus.FAILED:
            failed += group.count
    state = _state(run, groups, total=total, passed=passed, inside=inside)
    return Stage(step=step, state=state, passed=passed, inside=inside, failed=failed)


def _state(
    run: JobRun, groups: Sequence[_Group], *, total: int, passed: int, inside: int
) -> StageState:
    lost = sum(group.count for group in groups if group.status is ClientRunStatus.FAILED)
    if passed and (passed + lost >= total or not run.status.is_active):
        return StageState.DONE
    return StageState.RUNNING if inside or passed else StageState.WAITING


def _is_stalled(run: JobRun) -> bool:
    """Tell whether an active run shows no sign of life: not started, or all its leases over."""
    silent_since = clock.now() - SILENCE
    if run.status is RunStatus.QUEUED:
        return run.created_at < silent_since
    if run.status is not RunStatus.RUNNING:
        return False
    last_lease = db.session.scalar(
        select(func.max(JobRunShard.lease_expires_at)).where(JobRunShard.job_run_id == run.id)
    )
    return _latest(last_lease, run.started_at, run.created_at) < silent_since


def _latest(*moments: datetime | None) -> datetime:
    return max(each for each in moments if each is not None)


def _seconds_left(run: JobRun, finished: int, total: int) -> float | None:
    if not run.status.is_active or run.started_at is None or not finished:
        return None
    so_far = (clock.now() - run.started_at).total_seconds()
    return max(0.0, so_far / finished * (total - finished))
