"""Recorded answers of the real services, replayed from the folder in BEACON_CONTRACTS."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer

_KEPT_HEADERS = ("retry-after", "retry-after-ms", "www-authenticate", "sforce-limit-info")


@dataclass(frozen=True)
class Exchange:
    """One recorded answer and the address that was asked for it."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def answer(self) -> Answer:
        """The answer as the local server sends it."""
        return Answer(self.body, status=self.status, headers=self.headers)


def recordings(folder: str, pattern: str = "*.json") -> list[Any]:
    """The files of a folder as parameters of a test; one that stands for none without them."""
    root = os.environ.get("BEACON_CONTRACTS", "")
    files = sorted(Path(root, folder).rglob(pattern)) if root else []
    if not files:
        return [pytest.param(None, id="none")]
    return [pytest.param(path, id=path.stem) for path in files]


def exchanges(path: Path | None) -> list[Exchange]:
    """The answers in a file; skips the test without the file, or fails it where CI demands it."""
    if path is None:
        reason = "set BEACON_CONTRACTS to the folder of recorded answers"
        if os.environ.get("BEACON_REQUIRE_CONTRACTS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return list(_read(json.loads(path.read_text())))


def _read(recorded: Any) -> Iterator[Exchange]:
    if isinstance(recorded, dict) and isinstance(recorded.get("exchanges"), list):
        recorded = recorded["exchanges"]
    entries = recorded if isinstance(recorded, list) else [recorded]
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get("response"), dict):
            request = entry.get("request")
            url = request.get("url", "") if isinstance(request, dict) else ""
            yield _exchange(entry["response"], str(url))
        elif isinstance(entry, dict) and "status" in entry:
            yield _exchange(entry, str(entry.get("request", "")))
        elif isinstance(entry, dict) and "_provenance" in entry:
            yield Exchange(200, entry["body"])
        elif entry is not None:
            yield Exchange(200, recorded if isinstance(recorded, list) else entry)


def _exchange(entry: dict[str, Any], url: str) -> Exchange:
    body = entry.get("body", {"error": {"message": entry.get("message", "")}})
    headers = {name.lower(): str(value) for name, value in (entry.get("headers") or {}).items()}
    kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
    return Exchange(int(entry["status"]), body, kept, url)
