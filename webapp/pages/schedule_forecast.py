"""What a schedule form means for the sources, before anything is saved."""

import uuid
from collections.abc import Iterator

from webapp.enums import JobType
from webapp.errors import InvalidInputError
from webapp.pages.forms import parse_form
from webapp.pages.schedule_forms import CHOOSE, Form, ScheduleForm, timing_only
from webapp.schemas.schedules import PreviewInput
from webapp.services.access import Actor
from webapp.services.quota_forecast import PlannedSearches, QuotaForecastService
from webapp.services.schedule_rules import timing_from

SCHEDULE_FIELD = "_schedule"
"""Names the stored schedule that the form is about, so that it is not counted twice."""


def with_forecast(
    service: QuotaForecastService, actor: Actor, shown: ScheduleForm, form: Form
) -> ScheduleForm:
    """Add the calls a day, unless nothing real is searched or the timing makes no sense."""
    searches = form.get("job_type") != JobType.NOTIFICATION_DIGEST and "_force_mock" not in form
    if not searches or shown.preview_error:
        return shown
    try:
        shown.forecast = service.forecast(actor, _planned(actor, form))
    except InvalidInputError:
        shown.forecast = None
    return shown


def _planned(actor: Actor, form: Form) -> PlannedSearches:
    timing = parse_form(PreviewInput, timing_only(form))
    chosen = list(_ids(form.getlist("client_ids")))
    return PlannedSearches(
        timing=timing_from(timing, default_zone=actor.zone),
        client_ids=chosen if form.get("_clients") == CHOOSE else None,
        schedule_id=next(_ids([form.get(SCHEDULE_FIELD, "")]), None),
    )


def _ids(texts: list[str]) -> Iterator[uuid.UUID]:
    """Yield the ids among what a browser sent; what is none cannot be meant."""
    for text in texts:
        try:
            yield uuid.UUID(text)
        except ValueError:
            continue
