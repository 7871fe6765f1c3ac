"""Routes of the JSON API: each is declared once and gives route, checks and documentation.

A route names its permission and the schemas of what comes in and goes out. What a handler gets
is already checked; what it raises becomes an `application/problem+json` answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPMethod, HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from pydantic import BaseModel

from webapp.api import conditional, idempotency, limits, paging, reading
from webapp.api.caller import identify
from webapp.errors import NotSignedInError
from webapp.schemas.base import PageQuery, Schema
from webapp.services.access import Actor, Permission
from webapp.tenancy import across_businesses

API_ROOT = "/api/v1"
JSON = "application/json"
CSV = "text/csv"
PERMISSION = "beacon_permission"
"""Attribute of a view: the permission it asks for, or None for a public one."""
HandlerT = TypeVar("HandlerT", bound=Callable[..., Any])


@dataclass(frozen=True)
class Operation:
    """One method of one path: everything that routing and documentation know of it."""

    method: HTTPMethod
    rule: str
    handler: Callable[..., Any]
    group: str
    tag: str
    summary: str
    permission: Permission | None
    body: type[Schema] | None
    is_body_required: bool
    query: type[Schema] | None
    answer: type[BaseModel]
    status: HTTPStatus
    takes: str
    gives: str
    most_bytes: int | None

    @property
    def name(self) -> str:
        """The handler's name, unique within its group."""
        return self.handler.__name__


class Api:
    """The routes of one noun, below `/api/v1`.

    A handler takes, by name, `actor` (unless the permission is None: a public route), `body` and
    `query` where declared, and the variables of its path. It returns its answer model, or the
    model and further headers. Its blueprint is called `api_<name>`. What is no JSON says so: with
    `takes` the handler reads the request itself, of `most_bytes` at most, with `gives` it returns
    a response of that type.

    What is read has an ETag and answers 304 to `If-None-Match`, what is changed heeds `If-Match`,
    and a POST heeds `Idempotency-Key`. Requests are counted against the caller's limit.
    """

    def __init__(self, name: str, *, prefix: str, tag: str) -> None:
        self.blueprint = Blueprint(f"api_{name}", __name__, url_prefix=API_ROOT)
        self.name = name
        self.prefix = prefix
        self.tag = tag
        self.operations: list[Operation] = []
        self.blueprint.after_request(limits.tell)

    def reading_of(self, operation: Operation) -> Operation | None:
        """Return the operation that reads what is at the same address."""
        gets = (each for each in self.operations if each.method is HTTPMethod.GET)
        return next((each for each in gets if each.rule == operation.rule), None)

    def get(self, path: str, **options: Any) -> Callable[[HandlerT], HandlerT]:  # noqa: ANN401 -- see _add
        """Declare a reading route."""
        return self._add(HTTPMethod.GET, path, **options)

    def post(self, path: str, **options: Any) -> Callable[[HandlerT], HandlerT]:  # noqa: ANN401 -- see _add
        """Declare a route that makes or starts something."""
        return self._add(HTTPMethod.POST, path, **options)

    def put(self, path: str, **options: Any) -> Callable[[HandlerT], HandlerT]:  # noqa: ANN401 -- see _add
        """Declare a changing route."""
        return self._add(HTTPMethod.PUT, path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[HandlerT], HandlerT]:  # noqa: ANN401 -- see _add
        """Declare a removing route."""
        return self._add(HTTPMethod.DELETE, path, **options)

    def _add(
        self,
        method: HTTPMethod,
        path: str,
        *,
        permission: Permission | None,
        answer: type[BaseModel],
        summary: str,
        body: type[Schema] | None = None,
        is_body_required: bool = True,
        query: type[Schema] | None = None,
        status: int = HTTPStatus.OK,
        takes: str = JSON,
        gives: str = JSON,
        most_bytes: int | None = None,
    ) -> Callable[[HandlerT], HandlerT]:
        def register(handler: HandlerT) -> HandlerT:
            operation = Operation(
                method=method,
                rule=self.prefix + path,
                handler=handler,
                group=self.name,
                tag=self.tag,
                summary=summary,
                permission=permission,
                body=body,
                is_body_required=is_body_required,
                query=query,
                answer=answer,
                status=HTTPStatus(status),
                takes=takes,
                gives=gives,
                most_bytes=most_bytes,
            )
            self.operations.append(operation)
            view = _view(self, operation)
            for rule in _both_forms(operation.rule):
                self.blueprint.add_url_rule(
                    rule,
                    endpoint=operation.name,
                    view_func=view,
                    methods=[method.value],
                    strict_slashes=False,
                )
            return handler

        return register


def _both_forms(rule: str) -> tuple[str, str]:
    """Return the rule as declared and with the trailing slash the other way: both answer."""
    return (rule, rule.rstrip("/")) if rule.endswith("/") else (rule, f"{rule}/")


def _view(api: Api, operation: Operation) -> Callable[..., Response]:
    def view(**path: Any) -> Response:  # noqa: ANN401 -- converted path variables
        actor = _admitted(operation)
        given: dict[str, Any] = {**path, **({} if actor is None else {"actor": actor})}
        arguments = {**given, **_read(operation)}

        def work() -> Response:
            if operation.permission is not None:
                return _answer(operation, operation.handler(**arguments))
            with across_businesses():  # what a public one needs it finds by a secret
                return _answer(operation, operation.handler(**arguments))

        if operation.gives != JSON:
            return work()
        if operation.method is HTTPMethod.GET:
            return conditional.fresh(work())
        if operation.method is HTTPMethod.POST:
            return idempotency.once(actor, work)
        twin = api.reading_of(operation)
        with conditional.as_expected(_reading(twin, given)):
            answer = work()
        is_the_object = twin is not None and twin.answer is operation.answer
        return conditional.with_tag(answer) if is_the_object else answer

    view.__name__ = operation.name
    setattr(view, PERMISSION, operation.permission)
    return view


def _admitted(operation: Operation) -> Actor | None:
    """Return who may call the operation and has requests left; None for a public one.

    Who cannot be told from others is counted by address, wrong tokens included.
    """
    if operation.permission is None:
        limits.admit(None)
        return None
    try:
        actor = identify()
    except NotSignedInError:
        limits.admit(None)
        raise
    limits.admit(actor)
    actor.require(operation.permission)
    return actor


def _read(operation: Operation) -> dict[str, Any]:
    """Read body and query as the operation wants them."""
    found: dict[str, Any] = {}
    if operation.most_bytes is not None:
        request.max_content_length = operation.most_bytes
    if operation.takes != JSON:
        reading.refuse_other_types(operation.takes)
    elif operation.body is None:
        reading.refuse_body()
    elif operation.is_body_required:
        found["body"] = reading.read_body(operation.body)
    else:
        found["body"] = reading.read_optional_body(operation.body)
    if operation.query is not None:
        found["query"] = query = reading.read_query(operation.query, request.args)
        if isinstance(query, PageQuery):
            paging.read_cursor(query)
    return found


def _reading(twin: Operation | None, given: dict[str, Any]) -> Callable[[], Response] | None:
    """Return what reads the object that an address stands for."""
    if twin is None:
        return None
    query = {} if twin.query is None else {"query": twin.query()}
    return lambda: _answer(twin, twin.handler(**given, **query))


def _answer(
    operation: Operation, result: BaseModel | Response | tuple[BaseModel, dict[str, str]]
) -> Response:
    if isinstance(result, Response):
        return result
    model, headers = result if isinstance(result, tuple) else (result, {})
    return Response(
        model.model_dump_json(), status=operation.status, headers=headers, mimetype=JSON
    )
