"""E-mail logs and their figures over JSON."""

import uuid
from http import HTTPStatus

from webapp.api.paging import part
from webapp.api.routing import API_ROOT, Api
from webapp.container import services
from webapp.models import EmailLog
from webapp.schemas.email_logs import (
    EmailHitAnswer,
    EmailHitListAnswer,
    EmailLogAnswer,
    EmailLogListAnswer,
    EmailLogQuery,
    EmailRangeQuery,
    EmailStatsAnswer,
)
from webapp.services.access import Actor, Permission
from webapp.services.email_logs import ORDER

api = Api("email_logs", prefix="/email-logs", tag="E-mail logs")


@api.get(
    "/",
    permission=Permission.VIEW,
    query=EmailLogQuery,
    answer=EmailLogListAnswer,
    summary="List mails",
)
def list_logs(actor: Actor, query: EmailLogQuery) -> EmailLogListAnswer:
    """Answer with a page of mails, newest first."""
    return _list_answer(services().email_logs.list(actor, query), query)


@api.get(
    "/stats/summary",
    permission=Permission.VIEW,
    query=EmailRangeQuery,
    answer=EmailStatsAnswer,
    summary="Counts and rates of mails",
)
def stats_summary(actor: Actor, query: EmailRangeQuery) -> EmailStatsAnswer:
    """Answer with the figures of all time, or of a range."""
    return services().email_logs.stats(actor, query)


@api.get(
    "/user/<int:user_id>",
    permission=Permission.VIEW,
    query=EmailLogQuery,
    answer=EmailLogListAnswer,
    summary="List the mails of one user",
)
def list_user_logs(actor: Actor, query: EmailLogQuery, user_id: int) -> EmailLogListAnswer:
    """Answer with a page of one user's mails."""
    return _list_answer(services().email_logs.for_user(actor, user_id, query), query)


@api.get(
    "/event/<uuid:event_id>",
    permission=Permission.VIEW,
    query=EmailLogQuery,
    answer=EmailLogListAnswer,
    summary="List the mails about one event",
)
def list_event_logs(actor: Actor, query: EmailLogQuery, event_id: uuid.UUID) -> EmailLogListAnswer:
    """Answer with a page of the mails about one event."""
    return _list_answer(services().email_logs.for_event(actor, event_id, query), query)


@api.get(
    "/<uuid:log_id>", permission=Permission.VIEW, answer=EmailLogAnswer, summary="Get one mail"
)
def get_log(actor: Actor, log_id: uuid.UUID) -> EmailLogAnswer:
    """Answer with one mail."""
    return EmailLogAnswer.model_validate(services().email_logs.get(actor, log_id))


@api.get(
    "/<uuid:log_id>/hits",
    permission=Permission.VIEW,
    answer=EmailHitListAnswer,
    summary="List who opened a mail or followed its links, people and machines",
)
def list_hits(actor: Actor, log_id: uuid.UUID) -> EmailHitListAnswer:
    """Answer with every hit that is kept, a hundred at most."""
    found = services().email_logs.hits(actor, log_id)
    rows = [EmailHitAnswer.model_validate(each) for each in found]
    return EmailHitListAnswer(hits=rows, total=len(rows))


@api.post(
    "/<uuid:log_id>/resend",
    permission=Permission.CHANGE_OWN_STATE,
    answer=EmailLogAnswer,
    status=HTTPStatus.ACCEPTED,
    summary="Send a mail again, as a new one",
)
def resend(actor: Actor, log_id: uuid.UUID) -> tuple[EmailLogAnswer, dict[str, str]]:
    """Answer with the new mail. 409 while the last copy waits, or is not a minute old."""
    new_id = services().email_logs.resend(actor, log_id)
    made = EmailLogAnswer.model_validate(services().email_logs.get(actor, new_id))
    return made, {"Location": f"{API_ROOT}/email-logs/{new_id}"}


def _list_answer(found: tuple[list[EmailLog], int], query: EmailLogQuery) -> EmailLogListAnswer:
    rows, total = found
    return EmailLogListAnswer(
        logs=[EmailLogAnswer.model_validate(row) for row in rows],
        **part(query, rows, total=total, order=ORDER),
    )
