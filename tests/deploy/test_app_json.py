"""The description of the app for one-click deploys."""

import json
from pathlib import Path
from typing import Any

import pytest

from webapp.config import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app_json() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / "app.json").read_text())
    return content


def test_it_brings_a_database_and_redis(app_json: dict[str, Any]) -> None:
    assert {name.partition(":")[0] for name in app_json["addons"]} == {
        "heroku-postgresql",
        "heroku-redis",
    }


def test_the_secret_key_is_generated(app_json: dict[str, Any]) -> None:
    assert app_json["env"]["SECRET_KEY"]["generator"] == "secret"


def test_every_variable_is_a_setting(app_json: dict[str, Any]) -> None:
    assert {name.lower() for name in app_json["env"]} <= set(Settings.model_fields)


def test_every_process_of_the_procfile_runs(app_json: dict[str, Any]) -> None:
    assert set(app_json["formation"]) == {"web", "worker", "scheduler"}


def test_a_deployment_gets_no_demo(app_json: dict[str, Any]) -> None:
    assert "DEMO" not in app_json["env"]
    assert "seed" not in json.dumps(app_json)
