"""Who calls the API: the owner of a bearer token, or the user of a browser's session."""

from flask import current_app, request

from webapp import tenancy
from webapp.container import services, work_for
from webapp.errors import NotSignedInError
from webapp.extensions import csrf
from webapp.services.access import Actor
from webapp.visitors import visitor

_BEARER = "bearer"


def identify() -> Actor:
    """Return the caller, or raise NotSignedInError.

    A request that brings an Authorization header stands or falls with it. One that comes with
    the browser's cookie needs the CSRF token too, because browsers send cookies unasked.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        return _by_token(header)
    found = visitor()
    if found is None:
        raise NotSignedInError("Send a bearer token: Authorization: Bearer bcn_...")
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
    return found.actor


def _by_token(header: str) -> Actor:
    kind, _, token = header.partition(" ")
    actor = None
    if kind.lower() == _BEARER:
        with tenancy.across_businesses():
            actor = services().accounts.actor_of_token(token.strip())
    if actor is None:
        raise NotSignedInError("The token is not valid, has expired or was revoked.")
    tenancy.enter(actor.business_id, actor.user_id)
    work_for(actor.business_id)
    return actor
