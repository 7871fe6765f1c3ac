"""The status page, which says whether the machine is well."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.pages.access import signed_in
from webapp.pages.htmx import is_fragment, polled, redirect_hx, toast
from webapp.services.access import Actor, Permission

bp = Blueprint("status", __name__)


@bp.get("/status")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show every part of the machine; htmx asks again every 15 seconds."""
    if is_fragment():
        return polled(_parts(actor))
    status = services().status.status(actor)
    may_mend = actor.can(Permission.ADMINISTER)
    return render_template("status/index.html", status=status, may_mend=may_mend)


@bp.post("/status/sources/<name>/try-again")
@signed_in(Permission.ADMINISTER)
def try_again(actor: Actor, name: str) -> ResponseReturnValue:
    """Let a source be asked again at the next run."""
    text = f"{services().status.try_again(actor, name)} is asked again at the next run."
    if is_fragment():
        return toast(_parts(actor), text)
    return toast(redirect_hx(url_for("status.index")), text)


def _parts(actor: Actor) -> str:
    return render_template(
        "status/_parts.html",
        status=services().status.status(actor),
        may_mend=actor.can(Permission.ADMINISTER),
    )
