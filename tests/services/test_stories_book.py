"""A client's stories: which one a report belongs to, and how they are kept."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests import factories
from tests.statements import counted
from webapp import clock
from webapp.enums import Provenance, SimulationReason, SourceName
from webapp.extensions import db
from webapp.models import Client, Event, Story, User
from webapp.services.canonical import canonical_url, content_hash
from webapp.services.gists import REAL, Gist, gist_of
from webapp.services.raw_rows import RawItem
from webapp.services.stories import StoryBook
from webapp.services.transactions import atomic

pytestmark = pytest.mark.usefixtures("database")

NAMES = ("Halcyon Health",)
FIRST = "Halcyon Health raises $65M in Series C funding"
AGAIN = "Halcyon Health secures $65 million in Series C funding round"
OTHER = "Halcyon Health names Ida Berg chief financial officer"


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


def item(title: str, **values: Any) -> RawItem:
    url = f"https://news.example.com/{'-'.join(title.split())}"
    defaults: dict[str, Any] = {
        "id": uuid.uuid4(),
        "source": SourceName.SERPER,
        "title": title,
        "snippet": "",
        "url": url,
        "canonical_url": canonical_url(values.get("url", url)),
        "content_hash": content_hash(title, ""),
        "publisher": None,
        "published_at": clock.now(),
        "provenance": Provenance.LIVE,
        "simulation_reason": None,
        "category_hint": None,
    }
    return RawItem(**{**defaults, **values})


def gist(title: str, **values: Any) -> Gist:
    return gist_of(item(title, **values), NAMES)


def tell(client: Client, title: str, **values: Any) -> Event:
    """Store an event with a story of its own, as the pipeline does."""
    book = StoryBook(client.id)
    event_id = uuid.uuid4()
    with atomic():
        story_id = book.begin(event_id=event_id, title=title, gist=gist(title))
        book.store(business_id=client.business_id)
        return factories.event(
            client,
            id=event_id,
            story_id=story_id,
            title=title,
            content_hash=content_hash(title, ""),
            url=item(title).url,
            **values,
        )


def found(client: Client, report: Gist) -> uuid.UUID | None:
    """Return the event that a report is added to."""
    book = StoryBook(client.id)
    book.read([report], NAMES)
    story = book.find(report)
    return story.event_id if story else None


@pytest.mark.parametrize(
    "report",
    [
        {"title": FIRST},
        {"title": AGAIN},
        {"title": "Money", "url": "https://www.news.example.com/" + "-".join(FIRST.split())},
    ],
    ids=["by its words", "by what it tells", "by its address"],
)
def test_a_report_finds_its_story(halcyon: Client, report: dict[str, str]) -> None:
    event = tell(halcyon, FIRST)
    assert found(halcyon, gist(**report)) == event.id


def test_another_happening_finds_none(halcyon: Client) -> None:
    tell(halcyon, FIRST)
    assert found(halcyon, gist(OTHER)) is None


def test_two_items_that_lead_to_a_front_page_are_not_one_article(halcyon: Client) -> None:
    tell(halcyon, FIRST)
    factories.event(halcyon, title=OTHER, url="https://news.example.com/")
    assert found(halcyon, gist("Halcyon wins", url="https://news.example.com/?")) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, SimulationReason.FORCED),
        (SimulationReason.FORCED, None),
        (SimulationReason.FALLBACK, SimulationReason.UNCONFIGURED),
    ],
)
def test_origins_share_no_story(
    halcyon: Client, one: SimulationReason | None, other: SimulationReason | None
) -> None:
    def origin(reason: SimulationReason | None) -> dict[str, Any]:
        provenance = Provenance.SIMULATED if reason else Provenance.LIVE
        return {"provenance": provenance, "simulation_reason": reason}

    tell(halcyon, FIRST, **origin(one))
    assert found(halcyon, gist(AGAIN, **origin(other))) is None
    assert found(halcyon, gist(AGAIN, **origin(one))) is not None


def test_what_was_live_and_what_is_cached_share_one(halcyon: Client) -> None:
    event = tell(halcyon, FIRST)
    cached = gist(AGAIN, provenance=Provenance.CACHED)
    assert (cached.origin, found(halcyon, cached)) == (REAL, event.id)


def test_another_clients_story_is_not_found(halcyon: Client, cleo: User) -> None:
    tell(halcyon, FIRST)
    foreign = factories.client(cleo.business)
    assert found(foreign, gist(FIRST)) is None


def test_further_reports_go_to_the_newest_event_of_the_story(halcyon: Client) -> None:
    first = tell(halcyon, FIRST)
    newer = factories.event(halcyon, story_id=first.story_id, title="Later")
    assert found(halcyon, gist(AGAIN)) == newer.id


@pytest.mark.parametrize("facts", [{}, {"profile": "x"}, {"profile": {}, "facts": []}, {"a": 1}])
def test_a_story_that_keeps_nothing_is_known_by_its_event(
    halcyon: Client, facts: dict[str, Any]
) -> None:
    event = tell(halcyon, FIRST)
    with atomic() as session:
        session.query(Story).update({"facts": facts})
    assert found(halcyon, gist(AGAIN)) == event.id


def test_a_repeat_keeps_the_story_alive_and_its_facts(halcyon: Client) -> None:
    tell(halcyon, FIRST)
    later = clock.now() + timedelta(days=5)
    clock.set_clock(later)
    book, report = StoryBook(halcyon.id), gist("Halcyon Health: Series C funding of $65M led by X")
    with atomic():
        book.read([report], NAMES)
        story = book.find(report)
        assert story is not None
        book.repeat(story, report)
        book.store(business_id=halcyon.business_id)
    row = db.session.query(Story).populate_existing().one()
    assert row.last_seen_at >= later
    assert set(report.urls) <= set(row.facts["urls"])


def test_many_stories_cost_no_more_queries_than_one(halcyon: Client) -> None:
    costs = []
    for more in (1, 6):
        for number in range(more):
            tell(halcyon, f"Halcyon Health topic {more} {number} of its own")
        with counted() as statements:
            StoryBook(halcyon.id).read([gist(FIRST)], NAMES)
        costs.append(len([each for each in statements if not each.startswith("BEGIN")]))
    assert costs == [1, 1]


def test_whoever_comes_second_waits_and_sees_what_the_first_told(
    database: Flask, halcyon: Client
) -> None:
    first_has_read, second_has_read = threading.Event(), threading.Event()
    client_id, business_id = halcyon.id, halcyon.business_id
    seen: list[bool] = []

    def second() -> None:
        with database.app_context():
            first_has_read.wait(20)
            book = StoryBook(client_id)
            with atomic():
                book.lock()
                book.read([gist(AGAIN)], NAMES)
                second_has_read.set()
                seen.append(book.find(gist(AGAIN)) is not None)
            db.session.remove()

    thread = threading.Thread(target=second)
    thread.start()
    with atomic():
        book = StoryBook(client_id)
        book.lock()
        book.read([gist(FIRST)], NAMES)
        first_has_read.set()
        second_has_read.wait(0.5)  # which it must not have, while this transaction is open
        event_id = uuid.uuid4()
        story_id = book.begin(event_id=event_id, title=FIRST, gist=gist(FIRST))
        book.store(business_id=business_id)
        factories.event(db.session.get_one(Client, client_id), id=event_id, story_id=story_id)
    thread.join(20)
    assert seen == [True]
