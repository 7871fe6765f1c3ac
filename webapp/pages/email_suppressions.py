"""The page of addresses that nothing is sent to."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.pages.access import signed_in
from webapp.pages.forms import usable_query
from webapp.pages.htmx import redirect_hx, toast
from webapp.schemas.base import PageQuery
from webapp.services.access import Actor, Permission
from webapp.services.email_failures import plain_words

bp = Blueprint("email_suppressions", __name__)


@bp.get("/email/suppressed")
@signed_in(Permission.VIEW_TEAM_MAIL)
def index(actor: Actor) -> ResponseReturnValue:
    """List the addresses, and those whose mails came back without being dead."""
    query, left_out = usable_query(PageQuery, request.args)
    rows, total = services().mailroom.suppressions.page(actor, query)
    page = render_template(
        "email_logs/suppressed.html",
        rows=rows,
        total=total,
        query=query,
        left_out=left_out,
        soft=services().mailroom.suppressions.soft(actor),
        plain_words=plain_words,
        can_administer=actor.can(Permission.ADMINISTER),
    )
    return page, left_out.status


@bp.post("/email/suppressed/remove")
@signed_in(Permission.ADMINISTER)
def remove(actor: Actor) -> ResponseReturnValue:
    """Let mails to an address go again."""
    address = request.form.get("address", "")
    services().mailroom.suppressions.remove(actor, address)
    return toast(redirect_hx(url_for(".index")), f"Mails to {address} go again.")
