"""Trials: start one, watch it, look at what it would change, adopt or discard it."""

import uuid
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.container import services
from webapp.enums import AIName, Category, TrialKind
from webapp.errors import ConflictError, InvalidInputError
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, parse_form, usable_query
from webapp.pages.htmx import is_fragment, polled, redirect_hx, toast
from webapp.pages.trial_rows import TrialFilter, differences, filters, rows_of
from webapp.schemas.base import PageQuery
from webapp.schemas.clients import ClientListQuery
from webapp.schemas.trials import TRIABLE, TrialInput, TrialItemsQuery
from webapp.services.access import Actor, Permission
from webapp.services.trials import queries
from webapp.services.trials.service import TrialEstimate

bp = Blueprint("trials", __name__)
_LISTS = ("client_ids", "categories", "outcomes")
_FLAGS = ("collected", "tells")
_TEXTS = ("provider", "model", "since", "until", "limit", "cost_cap_usd")
MOST_CLIENTS = 100
LOOK_BACK = timedelta(days=30)


@bp.get("/business/trials")
@signed_in(Permission.ADMINISTER)
def index(actor: Actor) -> ResponseReturnValue:
    """List the trials."""
    query, _ = usable_query(PageQuery, request.args)
    trials, total = queries.list_trials(actor, query)
    return render_template("trials/index.html", trials=trials, total=total, query=query)


@bp.get("/business/trials/new")
@signed_in(Permission.ADMINISTER)
def new(actor: Actor) -> ResponseReturnValue:
    """Show the form with what most trials are about."""
    provider, _ = services().trials.choices[0]
    values: dict[str, Any] = dict.fromkeys(_TEXTS, "") | {
        "provider": provider.value,
        "since": (clock.now() - LOOK_BACK).date().isoformat(),
        "limit": TrialInput().limit,
        "outcomes": [each.value for each in TrialInput().outcomes],
        "tells": True,
    }
    return _show_form(actor, values, FormErrors())


@bp.post("/business/trials")
@signed_in(Permission.ADMINISTER)
def start(actor: Actor) -> ResponseReturnValue:
    """Start a trial, or only say what it would be about where that was asked for."""
    trials = services().trials
    try:
        wish = parse_form(TrialInput, request.form, lists=_LISTS, flags=_FLAGS)
        if "_estimate" in request.form:
            return _show_form(actor, _typed(), FormErrors(), trials.estimate(actor, wish))
        trial_id = trials.start(actor, wish)
    except InvalidInputError as error:
        return _show_form(actor, _typed(), FormErrors.of(error)), error.status
    except ConflictError as error:
        errors = FormErrors({"since": error.detail})
        return _show_form(actor, _typed(), errors), error.status
    return toast(redirect_hx(_address(trial_id)), "The trial is under way. Nothing changes by it.")


@bp.get("/business/trials/<uuid:trial_id>")
@signed_in(Permission.ADMINISTER)
def detail(actor: Actor, trial_id: uuid.UUID) -> ResponseReturnValue:
    """Show one trial; htmx asks for the same address again while it is on."""
    view = queries.get_trial(actor, trial_id)
    counts = queries.counts_of(trial_id)
    context: dict[str, Any] = {
        "view": view,
        "trial": view.trial,
        "counts": counts,
        "summary": differences(counts),
        "is_poll": is_fragment(),
    }
    if is_fragment():
        return polled(render_template("trials/_progress.html", **context))
    shown, _ = usable_query(TrialFilter, request.args)
    wanted, _ = usable_query(PageQuery, request.args)
    query = TrialItemsQuery(**shown.asked, skip=wanted.skip, limit=wanted.limit)
    items, total = queries.list_items(actor, trial_id, query)
    return render_template(
        "trials/detail.html",
        **context,
        rows=rows_of(items),
        total=total,
        query=query,
        shown=shown.show,
        filters=filters(counts, shown.show, lambda show: _address(trial_id, show=show)),
        page_url=lambda skip: _address(trial_id, show=shown.show, skip=skip),
        told=queries.told_by(trial_id),
        kinds=TrialKind,
    )


@bp.post("/business/trials/<uuid:trial_id>/<any(cancel,adopt,discard):act>")
@signed_in(Permission.ADMINISTER)
def act_on(actor: Actor, trial_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Cancel, adopt or discard a trial."""
    trials = services().trials
    texts = {
        "cancel": "The trial stops before its next call.",
        "adopt": "What was shown is being written.",
        "discard": "The trial was discarded. Nothing was changed by it.",
    }
    acts = {"cancel": trials.cancel, "adopt": trials.adopt, "discard": trials.discard}
    try:
        acts[act](actor, trial_id)
    except ConflictError as error:
        return toast(redirect_hx(_address(trial_id)), error.detail, kind="error")
    return toast(redirect_hx(_address(trial_id)), texts[act])


def _show_form(
    actor: Actor, values: dict[str, Any], errors: FormErrors, estimate: TrialEstimate | None = None
) -> str:
    clients, total = services().clients.list(actor, ClientListQuery(limit=MOST_CLIENTS))
    return render_template(
        "trials/new.html",
        form=values,
        errors=errors,
        estimate=estimate,
        choices=services().trials.choices,
        rules=AIName.RULES,
        clients=[(str(each.id), each.name) for each in clients],
        clients_total=total,
        categories=list(Category),
        outcomes=TRIABLE,
    )


def _typed() -> dict[str, Any]:
    """Return what was typed, so that nothing of it is lost."""
    lists = {name: request.form.getlist(name) for name in _LISTS}
    flags = {name: name in request.form for name in _FLAGS}
    return {**{name: request.form.get(name, "") for name in _TEXTS}, **lists, **flags}


def _address(trial_id: uuid.UUID, **values: Any) -> str:  # noqa: ANN401 -- of the query
    return url_for("trials.detail", trial_id=trial_id, **values)
