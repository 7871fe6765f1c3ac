"""Recorded answers of the real services, from the folder that BEACON_CONTRACTS names."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer

_ROOT = os.environ.get("BEACON_CONTRACTS", "")
_REASON = "set BEACON_CONTRACTS to the folder of recorded answers to play them"


def recorded(folder: str, pattern: str) -> list[Any]:
    """Every recorded file of a service as a test's parameter; one empty one without them."""
    files = sorted(Path(_ROOT, folder).glob(pattern)) if _ROOT else []
    return [pytest.param(file, id=file.stem) for file in files] or [pytest.param(None, id="none")]


def present(path: Path | None) -> Path:
    """Return the file; without one skip the test, or fail it where CI demands recordings."""
    if path is None:
        if os.environ.get("BEACON_REQUIRE_CONTRACTS") == "1":
            pytest.fail(_REASON)
        pytest.skip(_REASON)
    return path


def answer_of(path: Path) -> Answer:
    """Return the recorded answer: some files hold the bare body, some wrap it with a status."""
    if path.suffix == ".xml":
        return Answer(path.read_bytes(), content_type="application/xml")
    told = json.loads(path.read_text(encoding="utf-8"))
    if "_source" in told:
        return Answer(told["body"], status=told.get("status", 200))
    return Answer(told)
