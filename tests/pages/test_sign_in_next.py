"""Where signing in may lead to."""

import pytest

from webapp.pages.auth import local_path


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/events?client=1", "/events?client=1"),
        ("/", "/"),
        (None, "/"),
        ("", "/"),
        ("events", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:/evil", "/"),
        ("//[", "/"),
    ],
)
def test_only_paths_of_ours_are_gone_on_to(address: str | None, path: str) -> None:
    assert local_path(address) == path
