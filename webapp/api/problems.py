"""Error answers of the API: `application/problem+json` as in RFC 9457, never HTML or a trace."""

from http import HTTPStatus

from flask import Response
from pydantic import BaseModel, Field

from webapp import logs
from webapp.errors import AppError, NotSignedInError, TooManyRequestsError

PROBLEM_JSON = "application/problem+json"
_CHALLENGE = 'Bearer realm="Beacon API"'


class FieldProblem(BaseModel):
    """One bad field."""

    field: str = Field(description="Dotted name of the field")
    message: str = Field(description="What to do about it")


class Problem(BaseModel):
    """What went wrong and what to do about it."""

    type: str = Field("about:blank", description="Kind of problem; the status says it all")
    title: str = Field(description="The kind of problem in a few words")
    status: int = Field(description="The HTTP status once more")
    detail: str = Field(description="What went wrong this time")
    request_id: str = Field(description="Also in X-Request-ID and in the logs")
    errors: list[FieldProblem] | None = Field(None, description="Each bad field, with status 422")


def answer(error: AppError) -> Response:
    """Turn an error into its answer, with the headers that its status asks for."""
    problem = Problem(
        title=error.title,
        status=error.status,
        detail=error.detail,
        request_id=logs.request_id.get(),
        errors=[FieldProblem(field=e.field, message=e.message) for e in error.errors] or None,
    )
    if error.status == HTTPStatus.UNPROCESSABLE_ENTITY and problem.errors is None:
        problem.errors = []
    response = Response(
        problem.model_dump_json(exclude_none=True), status=error.status, mimetype=PROBLEM_JSON
    )
    if isinstance(error, NotSignedInError):
        response.headers["WWW-Authenticate"] = _CHALLENGE
    if isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
