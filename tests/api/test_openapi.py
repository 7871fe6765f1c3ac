"""The OpenAPI document: valid, complete, and what the routes really do."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

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
