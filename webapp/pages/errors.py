"""Error pages: what happened, what to do, and the request id to ask about."""

from http import HTTPStatus

from flask import Response, g, make_response, render_template

from webapp import logs
from webapp.errors import AppError, NotSignedInError, TooManyRequestsError
from webapp.extensions import login_manager
from webapp.pages.htmx import is_fragment, trigger

_OWN_PAGE = {
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}


def answer(error: AppError) -> Response:
    """Show the error as a page, or to htmx as a toast that leaves the page as it is."""
    if isinstance(error, NotSignedInError):
        return make_response(login_manager.unauthorized())
    g.pop("actor", None)  # no navigation: it would ask a database that may be what failed
    response = make_response("" if is_fragment() else _page(error), error.status)
    if is_fragment():
        trigger(response, "toast", {"text": error.detail, "kind": "error"})
        response.headers["HX-Reswap"] = "none"
    if isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _page(error: AppError) -> str:
    has_own = error.status in _OWN_PAGE
    says_more = type(error) is not AppError  # a page of its own says already what is general
    return render_template(
        f"errors/{error.status.value}.html" if has_own else "errors/error.html",
        status=error.status.value,
        title=error.title,
        detail=error.detail if says_more or not has_own else None,
        request_id=logs.request_id.get(),
    )
