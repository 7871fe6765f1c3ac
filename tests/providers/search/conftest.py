"""The one HTTP client that the tests of the search providers share."""

import pytest

from webapp.providers.http import HttpClient


@pytest.fixture(scope="session")
def http() -> HttpClient:
    return HttpClient(timeout_seconds=5)
