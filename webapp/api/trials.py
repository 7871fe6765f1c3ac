"""Trials of other classifiers over stored rows, over JSON, for admins."""

import uuid
from http import HTTPStatus

from webapp.api.paging import part
from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.schemas.base import PageQuery
from webapp.schemas.trials import (
    TrialDetailAnswer,
    TrialEstimateAnswer,
    TrialInput,
    TrialItemsAnswer,
    TrialItemsQuery,
    TrialListAnswer,
)
from webapp.services.access import Actor, Permission
from webapp.services.trials.answers import trial_answer, trial_detail_answer, trial_item_answer
from webapp.services.trials.queries import ORDER
from webapp.services.trials.queries import get_trial as found_trial
from webapp.services.trials.queries import list_items as found_items
from webapp.services.trials.queries import list_trials as found_trials

PREFIX = "/reprocess-trials"
api = Api("trials", prefix=PREFIX, tag="Trials")


@api.get(
    "/",
    permission=Permission.ADMINISTER,
    query=PageQuery,
    answer=TrialListAnswer,
    summary="List trials",
)
def list_trials(actor: Actor, query: PageQuery) -> TrialListAnswer:
    """Answer with a page of trials, latest first."""
    rows, total = found_trials(actor, query)
    trials = [trial_answer(each) for each in rows]
    return TrialListAnswer(trials=trials, **part(query, rows, total=total, order=ORDER))


@api.post(
    "/estimate",
    permission=Permission.ADMINISTER,
    body=TrialInput,
    is_body_required=False,
    answer=TrialEstimateAnswer,
    summary="Say what a trial would be about and about what it would cost",
)
def estimate_trial(actor: Actor, body: TrialInput) -> TrialEstimateAnswer:
    """Count the rows and reckon the cost; nothing is started."""
    return TrialEstimateAnswer.model_validate(services().trials.estimate(actor, body))


@api.post(
    "/",
    permission=Permission.ADMINISTER,
    body=TrialInput,
    is_body_required=False,
    answer=TrialDetailAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Judge stored rows by another classifier, without side effects",
)
def start_trial(actor: Actor, body: TrialInput) -> tuple[TrialDetailAnswer, dict[str, str]]:
    """Start a trial; one of a business can be under way."""
    trial_id = services().trials.start(actor, body)
    headers = {"Location": f"{API_ROOT}{PREFIX}/{trial_id}"}
    return trial_detail_answer(found_trial(actor, trial_id)), headers


@api.get(
    "/<uuid:trial_id>",
    permission=Permission.ADMINISTER,
    answer=TrialDetailAnswer,
    summary="Get a trial with its progress and what it found",
)
def get_trial(actor: Actor, trial_id: uuid.UUID) -> TrialDetailAnswer:
    """Answer with one trial."""
    return trial_detail_answer(found_trial(actor, trial_id))


@api.get(
    "/<uuid:trial_id>/items",
    permission=Permission.ADMINISTER,
    query=TrialItemsQuery,
    answer=TrialItemsAnswer,
    summary="List what a trial would change, row by row",
)
def list_trial_items(actor: Actor, query: TrialItemsQuery, trial_id: uuid.UUID) -> TrialItemsAnswer:
    """Answer with a page of differences, new events first."""
    rows, total = found_items(actor, trial_id, query)
    items = [trial_item_answer(each) for each in rows]
    return TrialItemsAnswer(items=items, **part(query, rows, total=total))


@api.post(
    "/<uuid:trial_id>/cancel",
    permission=Permission.ADMINISTER,
    answer=TrialDetailAnswer,
    summary="Stop a trial before its next call",
)
def cancel_trial(actor: Actor, trial_id: uuid.UUID) -> TrialDetailAnswer:
    """Ask a trial to stop."""
    services().trials.cancel(actor, trial_id)
    return trial_detail_answer(found_trial(actor, trial_id))


@api.post(
    "/<uuid:trial_id>/adopt",
    permission=Permission.ADMINISTER,
    answer=TrialDetailAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Write exactly what a trial showed",
)
def adopt_trial(actor: Actor, trial_id: uuid.UUID) -> TrialDetailAnswer:
    """Have a worker write it; what has changed since the trial is named and left out."""
    services().trials.adopt(actor, trial_id)
    return trial_detail_answer(found_trial(actor, trial_id))


@api.post(
    "/<uuid:trial_id>/discard",
    permission=Permission.ADMINISTER,
    answer=TrialDetailAnswer,
    summary="Let a trial be of no consequence",
)
def discard_trial(actor: Actor, trial_id: uuid.UUID) -> TrialDetailAnswer:
    """Discard a trial."""
    services().trials.discard(actor, trial_id)
    return trial_detail_answer(found_trial(actor, trial_id))
