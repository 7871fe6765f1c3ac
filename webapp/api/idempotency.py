"""`Idempotency-Key`: what a POST did once it does not do again when it is sent again."""

import hashlib
import re
from collections.abc import Callable

from flask import Response, request

from webapp.container import services
from webapp.errors import BadRequestError
from webapp.services.access import Actor
from webapp.services.idempotency import KeptAnswer

KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY_PATTERN = r"^[\x21-\x7e]{1,255}$"
_KEY = re.compile(KEY_PATTERN)
_KEPT_HEADERS = ("Content-Type", "Location")


def once(actor: Actor | None, work: Callable[[], Response]) -> Response:
    """Do the work of a POST, or answer as before where its key was used for the same one.

    Without a key, and where nobody is signed in, the work is simply done.
    """
    key = request.headers.get(KEY)
    if key is None or actor is None:
        return work()
    if not _KEY.fullmatch(key):
        raise BadRequestError(f"{KEY} takes 1 to 255 visible ASCII characters, such as a UUID.")
    keys = services().idempotency
    claim = keys.claim(actor, key, fingerprint=_fingerprint())
    if isinstance(claim, KeptAnswer):
        return _again(claim)
    with keys.carrying_out(claim):
        response = work()
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    keys.keep(claim, KeptAnswer(response.status_code, headers, response.get_data(as_text=True)))
    return response


def _again(kept: KeptAnswer) -> Response:
    return Response(kept.text, status=kept.status, headers={**kept.headers, REPLAYED: "true"})


def _fingerprint() -> str:
    """Return what tells one request from another: its address, its type and its body."""
    parts = (request.path.rstrip("/").encode(), request.query_string, request.mimetype.encode())
    digest = hashlib.sha256()
    for part in (*parts, request.get_data()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()
