"""What a schedule remembers of its runs, and when it is switched off for failing."""

from webapp import clock
from webapp.enums import LastRunStatus
from webapp.models import AutomationSchedule, JobRun
from webapp.services.schedule_times import next_run, timing_of

MAX_FAILURES = 5


def plan(schedule: AutomationSchedule) -> None:
    """Set the next due time from now; null when the schedule is manual or inactive."""
    schedule.next_run_at = (
        next_run(timing_of(schedule), clock.now()) if schedule.is_active else None
    )


def note_run(schedule: AutomationSchedule, run: JobRun) -> None:
    """Remember a run; a slot that is planned, or overdue and not yet claimed, stays."""
    schedule.last_run_at = run.started_at or clock.now()
    schedule.last_run_job_id = run.id
    if schedule.next_run_at is None:
        plan(schedule)


def note_success(schedule: AutomationSchedule, run: JobRun) -> None:
    """Remember a success; it ends a row of failures and does not activate."""
    note_run(schedule, run)
    schedule.last_run_status = LastRunStatus.SUCCESS
    clear_failures(schedule)


def note_failure(schedule: AutomationSchedule, run: JobRun, error: str) -> bool:
    """Remember a failure; True when it was the one that switched the schedule off."""
    note_run(schedule, run)
    schedule.last_run_status = LastRunStatus.FAILED
    schedule.last_error_message = error
    schedule.last_error_at = clock.now()
    schedule.consecutive_failures += 1
    if not schedule.is_active or schedule.consecutive_failures < MAX_FAILURES:
        return False
    schedule.is_active = False
    schedule.disabled_reason = f"Switched off after {MAX_FAILURES} failures in a row."
    schedule.next_run_at = None
    return True


def note_unplannable(schedule: AutomationSchedule, error: str) -> None:
    """Switch off a schedule whose due times cannot be worked out; the others go on."""
    schedule.is_active = False
    schedule.next_run_at = None
    schedule.disabled_reason = "Switched off: nobody can say when it is due."
    schedule.last_error_message = f"Its times cannot be read ({error[:200]})."
    schedule.last_error_at = clock.now()


def clear_failures(schedule: AutomationSchedule) -> None:
    """Forget the failures and their error."""
    schedule.consecutive_failures = 0
    schedule.last_error_message = None
    schedule.last_error_at = None
