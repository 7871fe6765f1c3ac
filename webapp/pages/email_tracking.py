"""The picture and the links of mails: who asks for them is counted, nothing else happens."""

import base64

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from webapp.container import services
from webapp.pages.access import public
from webapp.services.addresses import truncated
from webapp.services.email_hit_verdicts import Visit

bp = Blueprint("email_tracking", __name__)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""One transparent dot."""
_PREFETCH_HEADERS = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")
_PREFETCH_WORDS = ("prefetch", "preview", "prerender", "instant")


@bp.get("/o/<token>")
@public
def pixel(token: str) -> ResponseReturnValue:
    """Answer with the dot, whether the mark is ours or not; a strange one is 404."""
    is_ours = services().mailroom.hits.opened(token, _visit())
    answer = Response(GIF, status=200 if is_ours else 404, mimetype="image/gif")
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/c/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Lead on to where the link of a mail goes."""
    answer = redirect(services().mailroom.hits.followed(token, _visit()))
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _visit() -> Visit:
    """Say who asks; of the address only the network."""
    purposes = " ".join(request.headers.get(name, "") for name in _PREFETCH_HEADERS).lower()
    return Visit(
        is_head=request.method != "GET",
        is_prefetch=any(word in purposes for word in _PREFETCH_WORDS),
        user_agent=request.headers.get("User-Agent", "").replace("\x00", ""),
        network=truncated(request.remote_addr),
    )
