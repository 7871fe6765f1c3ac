"""The schedule form: its values, what was typed into it, and how it becomes an input."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from webapp.enums import DependencyCondition, JobType, ScheduleType
from webapp.errors import InvalidInputError
from webapp.models import AutomationSchedule
from webapp.pages import schedule_condition_forms as condition_forms
from webapp.pages.forms import FormErrors, parse_form
from webapp.schemas.base import Schema
from webapp.schemas.schedules import PreviewInput, TimingInput
from webapp.services.access import Actor
from webapp.services.quota_forecast import SourceForecast
from webapp.services.schedules import AutomationScheduleService, SchedulePreview

SchemaT = TypeVar("SchemaT", bound=Schema)
Form = MultiDict[str, str]
ALL, CHOOSE = "all", "choose"
AT_TIME = (ScheduleType.DAILY, ScheduleType.WEEKLY, ScheduleType.MONTHLY)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_LAST_GOOD = "_last"

TEMPLATES: dict[str, dict[str, Any]] = {
    "weekday-morning": {
        "name": "Weekday morning",
        "schedule_type": ScheduleType.CUSTOM,
        "cron_expression": "30 7 * * 1-5",
    },
    "hourly-top-accounts": {
        "name": "Top accounts, hourly",
        "schedule_type": ScheduleType.HOURLY,
        "minute_of_hour": 5,
        "clients": CHOOSE,
    },
    "friday-digest": {
        "name": "Friday digest",
        "job_type": JobType.NOTIFICATION_DIGEST,
        "schedule_type": ScheduleType.WEEKLY,
        "day_of_week": 4,
        "at": "16:00",
    },
}


@dataclass
class ScheduleForm:
    """Everything that the form's template shows. A preview may be an older, still good one."""

    values: dict[str, Any]
    errors: FormErrors = field(default_factory=FormErrors)
    preview: SchedulePreview | None = None
    preview_error: str = ""
    last_good: str = ""
    forecast: Sequence[SourceForecast] | None = None
    """Calls a day to each source; None where nothing real is searched or the timing is bad."""


def fresh(actor: Actor, template: str | None) -> dict[str, Any]:
    """Return the values of a new schedule; the hour is filled in with 9."""
    values = {
        "name": "",
        "description": "",
        "job_type": JobType.CLIENT_MONITORING,
        "clients": ALL,
        "client_ids": [],
        "force_mock": False,
        "schedule_type": ScheduleType.DAILY,
        "cron_expression": "",
        "at": "09:00",
        "minute_of_hour": 0,
        "day_of_week": 0,
        "day_of_month": 1,
        "timezone": actor.zone,
        "grace_minutes": 60,
        "is_active": True,
        "depends_on_schedule_id": "",
        "depends_on_condition": DependencyCondition.SUCCESS,
        **condition_forms.EMPTY,
    }
    return values | TEMPLATES.get(template or "", {})


def stored(actor: Actor, schedule: AutomationSchedule) -> dict[str, Any]:
    """Return the values of a schedule that exists; what it lacks is filled in as for a new one."""
    values = fresh(actor, None)
    known = {name: getattr(schedule, name, None) for name in values}
    values |= {name: value for name, value in known.items() if value is not None}
    if schedule.hour_of_day is not None:
        values["at"] = f"{schedule.hour_of_day:02d}:{schedule.minute_of_hour or 0:02d}"
    values["clients"] = ALL if schedule.client_ids is None else CHOOSE
    values["force_mock"] = bool(schedule.config.get("force_mock"))
    return values | condition_forms.stored(schedule.conditions)


def typed(actor: Actor, form: Form) -> dict[str, Any]:
    """Return what was typed, to show the form again without losing anything."""
    values = fresh(actor, None)
    values |= {name: form[name] for name in values if name in form}
    values["at"] = form.get("_at", values["at"])
    values["clients"] = form.get("_clients", ALL)
    values["client_ids"] = form.getlist("client_ids")
    values["force_mock"] = "_force_mock" in form
    values["is_active"] = "is_active" in form
    return values | condition_forms.typed(form)


def read(schema: type[SchemaT], form: Form, *, before: AutomationSchedule | None = None) -> SchemaT:
    """Read a posted schedule; `before` holds what the form does not show and keeps."""
    if not form.get("name", "").strip():
        raise InvalidInputError.of("name", "Give it a name.")
    plain: Form = MultiDict(form)
    plain.pop("_at", None)
    _set_time(plain, form)
    mocked = {"force_mock": True} if "_force_mock" in form else {}
    config = before.config if before else {}
    rest = {name: value for name, value in config.items() if name != "force_mock"}
    plain["config"] = json.dumps(rest | mocked)
    if not form.get("depends_on_schedule_id"):
        plain["depends_on_condition"] = ""
    conditions = condition_forms.read(form, before.conditions if before else ())
    chooses = form.get("_clients") == CHOOSE
    if not chooses:
        plain.setlist("client_ids", [""])  # an emptied field is null: every client
    return parse_form(
        schema,
        plain,
        lists={"client_ids"} if chooses else (),
        flags={"is_active"},
        extra={"conditions": conditions},
    )


def with_preview(
    service: AutomationScheduleService, actor: Actor, shown: ScheduleForm, form: Form
) -> ScheduleForm:
    """Add the next runs; where the timing is bad, what is wrong and the last good ones."""
    try:
        timing = timing_only(form)
        shown.preview = service.preview(actor, parse_form(PreviewInput, timing))
        shown.last_good = json.dumps(timing.to_dict())
    except InvalidInputError as error:
        shown.preview_error = error.errors[0].message if error.errors else error.detail
        shown.last_good = form.get(_LAST_GOOD, "")
        shown.preview = _last_good(service, actor, shown.last_good)
    return shown


def form_of(values: dict[str, Any]) -> Form:
    """Return values as the form would post them."""
    plain = {name: str(value) for name, value in values.items() if isinstance(value, str | int)}
    form: Form = MultiDict({**plain, "_at": values["at"], "_clients": values["clients"]})
    form.setlist("client_ids", [str(each) for each in values["client_ids"]])
    if values["force_mock"]:
        form["_force_mock"] = "true"
    return form


def _last_good(
    service: AutomationScheduleService, actor: Actor, last_good: str
) -> SchedulePreview | None:
    """Return the preview that was last in order; it comes from the browser, so it may be junk."""
    try:
        kept = json.loads(last_good or "{}")
        timing: Form = MultiDict({str(k): str(v) for k, v in kept.items()})
        return service.preview(actor, parse_form(PreviewInput, timing_only(timing)))
    except (ValueError, AttributeError, RecursionError, InvalidInputError):
        return None


def timing_only(form: Form) -> Form:
    """Return the part of a posted form that says when something runs, as a schema reads it."""
    timing: Form = MultiDict(
        {name: form[name] for name in TimingInput.model_fields if name in form}
    )
    _set_time(timing, form)
    return timing


def _set_time(plain: Form, form: Form) -> None:
    """Cut a time of day such as 07:30 into hour and minute, where the type wants one."""
    if "_at" not in form or form.get("schedule_type") not in AT_TIME:
        return
    found = _CLOCK.fullmatch(form["_at"].strip()[:5])
    if found is None:
        raise InvalidInputError.of("hour_of_day", "Write a time such as 07:30.")
    plain["hour_of_day"], plain["minute_of_hour"] = found.groups()
