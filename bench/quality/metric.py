"""What one measurement of quality says, and how labelled rows are read."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent / "own"
"""The project's own small set, in the same folders and shapes as the large one."""


@dataclass(frozen=True)
class Metric:
    """One figure: its value, from how many rows, and what it is held against."""

    name: str
    value: float
    n: int
    baseline: float | None = None
    aim: float | None = None
    measured_on: str = ""
    note: str = ""


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table with a header, as text."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def mapping(folder: Path) -> dict[str, list[str]]:
    """Return which of our names count as right for each label of a set."""
    right: dict[str, list[str]] = json.loads((folder / "mapping.json").read_text("utf-8"))["right"]
    return right


def vectors(path: Path) -> list[dict[str, Any]]:
    """Return the cases of a JSON file."""
    cases: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return cases
