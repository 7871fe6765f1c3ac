"""Schedules: the list, the form with its preview, and the acts on one of them."""

import uuid
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.container import services
from webapp.enums import ClientTier, JobType, RunStatus
from webapp.errors import AppError, InvalidInputError
from webapp.models import AutomationSchedule
from webapp.pages import schedule_forms
from webapp.pages.access import signed_in
from webapp.pages.forms import FormErrors, usable_query
from webapp.pages.htmx import is_fragment, redirect_hx, render, toast
from webapp.pages.schedule_forecast import SCHEDULE_FIELD, with_forecast
from webapp.pages.schedule_forms import Form, ScheduleForm
from webapp.schemas.schedules import ZONES, ScheduleInput, ScheduleListQuery, SchedulePatch
from webapp.services import schedule_overview
from webapp.services.access import Actor, Permission
from webapp.services.job_runs import RunMark
from webapp.services.schedule_times import WEEKDAYS, explain, timing_of

bp = Blueprint("schedules", __name__)


@dataclass(frozen=True)
class ScheduleRow:
    """One line of the list."""

    schedule: AutomationSchedule
    cadence: str
    zone: str
    clients: int | None
    follows: str | None
    marks: list[RunMark]
    can_edit: bool

    @property
    def last(self) -> RunMark | None:
        """The newest run that ran or runs; one that was skipped says nothing."""
        ran = [mark for mark in self.marks if mark.status is not RunStatus.SKIPPED]
        return ran[-1] if ran else None

    @property
    def statuses(self) -> list[RunStatus]:
        """What the strip shows, oldest first."""
        return [mark.status for mark in self.marks]


@bp.get("/schedules")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """List the schedules that the address asks for."""
    query, left_out = usable_query(ScheduleListQuery, request.args)
    found, total = services().schedules.get_schedules(actor, query)
    page = render(
        "schedules/index.html",
        "schedules/_list.html",
        rows=_rows(actor, found),
        total=total,
        query=query,
        counts=schedule_overview.count_states(actor),
        switched_off=schedule_overview.switched_off(actor),
        all_clients=schedule_overview.watched_count(actor),
        can_create=actor.can(Permission.EDIT_SCHEDULES),
        can_run=actor.can(Permission.RUN_SCHEDULES),
        viewer_zone=actor.zone,
        job_types=list(JobType),
        left_out=left_out,
    )
    return page, left_out.status


@bp.get("/schedules/new")
@signed_in(Permission.EDIT_SCHEDULES)
def new(actor: Actor) -> ResponseReturnValue:
    """Show an empty form, one filled in from a template, or from another schedule."""
    values = schedule_forms.fresh(actor, request.args.get("template"))
    if (copied := request.args.get("copy", type=uuid.UUID)) is not None:
        original = services().schedules.get_schedule(actor, copied)
        values = schedule_forms.stored(actor, original)
        values["name"] = f"{original.name} (copy)"[:200]
    return _show_form(actor, ScheduleForm(values), None)


@bp.post("/schedules/new")
@signed_in(Permission.EDIT_SCHEDULES)
def create(actor: Actor) -> ResponseReturnValue:
    """Store a new schedule, and start it at once where that was asked for."""
    if "_preview" in request.form:
        return _show_form(actor, ScheduleForm(schedule_forms.typed(actor, request.form)), None)
    try:
        given = schedule_forms.read(ScheduleInput, request.form)
        schedule = services().schedules.create_schedule(actor, given)
    except InvalidInputError as error:
        return _show_again(actor, error, None)
    if "_run" in request.form:
        run = services().schedules.trigger(actor, schedule.id)
        return toast(redirect_hx(url_for("runs.detail", run_id=run.id)), "Created and started.")
    return toast(redirect_hx(url_for("schedules.index")), f"“{schedule.name}” was created.")


@bp.get("/schedules/<uuid:schedule_id>/edit")
@signed_in(Permission.VIEW)
def edit(actor: Actor, schedule_id: uuid.UUID) -> ResponseReturnValue:
    """Show the form of a schedule."""
    schedule = services().schedules.get_schedule(actor, schedule_id)
    return _show_form(actor, ScheduleForm(schedule_forms.stored(actor, schedule)), schedule)


@bp.post("/schedules/<uuid:schedule_id>/edit")
@signed_in(Permission.EDIT_SCHEDULES)
def update(actor: Actor, schedule_id: uuid.UUID) -> ResponseReturnValue:
    """Store a changed schedule."""
    schedule = services().schedules.get_schedule(actor, schedule_id)
    if "_preview" in request.form:
        form = ScheduleForm(schedule_forms.typed(actor, request.form))
        return _show_form(actor, form, schedule)
    try:
        patch = schedule_forms.read(SchedulePatch, request.form, before=schedule)
        services().schedules.update_schedule(actor, schedule_id, patch)
    except InvalidInputError as error:
        return _show_again(actor, error, schedule)
    return toast(redirect_hx(url_for("schedules.index")), f"“{schedule.name}” was saved.")


@bp.post("/schedules/preview")
@signed_in(Permission.VIEW)
def preview(actor: Actor) -> ResponseReturnValue:
    """Show the next runs of what is in the form right now."""
    shown = ScheduleForm(schedule_forms.typed(actor, request.form))
    return render_template("schedules/_preview.html", form=_meant(actor, shown, request.form))


@bp.post("/schedules/<uuid:schedule_id>/active")
@signed_in(Permission.EDIT_SCHEDULES)
def switch(actor: Actor, schedule_id: uuid.UUID) -> ResponseReturnValue:
    """Activate or deactivate a schedule."""
    if "is_active" in request.form:
        schedule = services().schedules.activate_schedule(actor, schedule_id)
        text = f"“{schedule.name}” is active."
    else:
        schedule = services().schedules.deactivate_schedule(actor, schedule_id)
        text = f"“{schedule.name}” is paused."
    if not is_fragment():
        return toast(redirect_hx(url_for("schedules.index")), text)
    row = render_template(
        "schedules/_row.html",
        row=_rows(actor, [schedule])[0],
        all_clients=schedule_overview.watched_count(actor),
        can_run=actor.can(Permission.RUN_SCHEDULES),
        viewer_zone=actor.zone,
    )
    return toast(row, text)


@bp.post("/schedules/<uuid:schedule_id>/run")
@signed_in(Permission.RUN_SCHEDULES)
def run_now(actor: Actor, schedule_id: uuid.UUID) -> ResponseReturnValue:
    """Start a run and lead to it; the sources are asked anew where that was chosen."""
    bypass_cache = "_bypass_cache" in request.form
    run = services().schedules.trigger(actor, schedule_id, bypass_cache=bypass_cache)
    return redirect_hx(url_for("runs.detail", run_id=run.id))


@bp.get("/schedules/<uuid:schedule_id>/delete")
@signed_in(Permission.EDIT_SCHEDULES)
def confirm_delete(actor: Actor, schedule_id: uuid.UUID) -> ResponseReturnValue:
    """Ask before deleting, for browsers without scripts."""
    schedule = services().schedules.get_schedule(actor, schedule_id)
    return render_template("schedules/delete.html", schedule=schedule)


@bp.post("/schedules/<uuid:schedule_id>/delete")
@signed_in(Permission.EDIT_SCHEDULES)
def delete(actor: Actor, schedule_id: uuid.UUID) -> ResponseReturnValue:
    """Delete a schedule."""
    name = services().schedules.delete_schedule(actor, schedule_id)
    return toast(redirect_hx(url_for("schedules.index")), f"“{name}” was deleted.")


def _rows(actor: Actor, schedules: list[AutomationSchedule]) -> list[ScheduleRow]:
    strips = services().job_runs.strips(actor, [each.id for each in schedules])
    names = schedule_overview.names_waited_for(actor, schedules)
    return [
        ScheduleRow(
            schedule=each,
            cadence=_cadence(each),
            zone=timing_of(each).timezone,
            clients=None if each.client_ids is None else len(each.client_ids),
            follows=names.get(each.id),
            marks=strips.get(each.id, []),
            can_edit=_can_edit(actor, each),
        )
        for each in schedules
    ]


def _cadence(schedule: AutomationSchedule) -> str:
    """Say when it runs; one row that cannot be read must not take the page down."""
    try:
        return explain(timing_of(schedule))
    except (AppError, ValueError):
        return f"Cannot be read: {schedule.cron_expression}"


def _can_edit(actor: Actor, schedule: AutomationSchedule) -> bool:
    own = schedule.created_by_user_id == actor.user_id
    return actor.can(Permission.EDIT_ANY_SCHEDULE) or (own and actor.can(Permission.EDIT_SCHEDULES))


def _show_again(
    actor: Actor, error: InvalidInputError, schedule: AutomationSchedule | None
) -> ResponseReturnValue:
    values = schedule_forms.typed(actor, request.form)
    return _show_form(actor, ScheduleForm(values, FormErrors.of(error)), schedule), error.status


def _meant(actor: Actor, form: ScheduleForm, posted: Form) -> ScheduleForm:
    """Add what the form means: its next runs, and what they ask of the sources."""
    schedule_forms.with_preview(services().schedules, actor, form, posted)
    return with_forecast(services().forecast, actor, form, posted)


def _show_form(actor: Actor, form: ScheduleForm, schedule: AutomationSchedule | None) -> str:
    posted = request.form if request.method == "POST" else schedule_forms.form_of(form.values)
    if schedule is not None:
        posted = MultiDict([*posted.items(multi=True), (SCHEDULE_FIELD, str(schedule.id))])
    return render_template(
        "schedules/form.html",
        form=_meant(actor, form, posted),
        schedule=schedule,
        can_edit=schedule is None or _can_edit(actor, schedule),
        clients=schedule_overview.watched_clients(actor),
        job_types=list(JobType),
        weekdays=list(enumerate(WEEKDAYS)),
        zones=sorted(ZONES),
        others=schedule_overview.other_schedules(actor, schedule),
        tiers=list(ClientTier),
        limited_sources=services().forecast.limited_sources(),
        action=request.path,
    )
