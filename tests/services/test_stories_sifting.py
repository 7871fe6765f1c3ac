"""Sifting: what is old or foreign goes, the rest is gathered by happening."""

from datetime import timedelta

import pytest

from tests import factories
from tests.services.test_stories_book import FIRST, NAMES, OTHER, item, tell
from tests.statements import counted
from webapp import clock
from webapp.enums import Provenance, RawOutcome, SimulationReason
from webapp.models import Client, User
from webapp.providers.base import SearchTarget
from webapp.services.raw_rows import RawItem
from webapp.services.sifting import Sifted, sift

pytestmark = pytest.mark.usefixtures("database")

AGAIN = (
    "Halcyon Health secures $65 million in Series C funding round",
    "Series C funding: Halcyon Health raises $65M",
)
MORE = "Halcyon Health raises $80M in Series C funding after second closing"


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


def sifted(of: Client, *items: RawItem, is_first_run: bool = False) -> Sifted:
    target = SearchTarget(client_id=str(of.id), name=NAMES[0])
    return sift(target, items, is_first_run=is_first_run)


def titles(of: Sifted, *items: RawItem) -> list[set[str]]:
    """Return the titles of each candidate's rows."""
    by_id = {each.id: each.title for each in items}
    return [{by_id[raw_id] for raw_id in each.raw_ids} for each in of.candidates]


def test_reports_of_one_happening_are_one_candidate(halcyon: Client) -> None:
    items = [item(title) for title in (FIRST, *AGAIN, OTHER)]
    assert titles(sifted(halcyon, *items), *items) == [{OTHER}, {FIRST, *AGAIN}]


def test_the_order_of_the_rows_makes_no_other_groups(halcyon: Client) -> None:
    items = [item(title) for title in (FIRST, *AGAIN, OTHER)]
    one, other = sifted(halcyon, *items), sifted(halcyon, *reversed(items))
    assert {each.item.id for each in one.candidates} == {each.item.id for each in other.candidates}
    assert sorted(map(len, titles(one, *items))) == sorted(map(len, titles(other, *items)))


def test_the_one_with_a_text_and_the_newest_speaks_for_all(halcyon: Client) -> None:
    now = clock.now()
    items = [
        item(FIRST, published_at=now),
        item(AGAIN[0], snippet="Halcyon Health raised it.", published_at=now - timedelta(hours=2)),
        item(AGAIN[1], snippet="Halcyon Health raised it.", published_at=now - timedelta(hours=1)),
    ]
    (candidate,) = sifted(halcyon, *items).candidates
    assert candidate.item.snippet


def test_one_article_under_two_headlines_is_one_candidate(halcyon: Client) -> None:
    url = "https://news.example.com/one"
    items = [item(FIRST, url=url), item("Halcyon Health, a portrait", url=url)]
    assert len(sifted(halcyon, *items).candidates) == 1


def test_entries_of_one_page_are_candidates_of_their_own(halcyon: Client) -> None:
    page = "https://news.example.com/changelog"
    entries = [item(FIRST, url=f"{page}#v1"), item(OTHER, url=f"{page}#v2")]
    assert len(sifted(halcyon, *entries).candidates) == len(entries)


def test_what_is_invented_is_grouped_apart(halcyon: Client) -> None:
    invented = item(
        AGAIN[0],
        provenance=Provenance.SIMULATED,
        simulation_reason=SimulationReason.FALLBACK,
        url="https://news.example.com/one",
    )
    found = sifted(halcyon, item(FIRST, url="https://news.example.com/one"), invented)
    assert len(found.candidates) == 2


def test_what_repeats_a_known_story_is_not_judged(halcyon: Client) -> None:
    tell(halcyon, FIRST)
    repeats = [item(title) for title in AGAIN]
    found = sifted(halcyon, *repeats)
    assert found.candidates == []
    ids = {raw_id for each in found.repeats for raw_id in each.raw_ids}
    assert ids == {each.id for each in repeats}


def test_a_change_of_a_known_story_is_judged_and_the_rest_is_not(halcyon: Client) -> None:
    tell(halcyon, FIRST)
    change, repeat = item(MORE), item(AGAIN[0])
    found = sifted(halcyon, change, repeat)
    assert [each.raw_ids for each in found.candidates] == [(change.id,)]
    assert [each.raw_ids for each in found.repeats] == [(repeat.id,)]


def test_what_is_old_and_what_is_foreign_says_why(halcyon: Client) -> None:
    old = item(FIRST, published_at=clock.now() - timedelta(days=31))
    foreign = item("Meridian Energy opens a plant")
    found = sifted(halcyon, old, foreign)
    said = {each.raw_id: (each.outcome, bool(each.reason)) for each in found.rejections}
    assert said == {
        old.id: (RawOutcome.OLD, True),
        foreign.id: (RawOutcome.WRONG_COMPANY, True),
    }
    assert found.matches[foreign.id].score < 0.5


@pytest.mark.parametrize(("days", "kept"), [(6, 1), (8, 0)])
def test_the_first_run_looks_back_a_week(halcyon: Client, days: int, kept: int) -> None:
    aged = item(FIRST, published_at=clock.now() - timedelta(days=days))
    assert len(sifted(halcyon, aged, is_first_run=True).candidates) == kept


def test_where_nothing_is_left_the_stories_are_not_read(halcyon: Client) -> None:
    foreign = item("Meridian Energy opens a plant")
    with counted() as statements:
        sifted(halcyon, foreign)
    assert statements == []
