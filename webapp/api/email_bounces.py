"""Mails that came back, over JSON."""

from flask import request

from webapp.api.routing import Api
from webapp.container import services
from webapp.schemas.email_bounces import BounceImportAnswer
from webapp.services.access import Actor, Permission
from webapp.services.email_bounces import MAX_UPLOAD_BYTES

api = Api("email_bounces", prefix="/email-bounces", tag="E-mail logs")
MBOX = "application/mbox"


@api.post(
    "/import",
    permission=Permission.ADMINISTER,
    answer=BounceImportAnswer,
    takes=MBOX,
    most_bytes=MAX_UPLOAD_BYTES,
    summary="Take in the bounces (RFC 3464) of an mbox file or one mail, up to 10 MB",
)
def import_bounces(actor: Actor) -> BounceImportAnswer:
    """Find the mails that did not arrive, and the addresses that do not exist.

    Only mails of your business are touched, and only where Message-ID and recipient fit. The
    same file twice changes nothing.
    """
    found = services().mailroom.bounces.import_upload(actor, request.get_data())
    return BounceImportAnswer.model_validate(found)
