"""E-mail pages: figures and log, one mail with its preview, and the unsubscribe link."""

import uuid

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.enums import MailProviderName
from webapp.errors import ConflictError, InvalidInputError
from webapp.extensions import csrf
from webapp.pages.access import public, signed_in
from webapp.pages.email_view import TYPE_NAMES, view, with_period
from webapp.pages.forms import usable_query
from webapp.pages.htmx import redirect_hx, render, toast
from webapp.schemas.email_logs import EmailPageQuery
from webapp.security import CSP
from webapp.services.access import Actor, Permission
from webapp.services.email_bounces import MAX_UPLOAD_BYTES, BounceImport

bp = Blueprint("email", __name__)
PREVIEW_CSP = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A kept mail runs no script, loads nothing, and lives in an origin of its own."""
_NOTHING_KEPT = "The text of this mail is no longer kept."


@bp.get("/email")
@signed_in(Permission.VIEW)
def index(actor: Actor) -> ResponseReturnValue:
    """Show figures, failures and the log of a period."""
    query, left_out = usable_query(EmailPageQuery, request.args)
    wanted = with_period(query, actor.zone)
    rows, total = services().email_logs.list(actor, wanted)
    figures = services().email_logs.figures(actor, wanted)
    keeps_mails = services().email_logs.provider is MailProviderName.CONSOLE
    page = render(
        "email_logs/index.html",
        "email_logs/_log.html",
        query=query,
        left_out=left_out,
        logs=rows,
        total=total,
        stats=figures.stats,
        failures=figures.failures,
        machines=figures.machines,
        tracking=services().email_logs.tracking(actor),
        view=view(query, figures, keeps_mails=keeps_mails),
        type_names=TYPE_NAMES,
        keeps_mails=keeps_mails,
        can_administer=actor.can(Permission.ADMINISTER),
        shows_team=actor.can(Permission.VIEW_TEAM_MAIL),
    )
    return page, left_out.status


@bp.get("/email/<uuid:log_id>")
@signed_in(Permission.VIEW)
def detail(actor: Actor, log_id: uuid.UUID) -> ResponseReturnValue:
    """Show one mail with its history; the frame around its preview needs a wider CSP."""
    found = services().email_logs.detail(actor, log_id)
    page = make_response(
        render_template(
            "email_logs/detail.html",
            found=found,
            log=found.log,
            type_names=TYPE_NAMES,
            is_suppressed=services().mailroom.suppressions.is_on_list(
                actor, found.log.recipient_email
            ),
            can_administer=actor.can(Permission.ADMINISTER),
        )
    )
    page.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return page


@bp.get("/email/<uuid:log_id>/preview")
@signed_in(Permission.VIEW)
def preview(actor: Actor, log_id: uuid.UUID) -> ResponseReturnValue:
    """Answer with a mail's HTML as it was sent, locked into a sandbox."""
    found = services().email_logs.detail(actor, log_id)
    page = Response(found.mail.html if found.mail else _NOTHING_KEPT, mimetype="text/html")
    page.headers["Content-Security-Policy"] = PREVIEW_CSP
    page.headers["X-Frame-Options"] = "SAMEORIGIN"
    return page


@bp.post("/email/<uuid:log_id>/resend")
@signed_in(Permission.CHANGE_OWN_STATE)
def resend(actor: Actor, log_id: uuid.UUID) -> ResponseReturnValue:
    """Send a mail again, and show the new one."""
    try:
        new_id = services().email_logs.resend(actor, log_id)
    except ConflictError as error:
        return toast(redirect_hx(url_for(".detail", log_id=log_id)), error.detail, kind="error")
    return toast(redirect_hx(url_for(".detail", log_id=new_id)), "The mail is on its way again.")


@bp.post("/email/test")
@signed_in(Permission.CHANGE_OWN_STATE)
def send_test(actor: Actor) -> ResponseReturnValue:
    """Mail the user a test, and show the log."""
    made = services().email_logs.send_test(actor)
    text = "A test mail is on its way to you." if made else "A test mail is on its way already."
    return toast(redirect_hx(url_for(".index")), text)


@bp.get("/email/bounces")
@signed_in(Permission.ADMINISTER)
def bounces(actor: Actor) -> ResponseReturnValue:
    """Show where to put a mailbox with bounces, and how they come in by themselves."""
    return _show_bounces(actor, None, "")


@bp.post("/email/bounces")
@signed_in(Permission.ADMINISTER)
def import_bounces(actor: Actor) -> ResponseReturnValue:
    """Take a mailbox in and show what came of it."""
    request.max_content_length = MAX_UPLOAD_BYTES
    uploaded = request.files.get("_file")
    content = uploaded.read() if uploaded and uploaded.filename else b""
    try:
        found = services().mailroom.bounces.import_upload(actor, content)
    except InvalidInputError as error:
        return _show_bounces(actor, None, error.detail), error.status
    return _show_bounces(actor, found, "")


@bp.post("/email/tracking")
@signed_in(Permission.CHANGE_OWN_STATE)
def set_tracking(actor: Actor) -> ResponseReturnValue:
    """Count the user's own opens and clicks from now on, or not any more."""
    allowed = "tracking_allowed" in request.form
    services().email_logs.allow_tracking(actor, allowed=allowed)
    text = "Your opens and clicks are counted." if allowed else "Your mails are no longer tracked."
    return toast(redirect_hx(url_for(".index")), text)


@bp.get("/u/<token>")
@public
def confirm_unsubscribe(token: str) -> ResponseReturnValue:
    """Ask before ending mails: scanners open links, so opening one changes nothing."""
    found = services().email.subscription(token)
    return render_template("email_logs/unsubscribe.html", found=found, token=token)


@bp.post("/u/<token>")
@public
def unsubscribe(token: str) -> ResponseReturnValue:
    """End mails, by the page's button or by a mail program's one click (RFC 8058)."""
    found = services().email.unsubscribe(token)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response("You will get no more of these e-mails.\n", mimetype="text/plain")
    return render_template("email_logs/unsubscribe.html", found=found, token=token)


def _show_bounces(actor: Actor, found: BounceImport | None, error: str) -> str:
    return render_template(
        "email_logs/bounces.html",
        found=found,
        error=error,
        recent=services().mailroom.bounces.recent(actor),
        hook=services().email.links.absolute("/hooks/mail"),
    )


csrf.exempt(unsubscribe)  # mail programs post without a form of ours; the link's token is the proof
