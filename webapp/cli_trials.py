"""`flask reprocess --trial`: rows judged by another classifier, shown before it is adopted."""

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, TypeVar

import click

from webapp.container import services
from webapp.enums import AIName, Category, TrialStatus
from webapp.errors import InvalidInputError
from webapp.schemas.trials import TrialInput
from webapp.services.email_text import counted
from webapp.services.transactions import atomic, snapshot
from webapp.services.trials.queries import counts_of, find_trial

LOOK_SECONDS = 1.0


_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")
CommandT = TypeVar("CommandT", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--trial", is_flag=True, help="Only judge, by another classifier, and show."),
    click.option("--adopt", type=click.UUID, help="Write exactly what this trial showed."),
    click.option("--discard", type=click.UUID, help="Let this trial be of no consequence."),
    click.option(
        "--classifier",
        type=click.Choice([each.value for each in AIName]),
        help="Who judges in a trial; else whoever judges new finds.",
    ),
    click.option("--model", help="A model of that classifier; else the one that is set."),
    click.option("--cost-cap", type=float, help="Most that a trial may cost, in US dollars."),
    click.option("--until", type=click.DateTime(_DATES), help="A trial's rows stored before then."),
    click.option(
        "--category",
        "categories",
        multiple=True,
        type=click.Choice([each.value for each in Category]),
        help="A trial's rows that became events of this category; may be given several times.",
    ),
    click.option("--collected", is_flag=True, help="In a trial also rows that were never judged."),
    click.option("--quiet", is_flag=True, help="Adopting the trial tells nobody."),
)


def trial_options(command: CommandT) -> CommandT:
    """Give a command the options of trials."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def is_about_trial(given: Mapping[str, Any]) -> bool:
    """Tell whether a trial is to be started, adopted or discarded."""
    return bool(given["trial"] or given["adopt"] or given["discard"])


def act_on_trial(
    business_id: uuid.UUID | None,
    rows: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    wait: bool,
) -> None:
    """Do what the options of trials say; `rows` are the options that all reprocessing has."""
    if given["adopt"]:
        _adopt(given["adopt"], wait=wait)
    elif given["discard"]:
        _discard(given["discard"])
    else:
        until = given["until"]
        wish = {
            **rows,
            "until": until and until.replace(tzinfo=UTC),
            "categories": [Category(each) for each in given["categories"]],
            "collected": given["collected"],
            "provider": given["classifier"] and AIName(given["classifier"]),
            "model": given["model"],
            "cost_cap_usd": given["cost_cap"],
            "tells": not given["quiet"],
        }
        kept = {name: value for name, value in wish.items() if value not in (None, [])}
        _start(business_id, TrialInput(**kept), wait=wait)


def _start(business_id: uuid.UUID | None, wish: TrialInput, *, wait: bool) -> None:
    owner = _owner(business_id)
    estimate = services().trials.estimate_for(owner, wish)
    trial_id = services().trials.start_for(owner, wish)
    who = f"{estimate.provider} {estimate.model}".strip()
    cost = estimate.estimated_usd
    about = "at a price that is not known" if cost is None else f"for about ${cost:.4f}"
    click.echo(f"{counted(estimate.rows, 'row')} to judge by {who}, {about}.")
    click.echo(f"Trial {trial_id}. Nothing changes by it. Look at it at {_address(trial_id)}")
    if wait:
        _follow(trial_id)


def _adopt(trial_id: uuid.UUID, *, wait: bool) -> None:
    """Have everything written that a trial showed."""
    with atomic():
        services().trials.adopt_for(find_trial(trial_id))
    click.echo(f"What was shown is being written. Follow it at {_address(trial_id)}")
    if wait:
        _follow(trial_id)


def _discard(trial_id: uuid.UUID) -> None:
    """Let a trial be of no consequence."""
    with atomic():
        services().trials.discard_for(find_trial(trial_id))
    click.echo("Discarded. Nothing was changed by it.")


def _owner(business_id: uuid.UUID | None) -> uuid.UUID:
    """Return the business that is meant; a trial is always one business's."""
    if business_id is not None:
        return business_id
    there = services().reprocessing.businesses()
    if len(there) != 1:
        raise InvalidInputError.of("business", "Name one: there are several, or none.")
    return there[0]


def _follow(trial_id: uuid.UUID) -> None:
    """Print how far a trial is whenever that changed, until a worker has nothing more to do."""
    said = ""
    while True:
        with snapshot():
            trial = find_trial(trial_id)
            counts = counts_of(trial_id)
            is_on = trial.status.is_active
            done = trial.rows_done
            if trial.status is TrialStatus.ADOPTING:
                done = counts.done + counts.skipped
            now = f"{trial.status}: {counted(done, 'row')}"
            ended = (
                f"{trial.status}: {counted(counts.changed, 'event')} judged otherwise, "
                f"{counted(counts.new_events, 'new event')}, {counted(counts.told, 'difference')} "
                f"to be told, {counted(counts.failed, 'row')} failed; "
                f"{counts.done} written, {counts.skipped} left out; ${trial.cost_usd:.4f}"
            )
            why = trial.error_message
        if not is_on:
            click.echo(ended if why is None else f"{ended}. {why}")
            return
        if now != said:
            click.echo(now)
            said = now
        time.sleep(LOOK_SECONDS)


def _address(trial_id: uuid.UUID) -> str:
    return f"{services().settings.public_url}/business/trials/{trial_id}"
