"""The status page, which says whether the machine is well."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.pages.access import signed_in
from webapp.pages.htmx import is_fragment, polled
from webapp.services.access import Actor, Permission

bp = Blueprint("status", __name__)


@bp.get("/status")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show every part of the machine; htmx asks again every 15 seconds."""
    status = services().status.status(actor)
    if is_fragment():
        return polled(render_template("status/_parts.html", status=status))
    return render_template("status/index.html", status=status)
