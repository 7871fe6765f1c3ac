"""`flask reprocess`: stored rows that were only collected become events, or are tried anew."""

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from pydantic import ValidationError

from webapp.cli_trials import act_on_trial, is_about_trial, trial_options
from webapp.container import services
from webapp.enums import RawOutcome
from webapp.errors import AppError
from webapp.extensions import db
from webapp.models import JobRun
from webapp.schemas.base import invalid_input
from webapp.schemas.raw_data import REPEATABLE, ReprocessInput
from webapp.schemas.trials import TRIABLE
from webapp.services.email_text import counted
from webapp.services.run_progress import measure
from webapp.services.transactions import snapshot

LOOK_SECONDS = 1.0
_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")
_OUTCOMES = sorted({each.value for each in (*REPEATABLE, *TRIABLE)})


@click.command("reprocess")
@click.option("--business", "business_id", type=click.UUID, help="Only this business; else all.")
@click.option("--client", "client_id", type=click.UUID, help="Only this client.")
@click.option("--since", type=click.DateTime(_DATES), help="Only rows stored since then, in UTC.")
@click.option("--limit", type=int, help="At most so many rows a business, newest first.")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=click.Choice(_OUTCOMES),
    help="Judge rows with this outcome once more; may be given several times.",
)
@click.option("--wait", is_flag=True, help="Stay until the runs have ended.")
@trial_options
def reprocess(
    business_id: uuid.UUID | None,
    client_id: uuid.UUID | None,
    since: datetime | None,
    limit: int | None,
    outcomes: Sequence[str],
    *,
    wait: bool,
    **trial: Any,  # noqa: ANN401 -- what trial_options declares
) -> None:
    """Hand rows that a search_only schedule collected to the workers, to become events.

    Doing it twice makes nothing twice. With --trial rows are only judged, by whichever
    classifier, and nothing changes before --adopt.
    """
    rows: dict[str, Any] = {"since": since and since.replace(tzinfo=UTC), "limit": limit}
    rows["outcomes"] = [RawOutcome(each) for each in outcomes]
    with _plain_errors():
        if business_id is None and client_id is not None:
            business_id = services().reprocessing.business_of(client_id)
        if is_about_trial(trial):
            clients = {"client_ids": [client_id]} if client_id else {}
            act_on_trial(business_id, {**rows, **clients}, trial, wait=wait)
        else:
            _hand_over(business_id, ReprocessInput(client_id=client_id, **rows), wait=wait)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn an error of ours into one line on stderr and exit code 1."""
    try:
        yield
    except ValidationError as error:
        raise click.ClickException(_sentence(invalid_input(error))) from error
    except AppError as error:
        raise click.ClickException(_sentence(error)) from error


def _hand_over(business_id: uuid.UUID | None, wish: ReprocessInput, *, wait: bool) -> None:
    runs = _start(business_id, wish)
    if not runs:
        click.echo("No raw data waits to be processed.")
    for run_id in runs if wait else ():
        _follow(run_id)


def _start(business_id: uuid.UUID | None, wish: ReprocessInput) -> list[uuid.UUID]:
    reprocessing = services().reprocessing
    runs = []
    for each in [business_id] if business_id is not None else reprocessing.businesses():
        found = reprocessing.start_for(each, wish)
        if found.run_id is not None:
            runs.append(found.run_id)
            click.echo(_told(found.run_id, rows=found.rows, is_new=found.is_new))
    return runs


def _told(run_id: uuid.UUID, *, rows: int, is_new: bool) -> str:
    address = f"{services().settings.public_url}/runs/{run_id}"
    if not is_new:
        return f"A reprocessing is under way already: {address}"
    return f"Rows to judge: {rows}. Follow it at {address}"


def _follow(run_id: uuid.UUID) -> None:
    """Print how far a run is whenever that changed, until it has ended."""
    said = ""
    while True:
        with snapshot():
            run = db.session.get_one(JobRun, run_id, populate_existing=True)
            progress = measure(run)
            is_on = run.status.is_active
            now = f"{run.status}: {progress.finished} of {counted(progress.total, 'client')}"
            ended = f"{run.status}: {counted(run.events, 'event')}"
        if not is_on:
            click.echo(ended)
            return
        if now != said:
            click.echo(now)
            said = now
        time.sleep(LOOK_SECONDS)


def _sentence(error: AppError) -> str:
    found = "; ".join(f"{each.field}: {each.message}" for each in getattr(error, "errors", ()))
    return found or error.detail
