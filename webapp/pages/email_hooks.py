"""What mail providers call: no session, no form, a signature instead."""

from flask import Blueprint, Response, request

from webapp.container import services
from webapp.extensions import csrf
from webapp.pages.access import public
from webapp.schemas.email_bounces import BounceImportAnswer
from webapp.services.email_bounces import BounceImport

bp = Blueprint("email_hooks", __name__)


@bp.post("/hooks/mail")
@public
def signed() -> Response:
    """Take in a bounce that was signed as in Standard Webhooks."""
    return _answer(services().mailroom.bounce_webhooks.take_signed(request.get_data(), _headers()))


@bp.post("/hooks/mail/sendgrid")
@public
def sendgrid() -> Response:
    """Take in SendGrid's events."""
    return _answer(
        services().mailroom.bounce_webhooks.take_sendgrid(request.get_data(), _headers())
    )


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _answer(counts: BounceImport) -> Response:
    answer = BounceImportAnswer.model_validate(counts)
    return Response(answer.model_dump_json(), mimetype="application/json")


csrf.exempt(signed)  # the signature over the body is the proof
csrf.exempt(sendgrid)
