"""The page of the audit log, for admins."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.pages.access import signed_in
from webapp.pages.forms import usable_query
from webapp.schemas.audit_log import AuditQuery
from webapp.services.access import Actor, Permission

bp = Blueprint("audit_log", __name__)


@bp.get("/business/audit")
@signed_in(Permission.ADMINISTER)
def index(actor: Actor) -> ResponseReturnValue:
    """Show who changed what, newest first."""
    query, _left_out = usable_query(AuditQuery, request.args)
    entries, total = services().audit_log.list(actor, query)
    return render_template("audit_log/index.html", entries=entries, total=total, query=query)
