"""The OpenAPI 3.1 document, made from the declared routes and their schemas."""

import re
from collections.abc import Iterable
from http import HTTPMethod
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from webapp.api.openapi_answers import (
    TEXT,
    answer_headers,
    header_parameters,
    problem_responses,
    responses,
    with_example,
)
from webapp.api.problems import Problem
from webapp.api.reading import NoBody
from webapp.api.routing import API_ROOT, JSON, Operation

Json = dict[str, Any]
_SCHEMAS = "#/components/schemas/"
_WITH_CONTENT = (HTTPMethod.POST, HTTPMethod.PUT)
"""The methods whose body means something by HTTP's own rules."""
_VARIABLE = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
_VARIABLE_SCHEMAS: dict[str | None, Json] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
    None: {"type": "string"},
}
_INFO = {
    "title": "Beacon API",
    "version": "1.0.0",
    "description": (
        "Watches clients, classifies what happens to them and tells the right people. "
        "Get a token from `/api/v1/auth/token` and send it as `Authorization: Bearer`. "
        "Times are UTC in ISO 8601; every error is `application/problem+json`. "
        'Values have the type of their field: `"5"` is no number. An address that takes no body '
        "answers 422 to one that has fields.\n\n"
        "A list is read on with `after`: the `next_after` of one answer asks for the next part, "
        "which costs what the first did and neither repeats nor misses what was there before. "
        "What is read has an `ETag`; `If-None-Match` saves reading it again and `If-Match` lets "
        "a change happen only to what was read. A POST with an `Idempotency-Key` can be sent "
        "again for a day without doing its work twice."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
}
_SECURITY_SCHEMES: Json = {
    "bearerToken": {"type": "http", "scheme": "bearer", "description": "A token: `bcn_...`"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "beacon",
        "description": "The browser's session; changing requests need `X-CSRFToken` too",
    },
}


def document(operations: Iterable[Operation]) -> Json:
    """Describe the operations; the answer is ready to be sent as JSON."""
    known = list(operations)
    references, definitions = _schemas(known)
    paths: dict[str, Json] = {}
    for each in known:
        item = paths.setdefault(_path(each), {})
        item[each.method.lower()] = _operation(each, references, definitions)
    for query in {each.query for each in known if each.query}:
        definitions.pop(_name(references[query, "validation"]), None)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in known)],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(definitions.items())),
            "responses": problem_responses(definitions),
            "headers": answer_headers(),
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


References = dict[tuple[type[BaseModel], JsonSchemaMode], Json]


def _schemas(operations: list[Operation]) -> tuple[References, Json]:
    """Return a reference for each model, and the definitions that they point to."""
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {
        (Problem, "serialization"): None,
        (NoBody, "validation"): None,
    }
    for each in operations:
        models[each.answer, "serialization"] = None
        for incoming in (each.body, each.query):
            if incoming is not None:
                models[incoming, "validation"] = None
    made, whole = models_json_schema(list(models), ref_template=_SCHEMAS + "{model}")
    definitions: Json = whole.get("$defs", {})
    return {key: made[key] for key in models}, definitions


def _path(operation: Operation) -> str:
    return API_ROOT + _VARIABLE.sub(r"{\g<name>}", operation.rule)


def _name(reference: Json) -> str:
    return str(reference["$ref"]).removeprefix(_SCHEMAS)


def _operation(operation: Operation, references: References, definitions: Json) -> Json:
    answer = references[operation.answer, "serialization"]
    described: Json = {
        "tags": [operation.tag],
        "operationId": f"{operation.group}_{operation.name}",
        "summary": operation.summary,
        "description": _description(operation),
        "parameters": [*_path_parameters(operation), *header_parameters(operation)],
        "responses": responses(operation, answer, definitions),
        "security": [],
    }
    if operation.permission is not None:
        described["security"] = [{name: []} for name in _SECURITY_SCHEMES]
    if operation.query is not None:
        schema = definitions[_name(references[operation.query, "validation"])]
        described["parameters"] += _query_parameters(schema)
    if operation.takes != JSON:
        described["requestBody"] = {"required": True, "content": {operation.takes: TEXT}}
    elif operation.body is not None or operation.method in _WITH_CONTENT:
        schema = references[operation.body or NoBody, "validation"]
        content = {JSON: with_example(schema, definitions)}
        described["requestBody"] = {"required": _needs_body(operation), "content": content}
    return described


def _needs_body(operation: Operation) -> bool:
    return operation.body is not None and operation.is_body_required


def _description(operation: Operation) -> str:
    text = (operation.handler.__doc__ or "").strip()
    needs = operation.permission.value.replace("_", " ") if operation.permission else ""
    return f"{text}\n\nNeeds the permission to {needs}.".strip() if needs else text


def _path_parameters(operation: Operation) -> list[Json]:
    return [
        {
            "name": found["name"],
            "in": "path",
            "required": True,
            "schema": _VARIABLE_SCHEMAS.get(found["kind"], _VARIABLE_SCHEMAS[None]),
        }
        for found in _VARIABLE.finditer(operation.rule)
    ]


def _query_parameters(schema: Json) -> list[Json]:
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": {k: v for k, v in field.items() if k != "description"},
            **({"description": field["description"]} if "description" in field else {}),
        }
        for name, field in schema.get("properties", {}).items()
    ]
