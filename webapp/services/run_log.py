"""What a run says of itself afterwards: a few dated lines, kept with the run."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, select

from webapp import clock
from webapp.enums import ClientRunStatus
from webapp.extensions import db
from webapp.models import JobRun, JobRunClient, JobRunShard

MAX_LINES = 60
MAX_NOTICES = 20
MAX_CHARACTERS = 300
_NO_NOTICES = "[]"


@dataclass(frozen=True)
class LogLine:
    """What a run said of itself at one time."""

    at: datetime
    text: str


def lines_of(run: JobRun) -> list[LogLine]:
    """Return a run's log, oldest line first."""
    return [LogLine(datetime.fromisoformat(line["at"]), line["text"]) for line in run.log]


def note(run: JobRun, *texts: str) -> None:
    """Add lines to a run's log, inside the caller's transaction; what is too much is left out."""
    at = clock.now().isoformat()
    lines = [*run.log, *({"at": at, "text": each[:MAX_CHARACTERS]} for each in texts)]
    run.log = lines[:MAX_LINES]


def note_start(run: JobRun, *, shards: int) -> None:
    """Note how many clients were found and how the work was cut."""
    note(run, f"Started: {_counted(run.clients_total, 'client')} in {_counted(shards, 'shard')}")


def note_end(run: JobRun) -> None:
    """Note what was taken up again, what did not go as it should, what is left, and the end.

    Expects the run's final status and figures.
    """
    lines = [*_repeated_shards(run), *_notices(run), *_left_out(run)][: MAX_LINES - 2]
    reason = f" ({run.reason.value.replace('_', ' ')})" if run.reason else ""
    done = f"{run.clients_done} done, {run.clients_failed} failed"
    note(run, *lines)
    run.log = run.log[: MAX_LINES - 1]
    note(run, f"Ended {run.status}{reason}: {done}, {_counted(run.events, 'event')}")


def _repeated_shards(run: JobRun) -> Iterator[str]:
    query = (
        select(JobRunShard.number, JobRunShard.attempt)
        .where(JobRunShard.job_run_id == run.id, JobRunShard.attempt > 1)
        .order_by(JobRunShard.number)
        .limit(MAX_NOTICES)
    )
    for number, attempt in db.session.execute(query):
        yield f"Shard {number + 1} was begun {attempt} times: a worker died or was taken away"


def _notices(run: JobRun) -> Iterator[str]:
    """Yield each different notice and error with the number of its clients, commonest first."""
    of_run = JobRunClient.job_run_id == run.id
    said = select(JobRunClient.notices).where(
        of_run, cast(JobRunClient.notices, String) != _NO_NOTICES
    )
    failed = select(JobRunClient.error_message).where(
        of_run, JobRunClient.error_message.isnot(None)
    )
    found: Counter[str] = Counter()
    for notices in db.session.scalars(said):
        found.update(set(notices))
    found.update(each for each in db.session.scalars(failed) if each)
    yield from _most_common(found)


def _most_common(found: Counter[str]) -> Iterable[str]:
    shown = [f"{text} ({_counted(n, 'client')})" for text, n in found.most_common(MAX_NOTICES)]
    more = len(found) - len(shown)
    return [*shown, f"{_counted(more, 'more notice')}, see the clients"] if more > 0 else shown


def _left_out(run: JobRun) -> Iterator[str]:
    """Yield what the run capped or never came to."""
    if run.deferred:
        what = _counted(run.deferred, "find")
        yield f"Capped: {what} left to the next run, as each client gets only its best few"
    skipped = db.session.scalar(
        select(func.count()).where(
            JobRunClient.job_run_id == run.id, JobRunClient.status == ClientRunStatus.SKIPPED
        )
    )
    if skipped:
        yield f"{_counted(skipped, 'client')} not begun"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
