"""Dockerfile and compose.yaml: they parse, and agree with the project."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # its types are a package of their own

from webapp.config import Settings

ROOT = Path(__file__).resolve().parents[2]
INSTRUCTIONS = {"FROM", "COPY", "RUN", "ENV", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}
OURS = ("migrate", "web", "worker", "scheduler")


@pytest.fixture
def dockerfile() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their arguments, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


@pytest.fixture
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return found


def arguments(dockerfile: list[tuple[str, str]], instruction: str) -> list[str]:
    return [text for name, text in dockerfile if name == instruction]


def test_every_line_is_an_instruction(dockerfile: list[tuple[str, str]]) -> None:
    assert {name for name, _ in dockerfile} == INSTRUCTIONS


def test_everything_that_is_copied_is_there_and_let_in(dockerfile: list[tuple[str, str]]) -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    copies = [text.split()[:-1] for text in arguments(dockerfile, "COPY") if "--from" not in text]
    for name in (source for sources in copies for source in sources):
        assert (ROOT / name).exists()
        assert f"!{name.removeprefix('./')}" in ignore


def test_the_image_runs_without_root(dockerfile: list[tuple[str, str]]) -> None:
    names = [name for name, _ in dockerfile]
    assert arguments(dockerfile, "USER") == ["beacon"]
    assert names.index("USER") < names.index("CMD")


def test_packages_are_installed_by_hash_in_a_stage_of_their_own(
    dockerfile: list[tuple[str, str]],
) -> None:
    assert len(arguments(dockerfile, "FROM")) == 2
    assert "--require-hashes" in arguments(dockerfile, "RUN")[0]


def test_the_image_tells_its_health(dockerfile: list[tuple[str, str]]) -> None:
    _, _, command = arguments(dockerfile, "HEALTHCHECK")[0].partition("CMD ")
    assert "http://127.0.0.1:8000/healthz" in json.loads(command)[2]


def test_the_image_serves_on_every_interface(dockerfile: list[tuple[str, str]]) -> None:
    assert "0.0.0.0:8000" in json.loads(arguments(dockerfile, "CMD")[0])


def test_compose_runs_what_the_procfile_runs(services: dict[str, Any]) -> None:
    assert set(services) == {*OURS, "postgres", "redis"}
    procfile = (ROOT / "Procfile").read_text()
    for name in ("migrate", "worker", "scheduler"):
        assert " ".join(services[name]["command"]) in procfile


@pytest.mark.parametrize("name", OURS)
def test_a_service_gets_known_settings_and_no_demo(services: dict[str, Any], name: str) -> None:
    variables = {variable.lower() for variable in services[name]["environment"]}
    assert {"secret_key", "database_url", "redis_url"} <= variables <= set(Settings.model_fields)
    assert "demo" not in variables


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_a_service_waits_for_the_migration(services: dict[str, Any], name: str) -> None:
    waits = services[name]["depends_on"]
    assert waits["migrate"]["condition"] == "service_completed_successfully"
    assert waits["redis"]["condition"] == "service_healthy"


def test_secrets_have_no_default(services: dict[str, Any]) -> None:
    assert services["web"]["environment"]["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert services["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")


def test_redis_keeps_its_data_and_evicts_nothing(services: dict[str, Any]) -> None:
    command = " ".join(services["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_nothing_but_the_web_process_is_published(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert list(published) == ["web"]
    assert re.match(r"127\.0\.0\.1:", published["web"][0])
