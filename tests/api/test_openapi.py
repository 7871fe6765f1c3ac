"""The OpenAPI document: valid, complete, and what the routes really do."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from webapp.api import NOUNS
from webapp.api.routing import API_ROOT

_VARIABLE = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found = client.get("/openapi.json").json
    assert found is not None
    return dict(found)


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_it_names_exactly_the_routes_that_there_are(app: Flask, document: dict[str, Any]) -> None:
    documented = {each.rstrip("/") for each in operations(document)}
    routed = {
        f"{method} {_in_braces(rule.rule)}".rstrip("/")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert documented == routed


def _in_braces(rule: str) -> str:
    return _VARIABLE.sub(r"{\1}", rule)


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [each["operationId"] for each in operations(document).values()]
    assert len(ids) == len(set(ids))


def test_every_operation_says_what_can_go_wrong(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        assert {"401", "500"} <= set(operation["responses"]), name
        if "{" in name:
            assert "404" in operation["responses"], name
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= set(operation["responses"]), name


def test_every_body_has_an_example_that_is_accepted(document: dict[str, Any]) -> None:
    described = operations(document)
    bodies = [each for noun in NOUNS for each in noun.api.operations if each.body is not None]
    assert bodies
    for each in bodies:
        assert each.body is not None
        name = f"{each.method.value} {API_ROOT}{_in_braces(each.rule)}"
        example = described[name]["requestBody"]["content"]["application/json"]["example"]
        assert example
        each.body.model_validate_json(json.dumps(example), strict=True)


def test_every_answer_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        good = next(each for status, each in operation["responses"].items() if status < "300")
        content = good["content"].get("application/json")
        if content is not None:
            schema = {**content["schema"], "components": document["components"]}
            errors = [*OAS31Validator(schema).iter_errors(content["example"])]
            assert errors == [], (name, errors)


def test_what_each_method_heeds_is_told(document: dict[str, Any]) -> None:
    heeded = {"GET": "If-None-Match", "PUT": "If-Match", "DELETE": "If-Match"}
    for name, operation in operations(document).items():
        method = name.partition(" ")[0]
        wanted = heeded.get(method, "Idempotency-Key")
        headers = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
        good = next(each for status, each in operation["responses"].items() if status < "300")
        is_public_or_csv = not operation["security"] or "text/csv" in good["content"]
        assert headers == (set() if is_public_or_csv else {wanted}), name
        assert "RateLimit-Remaining" in good["headers"], name


def test_errors_are_problems(document: dict[str, Any]) -> None:
    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_every_path_variable_is_a_parameter(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        inside = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", name)), name


def test_only_the_way_to_a_token_is_public(document: dict[str, Any]) -> None:
    public = [name for name, each in operations(document).items() if not each["security"]]
    assert public == ["POST /api/v1/auth/token"]


def test_the_documentation_page_uses_only_our_own_files(client: FlaskClient) -> None:
    page = client.get("/docs").text
    addresses = re.findall(r'(?:src|href|data-url)="([^"]+)"', page)
    assert "/openapi.json" in addresses
    for address in addresses:
        assert address.startswith("/"), address
        with client.get(address) as response:
            assert response.status_code == 200, address
