"""Reads bodies and query strings: what cannot be read is 400 or 415, what is wrong is 422.

A body says what it means: "0.5" is text and true is no number. A query string holds nothing but
text, so there each value is read as its field wants it.
"""

import json
import math
from typing import Any, NoReturn, TypeVar, get_origin

from flask import request
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from webapp.errors import BadRequestError, InvalidInputError, UnsupportedMediaTypeError
from webapp.schemas.base import Schema, invalid_input
from webapp.schemas.untrusted import flaw_in

SchemaT = TypeVar("SchemaT", bound=Schema)


class NoBody(Schema):
    """The body of an address that takes none: absent, or an object without fields."""


def read_body(schema: type[SchemaT]) -> SchemaT:
    """Read this request's JSON body.

    Raises UnsupportedMediaTypeError, BadRequestError when it is no JSON object, and
    InvalidInputError when its values do not fit.
    """
    if not request.is_json:
        raise UnsupportedMediaTypeError("Send the body as application/json.")
    # Written anew, so that pydantic reads exactly what was found to be in order
    text = json.dumps(_parse(request.get_data()))
    try:
        return schema.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise invalid_input(error) from None


def refuse_other_types(wanted: str) -> None:
    """Raise UnsupportedMediaTypeError unless the body has the type that the route reads."""
    if request.mimetype != wanted:
        raise UnsupportedMediaTypeError(f"Send the body as {wanted}.")


def read_optional_body(schema: type[SchemaT]) -> SchemaT:
    """Read this request's body like `read_body`; no body at all is one without fields."""
    return read_body(schema) if request.get_data() else schema()


def refuse_body() -> None:
    """Refuse a body where none is taken, so that no field in it is passed over in silence.

    Raises the errors of `read_body`; nothing at all and an object without fields are fine.
    """
    if request.get_data():
        read_body(NoBody)


def read_query(schema: type[SchemaT], args: MultiDict[str, str]) -> SchemaT:
    """Read a query string; a field that is a list may be given several times."""
    values: dict[str, Any] = {}
    for name in args:
        given = args.getlist(name)
        field = schema.model_fields.get(name)
        values[name] = given if field and _is_list(field.annotation) else given[-1]
    flaw = flaw_in(values)
    if flaw:
        raise InvalidInputError.of("query", f"The query {flaw}.")
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        raise invalid_input(error) from None


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 -- any annotation
    members = getattr(annotation, "__args__", ())
    return get_origin(annotation) is list or any(get_origin(each) is list for each in members)


def _parse(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            data,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_each_once,
        )
    except (ValueError, RecursionError):
        raise BadRequestError("The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise BadRequestError("The body must be a JSON object.")
    flaw = flaw_in(value)
    if flaw:
        raise BadRequestError(f"The body {flaw}.")
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a field twice: which one was meant cannot be told."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequestError("The body names a field twice.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
