"""Each provider reads every sample answer of its service over real HTTP."""

from pathlib import Path

import pytest

from tests.doubles.local_server import serve
from tests.providers.search.cases import MAKERS, read_sample, sample_paths, target
from tests.providers.search.checks import check_search
from webapp.providers.http import HttpClient


@pytest.mark.parametrize("path", sample_paths())
def test_sample_is_read_as_its_file_expects(
    path: Path, http: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    sample = read_sample(path)
    with serve(lambda _: sample.answer) as server:
        provider = MAKERS[sample.provider](http, server.url)
        check_search(provider, target(server.url), sample.expected, caplog)
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", MAKERS)
def test_every_provider_has_samples_of_each_kind(name: str) -> None:
    kinds = {path.values[0].stem for path in sample_paths() if path.id.startswith(f"{name}-")}
    assert kinds >= {"empty", "auth_error", "rate_limit", "server_error", "html", "broken"}
