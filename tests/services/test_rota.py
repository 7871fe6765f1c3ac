"""Who is told in whose place: through chains, around circles, past accounts that are off."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.services.notification_audience import Recipient
from webapp.services.rota import Leave, rota_at

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
BEN, DORA, EMIL = 1, 2, 3


def people(*off: int, zone: str = "UTC") -> dict[int, Recipient]:
    return {each: Recipient(each, "", each not in off, zone) for each in (BEN, DORA, EMIL)}


def away(who: int, cover: int, first: int = 1, last: int = 5) -> Leave:
    return Leave(who, cover, date(2026, 12, first), date(2026, 12, last))


CASES = [
    ([away(BEN, DORA)], (), {BEN: DORA}),
    ([away(BEN, DORA), away(DORA, EMIL)], (), {BEN: EMIL, DORA: EMIL}),
    ([away(BEN, DORA), away(DORA, BEN)], (), {}),
    ([away(BEN, DORA), away(DORA, EMIL), away(EMIL, BEN)], (), {}),
    ([away(BEN, DORA), away(DORA, EMIL), away(EMIL, DORA)], (), {}),
    ([away(BEN, DORA)], (DORA,), {}),
    ([away(BEN, DORA), away(DORA, EMIL)], (EMIL,), {}),
    ([away(BEN, 99)], (), {}),
    ([away(99, BEN)], (), {}),
    ([away(BEN, DORA, 4, 5)], (), {}),
    ([away(BEN, DORA, 1, 2)], (), {}),
    ([away(BEN, DORA, 3, 3)], (), {BEN: DORA}),
]


@pytest.mark.parametrize(("leaves", "off", "expected"), CASES)
def test_whoever_is_there_is_told(
    leaves: list[Leave], off: tuple[int, ...], expected: dict[int, int]
) -> None:
    assert rota_at(leaves, people(*off), NOON).cover_of == expected


@pytest.mark.parametrize(
    ("zone", "at", "is_away"),
    [
        ("Asia/Tokyo", datetime(2026, 12, 2, 14, 59, tzinfo=UTC), False),
        ("Asia/Tokyo", datetime(2026, 12, 2, 15, 0, tzinfo=UTC), True),
        ("Asia/Tokyo", datetime(2026, 12, 5, 15, 0, tzinfo=UTC), False),
        ("America/New_York", datetime(2026, 12, 3, 4, 59, tzinfo=UTC), False),
        ("America/New_York", datetime(2026, 12, 6, 4, 59, tzinfo=UTC), True),
    ],
)
def test_days_are_those_of_who_is_away(zone: str, at: datetime, *, is_away: bool) -> None:
    found = rota_at([away(BEN, DORA, 3, 5)], people(zone=zone), at)
    assert (BEN in found.away) is is_away


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(1, 4)), max_size=6))
def test_nobody_who_is_away_stands_in(pairs: list[tuple[int, int]]) -> None:
    rota = rota_at([away(*pair) for pair in pairs], people(), NOON)
    assert not rota.cover_of.keys() & {*rota.cover_of.values()}
    assert {*rota.cover_of.values()} <= {BEN, DORA, EMIL} - rota.away.keys()
