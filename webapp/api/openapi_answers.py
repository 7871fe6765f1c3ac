"""What the OpenAPI document says of answers: good ones, problems, and the headers around both."""

from http import HTTPMethod, HTTPStatus
from typing import Any

from webapp.api import limits
from webapp.api.examples import example_of
from webapp.api.idempotency import KEY, KEY_PATTERN, REPLAYED
from webapp.api.problems import PROBLEM_JSON
from webapp.api.routing import JSON, Operation

Json = dict[str, Any]
TEXT: Json = {"schema": {"type": "string"}}
_HEADERS = "#/components/headers/"
_RESPONSES = "#/components/responses/"
_PROBLEM: Json = {"$ref": "#/components/schemas/Problem"}
_STRING: Json = {"type": "string"}
_INTEGER: Json = {"type": "integer", "minimum": 0}
_LIMITED = (*limits.HEADERS,)
_UNREADABLE = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
_ALWAYS = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
_SOMETIMES = {
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
}
_CHANGES = (HTTPMethod.PUT, HTTPMethod.DELETE)


def header_parameters(operation: Operation) -> list[Json]:
    """Return the headers that an operation heeds, the token aside."""
    if operation.gives != JSON:
        return []
    if operation.method is HTTPMethod.GET:
        return [_parameter("If-None-Match", "The ETag of what you have; 304 if it is the same")]
    if operation.method in _CHANGES:
        return [_parameter("If-Match", "The ETag of what you read; 412 if it was changed since")]
    if operation.permission is None:
        return []
    what = "Any text of your own, such as a UUID: with it the request can be sent again for a day"
    schema = {**_STRING, "pattern": KEY_PATTERN}
    return [{**_parameter(KEY, what), "schema": schema}]


def responses(operation: Operation, schema: Json, definitions: Json) -> Json:
    """Return every answer of an operation by its status."""
    content = with_example(schema, definitions) if operation.gives == JSON else TEXT
    good: Json = {
        "description": operation.status.phrase,
        "headers": _references(_headers_of(operation)),
        "content": {operation.gives: content},
    }
    found = {str(operation.status.value): good}
    if operation.gives == JSON and operation.method is HTTPMethod.GET:
        same = {"description": "What you have is what there is", "headers": _references(["ETag"])}
        found[str(HTTPStatus.NOT_MODIFIED.value)] = same
    for each in _problems(operation):
        found[str(each.value)] = {"$ref": f"{_RESPONSES}{each.name}"}
    return found


def problem_responses(definitions: Json) -> Json:
    """Return the answers that operations refer to, one a status."""
    return {
        status.name: {
            "description": status.phrase,
            "headers": _references(_problem_headers(status)),
            "content": {
                PROBLEM_JSON: {"schema": _PROBLEM, "example": _example(status, definitions)}
            },
        }
        for status in sorted(_UNREADABLE | _ALWAYS | _SOMETIMES)
    }


def answer_headers() -> Json:
    """Return the headers that answers refer to."""
    texts = {
        "ETag": "Changes when the answer does",
        "Location": "Address of what was made",
        "WWW-Authenticate": "How to sign in",
        "X-Request-ID": "Yours, else a new one; also in the logs",
        REPLAYED: "`true` on the answer to a repeated request",
    }
    numbers = {"Retry-After": "Seconds to wait", **limits.HEADERS}
    return {
        **{name: {"description": what, "schema": _STRING} for name, what in texts.items()},
        **{name: {"description": what, "schema": _INTEGER} for name, what in numbers.items()},
    }


def with_example(schema: Json, definitions: Json) -> Json:
    """Return a media type: its schema, and an example of it."""
    return {"schema": schema, "example": example_of(schema, definitions)}


def _headers_of(operation: Operation) -> list[str]:
    names = ["X-Request-ID", *_LIMITED]
    if operation.status is HTTPStatus.CREATED:
        names.append("Location")
    if operation.gives == JSON and operation.method is HTTPMethod.GET:
        names.append("ETag")
    if operation.method is HTTPMethod.POST and operation.permission is not None:
        names.append(REPLAYED)
    return names


def _problem_headers(status: HTTPStatus) -> list[str]:
    names = ["X-Request-ID"]
    if status is HTTPStatus.UNAUTHORIZED:
        names.append("WWW-Authenticate")
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        names.append("Retry-After")
    return names


def _references(names: list[str]) -> Json:
    return {name: {"$ref": f"{_HEADERS}{name}"} for name in names}


def _problems(operation: Operation) -> list[HTTPStatus]:
    """Return the errors that callers of this operation should be ready for."""
    # Also where no body is taken: one that comes nonetheless is read, and refused
    expected = _UNREADABLE | _ALWAYS
    if operation.permission is not None:
        expected |= {HTTPStatus.FORBIDDEN}
    if "<" in operation.rule:  # another kind of id at this place may answer to other methods
        expected |= {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
    if "me" in operation.rule.split("/"):  # what one may or may not have
        expected |= {HTTPStatus.NOT_FOUND}
    if operation.query is not None and "client_id" in operation.query.model_fields:
        expected |= {HTTPStatus.NOT_FOUND}
    if operation.method is not HTTPMethod.GET:
        expected |= {HTTPStatus.CONFLICT}
    if operation.method in _CHANGES:
        expected |= {HTTPStatus.PRECONDITION_FAILED}
    return sorted(expected)


def _parameter(name: str, what: str) -> Json:
    return {"name": name, "in": "header", "required": False, "schema": _STRING, "description": what}


def _example(status: HTTPStatus, definitions: Json) -> Json:
    example: Json = example_of(_PROBLEM, definitions)
    example.update(title=status.phrase, status=status.value)
    if status is not HTTPStatus.UNPROCESSABLE_ENTITY:
        example.pop("errors", None)
    return example
