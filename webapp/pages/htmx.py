"""What a page handler needs for htmx: fragment or whole page, toasts, redirects, unchanged polls.

Written for htmx 4, where `HX-Request-Type` says whether the browser wants a part or the whole.
"""

import hashlib
import json
from typing import Any

from flask import Flask, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.extensions import htmx

TAG_HEADER = "HX-PTag"
SWITCHES = ("HX-Request", "HX-Request-Type", "HX-History-Restore-Request")
"""Request headers that decide between fragment and page; caches must tell them apart."""


def is_fragment() -> bool:
    """Tell whether the browser wants only a part of the page.

    Going back in the history and boosted links ask through htmx too, and want all of it.
    """
    if not htmx or htmx.boosted or htmx.history_restore_request:
        return False
    return bool(request.headers.get("HX-Request-Type", "partial") == "partial")


def render(page_template: str, partial_template: str, **context: Any) -> str:  # noqa: ANN401 -- a template's context is of any type
    """Render the partial for htmx and the whole page for everybody else, with one context."""
    return render_template(partial_template if is_fragment() else page_template, **context)


def polled(html: str) -> Response:
    """Answer a poll: 304 without a body when the browser already shows this very HTML."""
    tag = hashlib.sha256(html.encode()).hexdigest()[:16]
    unchanged = request.headers.get(TAG_HEADER) == tag
    response = make_response("", 304) if unchanged else make_response(html)
    response.headers[TAG_HEADER] = tag
    return response


def trigger(response: AnyResponse, name: str, detail: dict[str, Any] | None = None) -> AnyResponse:
    """Let the answer fire a DOM event in the browser, beside those that it fires already."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**events, name: detail or {}})
    return response


def toast(
    response: AnyResponse | str, text: str, undo_url: str | None = None, *, kind: str = "ok"
) -> AnyResponse:
    """Tell the user in a toast what happened; `kind` is `ok` or `error`.

    With `undo_url` the toast offers Undo for ten seconds (where no script is at work, for as long
    as it is shown), which POSTs there. Where the answer leads to another page, or no htmx is at
    work, all of this is kept for the next page instead.
    """
    answer = make_response(response)
    leaves = answer.location or "HX-Redirect" in answer.headers or "HX-Location" in answer.headers
    if leaves or not htmx:
        # Flask keeps any JSON; its signature says str
        held: Any = {"text": text, "undo_url": undo_url} if undo_url else text
        flash(held, kind)
        return answer
    detail = {"text": text, "kind": kind} | ({"undo_url": undo_url} if undo_url else {})
    return trigger(answer, "toast", detail)


def redirect_hx(url: str) -> AnyResponse:
    """Lead the browser to another page: by header for htmx, by status 303 for all others."""
    if not htmx:
        return redirect(url, code=303)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = url
    return response


def init_app(app: Flask) -> None:
    """Mark every HTML answer as depending on htmx's headers, so that no cache mixes them up."""
    app.after_request(_vary)


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(SWITCHES)
    return response
