"""Fixtures of the launcher's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.launcher.project import Launch, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A folder with tiny programs in place of Beacon's."""
    return Project(tmp_path / "clone")


@pytest.fixture
def launch() -> Iterator[Callable[..., Launch]]:
    """Start a project; whatever still runs afterwards is ended."""
    launches: list[Launch] = []

    def start(project: Project, **environment: str) -> Launch:
        launches.append(project.start(**environment))
        return launches[-1]

    yield start
    for each in launches:
        each.abandon()
