"""The demo's finished runs: one for each day that had news, and the hourly ones of today."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from webapp.enums import (
    ClientRunStatus,
    LastRunStatus,
    PipelineStep,
    RunReason,
    RunStatus,
    RunTrigger,
    SourceName,
    SourceStatus,
)
from webapp.models import AutomationSchedule, Client, JobRun, JobRunClient, SourceCheck
from webapp.services.demo.people import DEMO_ZONE
from webapp.services.demo.stories import INSIGHT_FROM, Story

_MORNING = time(7, 30)
_SATURDAY = 5
_QUIET_HOURS = 6
_SECONDS_A_CLIENT = 0.7
_PARTIAL_DAY, _FAILED_DAY = 8, 17
_NOISE = 3
"""Results a client that make no event, because earlier runs brought them."""


@dataclass(frozen=True)
class RunPlan:
    """One run to be written: when, for whom, and what it found."""

    schedule: AutomationSchedule
    at: datetime
    trigger: RunTrigger
    clients: Sequence[Client]
    stories: Sequence[Story] = ()
    days: int = 0


def plan_runs(
    schedules: list[AutomationSchedule],
    clients: list[Client],
    stories: Sequence[Story],
    *,
    now: datetime,
) -> list[RunPlan]:
    """Return the runs, oldest first; each day's stories belong to that day's run."""
    by_day = {
        days: [each for each in stories if each.days == days]
        for days in {each.days for each in stories}
    }
    daily = [_day_plan(schedules, clients, by_day[days], days=days, now=now) for days in by_day]
    return sorted([*daily, *_hourly_plans(schedules[1], clients, now)], key=lambda plan: plan.at)


def _day_plan(
    schedules: list[AutomationSchedule],
    clients: list[Client],
    stories: Sequence[Story],
    *,
    days: int,
    now: datetime,
) -> RunPlan:
    """Plan a weekday's morning run; at weekends, or before the morning, it was by hand."""
    mornings, _, _, by_hand = schedules
    day = now.astimezone(ZoneInfo(DEMO_ZONE)).date() - timedelta(days=days)
    at = datetime.combine(day, _MORNING, ZoneInfo(DEMO_ZONE))
    if at > now - timedelta(minutes=30):
        at = (now - timedelta(minutes=30)).replace(second=0, microsecond=0)
        return RunPlan(by_hand, at, RunTrigger.MANUAL, clients, stories, days)
    if day.weekday() >= _SATURDAY:
        return RunPlan(by_hand, at, RunTrigger.MANUAL, clients, stories, days)
    return RunPlan(mornings, at, RunTrigger.SCHEDULE, clients, stories, days)


def _hourly_plans(
    schedule: AutomationSchedule, clients: list[Client], now: datetime
) -> list[RunPlan]:
    """Plan the last hours of the hourly schedule, which found nothing new."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    wanted = set(schedule.client_ids or ())
    watched = [each for each in clients if str(each.id) in wanted]
    return [
        RunPlan(schedule, hour - timedelta(hours=back), RunTrigger.SCHEDULE, watched)
        for back in range(_QUIET_HOURS)
    ]


def write_run(session: Session, plan: RunPlan, *, all_clients: list[Client]) -> JobRun:
    """Store one run with its clients and what each source answered."""
    found = Counter(all_clients[story.client].id for story in plan.stories)
    advised = Counter(
        all_clients[story.client].id for story in plan.stories if story.relevance >= INSIGHT_FROM
    )
    failed = 1 if plan.days == _PARTIAL_DAY else 0
    seconds = round(len(plan.clients) * _SECONDS_A_CLIENT, 1)
    run = JobRun(
        business_id=plan.schedule.business_id,
        schedule_id=plan.schedule.id,
        schedule_name=plan.schedule.name,
        job_type=plan.schedule.job_type,
        trigger=plan.trigger,
        triggered_by_user_id=(
            plan.schedule.created_by_user_id if plan.trigger is RunTrigger.MANUAL else None
        ),
        slot_at=plan.at if plan.trigger is RunTrigger.SCHEDULE else None,
        status=RunStatus.PARTIAL if failed else RunStatus.COMPLETED,
        reason=RunReason.SOME_CLIENTS_FAILED if failed else None,
        config={"force_mock": True},
        created_at=plan.at,
        enqueued_at=plan.at,
        started_at=plan.at + timedelta(seconds=1),
        finished_at=plan.at + timedelta(seconds=1 + seconds),
        seconds=seconds,
        clients_total=len(plan.clients),
        clients_done=len(plan.clients) - failed,
        clients_failed=failed,
        searches=len(plan.clients),
        results=len(plan.clients) * _NOISE + len(plan.stories),
        duplicates=len(plan.clients) * _NOISE,
        raw_rows=len(plan.stories),
        events=len(plan.stories),
        insights=advised.total(),
    )
    session.add(run)
    session.flush()
    for position, client in enumerate(plan.clients):
        is_failed = bool(failed) and position == len(plan.clients) - 1
        row = _client_row(run, client, found=found[client.id], is_failed=is_failed)
        row.insights = advised[client.id]
        session.add(row)
        session.add(_source_check(run, client, found=found[client.id]))
        client.last_checked_at = run.finished_at
        client.last_simulated_at = run.started_at
    return run


def _client_row(run: JobRun, client: Client, *, found: int, is_failed: bool) -> JobRunClient:
    times: dict[str, Any] = {"started_at": run.started_at, "finished_at": run.finished_at}
    return JobRunClient(
        business_id=run.business_id,
        job_run_id=run.id,
        client_id=client.id,
        client_name=client.name,
        status=ClientRunStatus.FAILED if is_failed else ClientRunStatus.DONE,
        step=PipelineStep.CLASSIFY if is_failed else PipelineStep.INSIGHTS,
        error_message="The answer could not be read; the next run tries again."
        if is_failed
        else None,
        attempts=1,
        searches=1,
        results=_NOISE + found,
        raw_rows=found,
        duplicates=_NOISE,
        events=found,
        seconds=_SECONDS_A_CLIENT,
        **times,
    )


def _source_check(run: JobRun, client: Client, *, found: int) -> SourceCheck:
    return SourceCheck(
        business_id=run.business_id,
        job_run_id=run.id,
        client_id=client.id,
        source=SourceName.MOCK,
        status=SourceStatus.FOUND,
        found=_NOISE + found,
        seconds=0.1,
        created_at=run.started_at,
    )


def write_failed_run(session: Session, schedule: AutomationSchedule, *, now: datetime) -> None:
    """Store a run that came to nothing, so that the list shows what that looks like."""
    at = now - timedelta(days=_FAILED_DAY, hours=2)
    session.add(
        JobRun(
            business_id=schedule.business_id,
            schedule_id=schedule.id,
            schedule_name=schedule.name,
            job_type=schedule.job_type,
            trigger=RunTrigger.MANUAL,
            triggered_by_user_id=schedule.created_by_user_id,
            status=RunStatus.FAILED,
            reason=RunReason.TIMEOUT,
            error_message="The run was ended after 60 minutes. Start it again with fewer clients.",
            config={"force_mock": True},
            created_at=at,
            started_at=at,
            finished_at=at + timedelta(hours=1),
            seconds=3600.0,
        )
    )


def note_last_runs(runs: Sequence[JobRun], schedules: Sequence[AutomationSchedule]) -> None:
    """Write the newest run of each schedule onto the schedule."""
    newest = {run.schedule_id: run for run in runs}  # oldest first, so the newest stays
    for schedule in schedules:
        run = newest.get(schedule.id)
        if run is not None:
            schedule.last_run_at = run.started_at
            schedule.last_run_status = LastRunStatus.SUCCESS
            schedule.last_run_job_id = run.id
