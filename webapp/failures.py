"""Turns whatever a request raises into an answer: problem+json for the API, a page for people."""

import logging
from http import HTTPStatus

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from webapp.api import problems
from webapp.errors import AppError, ForbiddenError
from webapp.extensions import db
from webapp.pages import errors as pages

log = logging.getLogger(__name__)

_API_PATHS = ("/api/", "/openapi.json", "/hooks/")
_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not answer to this method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Send at most 1 MB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send the body as application/json.",
}


def init_app(app: Flask) -> None:
    """Register the handlers: ours, Werkzeug's, a database that is away, and bugs."""
    app.register_error_handler(AppError, _answer)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    for away in (OperationalError, DisconnectionError, PoolTimeoutError):
        app.register_error_handler(away, _away)
    app.register_error_handler(Exception, _bug)


def _answer(error: AppError) -> Response:
    is_api = request.path.startswith(_API_PATHS)
    return problems.answer(error) if is_api else pages.answer(error)


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return _answer(
        ForbiddenError("The form is too old or came from another site. Reload and send it again.")
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    """Word Werkzeug's errors; redirects and answers that it made itself pass through."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST or error.response is not None:
        return error.get_response()
    status = HTTPStatus(error.code)
    ours = _of(status, _DETAILS.get(status, error.description or status.description))
    response = _answer(ours)
    valid = getattr(error, "valid_methods", None)
    if valid:
        response.headers["Allow"] = ", ".join(sorted(valid))
    return response


def _away(error: Exception) -> ResponseReturnValue:
    log.error("the database did not answer: %s", type(error).__name__, exc_info=error)
    db.session.rollback()
    return _answer(
        _of(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer. Try again in a minute.")
    )


def _bug(error: Exception) -> ResponseReturnValue:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    db.session.rollback()
    return _answer(
        AppError("It was logged under the request id below. Try again, or ask with that id.")
    )


def _of(status: HTTPStatus, detail: str) -> AppError:
    error = AppError(detail)
    error.status = status
    error.title = status.phrase
    return error
