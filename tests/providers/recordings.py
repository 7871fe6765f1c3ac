"""Recorded answers of the real services, replayed from the folder in BEACON_CONTRACTS."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

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
    content_type: str | None = None

    def answer(self) -> Answer:
        """The answer as the local server sends it."""
        return Answer(
            self.body, status=self.status, headers=self.headers, content_type=self.content_type
        )


def recordings(folder: str, pattern: str = "*.json") -> list[Any]:
    """The files of a folder as parameters of a test; one that stands for none without them."""
    root = os.environ.get("BEACON_CONTRACTS", "")
    files = sorted(Path(root, folder).rglob(pattern)) if root else []
    if not files:
        return [pytest.param(None, id="none")]
    return [pytest.param(path, id=path.stem) for path in files]


def present(path: Path | None) -> Path:
    """The file; skips the test without it, or fails it where CI demands it."""
    return _missing() if path is None else path


def recorded_folder() -> Path:
    """The folder of all recordings; without one as `present` does."""
    root = os.environ.get("BEACON_CONTRACTS")
    return Path(root) if root else _missing()


def _missing() -> NoReturn:
    reason = "set BEACON_CONTRACTS to the folder of recorded answers"
    if os.environ.get("BEACON_REQUIRE_CONTRACTS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def exchanges(path: Path | None) -> list[Exchange]:
    """The answers in a file, whichever way it holds them; without one as `present` does."""
    found = present(path)
    if found.suffix == ".xml":
        return [Exchange(200, found.read_bytes(), content_type="application/xml")]
    return list(_read(json.loads(found.read_text(encoding="utf-8"))))


def _read(recorded: Any) -> Iterator[Exchange]:
    held = recorded.get("exchanges") if isinstance(recorded, dict) else None
    if isinstance(held, list) and all(isinstance(entry, dict) for entry in held):
        recorded = held
    entries = recorded if isinstance(recorded, list) else [recorded]
    for entry in entries:
        if isinstance(entry, dict):
            yield from _unwrapped(entry, recorded)
        elif entry is not None:
            yield Exchange(200, recorded if isinstance(recorded, list) else entry)


def _unwrapped(entry: dict[str, Any], recorded: Any) -> Iterator[Exchange]:
    if isinstance(entry.get("response"), dict):
        request = entry.get("request")
        url = request.get("url", "") if isinstance(request, dict) else ""
        yield _exchange(entry["response"], str(url))
    elif isinstance(entry.get("status"), int):
        yield _exchange(entry, str(entry.get("request", "")))
    elif "body_text" in entry:
        for status in entry.get("status_seen", [200]):
            yield Exchange(status, entry["body_text"], content_type="text/plain")
    elif "body" in entry and ("_provenance" in entry or "_source" in entry):
        yield Exchange(200, entry["body"])
    else:
        yield Exchange(200, recorded if isinstance(recorded, list) else entry)


def _exchange(entry: dict[str, Any], url: str) -> Exchange:
    body = entry.get("body", {"error": {"message": entry.get("message", "")}})
    headers = {name.lower(): str(value) for name, value in (entry.get("headers") or {}).items()}
    kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
    return Exchange(int(entry["status"]), body, kept, url)
