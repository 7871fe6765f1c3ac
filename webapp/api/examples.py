"""Examples for the API's documentation, made from the schemas and so never out of date."""

from typing import Any

Json = dict[str, Any]
_DEFINITIONS = "#/components/schemas/"
_CHOICE = {"anyOf", "oneOf", "default"}
_DEPTH = 6
_FORMATS = {
    "uuid": "0193a5e0-7b1c-7c3a-9f52-3d2b8c9a4e10",
    "date-time": "2026-11-22T09:00:00Z",
    "date": "2026-11-22",
    "time": "09:00:00",
}
_TEXTS = {
    "access_token": "bcn_Yk3v...",
    "categories": "risk",
    "client_name": "Halcyon Health",
    "currency": "USD",
    "description": "Monitor all clients every morning",
    "detail": "Check these values: name.",
    "domain": "halcyon-health.com",
    "email": "dana@example.com",
    "field": "name",
    "industry": "Health care",
    "label": "Serper",
    "message": "Done",
    "name": "Halcyon Health",
    "password": "seven green bicycles",
    "prefix": "bcn_Yk3vQ1aT",
    "publisher": "news.example.com",
    "recipient_email": "dana@example.com",
    "request_id": "5f2c8a40c5b94d0f",
    "schedule_name": "Daily Morning Monitoring",
    "subject": "Halcyon Health: a new chief financial officer",
    "summary": "The chief financial officer leaves in January.",
    "timezone": "Europe/Berlin",
    "title": "Halcyon Health names a new chief financial officer",
    "token": "bcn_Yk3v...",
    "type": "about:blank",
    "digest_time": "09:00:00",
    "quiet_hours_end": "07:00:00",
    "quiet_hours_start": "20:00:00",
    "url": "https://news.example.com/halcyon",
    "user_name": "Dana Fields",
}


def example_of(schema: Json, definitions: Json, *, name: str = "", depth: int = _DEPTH) -> Any:  # noqa: ANN401 -- any JSON
    """Return a value that the schema admits: its own examples first, else one of its kind."""
    found = _resolved(schema, definitions)
    for word in ("const", "default"):
        if found.get(word) is not None:
            return found[word]
    for word in ("examples", "enum"):
        if found.get(word):
            return found[word][0]
    kind = found.get("type")
    if kind == "object" or "properties" in found:
        return _object(found, definitions, depth)
    if kind == "array":
        return _array(found, definitions, name, depth)
    if kind in {"integer", "number"}:
        return _number(found)
    return (
        {"boolean": True, "null": None}[kind] if kind in {"boolean", "null"} else _text(found, name)
    )


def _resolved(schema: Json, definitions: Json) -> Json:
    """Follow references, and take the first of several kinds that is not null."""
    while True:
        if "$ref" in schema:
            target = definitions[schema["$ref"].removeprefix(_DEFINITIONS)]
            schema = {**target, **{key: each for key, each in schema.items() if key != "$ref"}}
        elif (kinds := schema.get("anyOf") or schema.get("oneOf")) and "examples" not in schema:
            first = next(each for each in kinds if each.get("type") != "null")
            schema = {**first, **{key: each for key, each in schema.items() if key not in _CHOICE}}
        else:
            return schema


def _object(schema: Json, definitions: Json, depth: int) -> Json:
    if depth == 0:
        return {}
    return {
        name: example_of(each, definitions, name=name, depth=depth - 1)
        for name, each in schema.get("properties", {}).items()
    }


def _array(schema: Json, definitions: Json, name: str, depth: int) -> list[Any]:
    items = schema.get("items")
    if depth == 0 or not items:
        return []
    return [example_of(items, definitions, name=name, depth=depth - 1)]


def _number(schema: Json) -> float:
    least, most = schema.get("minimum"), schema.get("maximum")
    if schema["type"] == "number":
        return most if most is not None and most <= 1 else 0.85
    return max(1, least or 0) if most is None else min(max(1, least or 0), most)


def _text(schema: Json, name: str) -> str:
    if "format" in schema:
        return _FORMATS.get(schema["format"], "text")
    text = _TEXTS.get(name, name.replace("_", " ") or "text")
    return text[: schema.get("maxLength", len(text))]
