"""How much of an address is kept."""

import pytest

from webapp.services.addresses import truncated


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("::1", "::"),
        ("not an address", None),
        ("", None),
        (None, None),
        ("127.1", None),
    ],
)
def test_the_part_that_names_a_person_is_cut(address: str | None, kept: str | None) -> None:
    assert truncated(address) == kept
