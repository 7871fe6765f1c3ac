"""Where an event was reported, and the story that it belongs to, as its page tells them."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import Provenance, RawOutcome, SourceName
from webapp.models import Event, EventRawData, RawDataSighting, Story, User

As = Callable[[User], FlaskClient]


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(factories.client(ben.business, owner=ben))


def report(of: Event, title: str, **values: Any) -> EventRawData:
    defaults: dict[str, Any] = {
        "source_api": SourceName.SERPER,
        "raw_content": "{}",
        "content_hash": uuid.uuid4().hex,
        "canonical_url": f"https://news.example.com/{uuid.uuid4().hex}",
        "url": f"https://news.example.com/{uuid.uuid4().hex}",
        "title": title,
        "publisher": "Trade Weekly",
        "fetched_at": clock.now(),
        "provenance": Provenance.LIVE,
        "processed_into_event_id": of.id,
        "outcome": RawOutcome.DUPLICATE,
    }
    owner = {"business_id": of.business_id, "client_id": of.client_id}
    return factories.save(EventRawData(**owner, **{**defaults, **values}))


def sighting(of: EventRawData) -> None:
    factories.save(
        RawDataSighting(
            business_id=of.business_id,
            raw_data_id=of.id,
            source_api=SourceName.RSS,
            url="https://feed.example.com/1",
            publisher="Morning Ledger",
            raw_content="{}",
        )
    )


def continued(event: Event, title: str, note: str | None, **values: Any) -> Event:
    """Return a further event of the event's story."""
    return factories.event(
        event.client, title=title, story_id=event.story_id, change_note=note, **values
    )


@pytest.fixture
def story_event(ben: User) -> Event:
    client = factories.client(ben.business, owner=ben)
    owner = {"business_id": client.business_id, "client_id": client.id}
    story = factories.save(Story(**owner, title="Series C", last_seen_at=clock.now()))
    earlier = clock.now() - timedelta(days=2)
    return factories.event(client, title="Raises $65M", story_id=story.id, created_at=earlier)


def test_every_report_is_listed_with_publisher_source_and_reasons(
    browse_as: As, ben: User, event: Event
) -> None:
    own = report(
        event,
        event.title,
        content_hash=event.content_hash,
        outcome=RawOutcome.CREATED,
        match_score=0.9,
        match_reasons=["names the domain", "named in the headline"],
    )
    report(event, "Finance chief leaves Halcyon Health")
    sighting(own)
    text = browse_as(ben).get(f"/events/{event.id}").text
    for part in (
        "Finance chief leaves Halcyon Health",
        "Trade Weekly · via Serper",
        "Morning Ledger · via RSS",
        "The same text as source 1",
        "Reports the same",
        "names the domain; named in the headline",
    ):
        assert part in text


def test_what_the_event_was_made_from_comes_first(browse_as: As, ben: User, event: Event) -> None:
    report(event, "Another one")
    report(event, event.title, content_hash=event.content_hash, outcome=RawOutcome.CREATED)
    text = browse_as(ben).get(f"/events/{event.id}").text
    sources = text[text.index('aria-label="Sources"') :]
    assert sources.index(event.title) < sources.index("Another one")


def test_many_sources_wait_behind_a_click(browse_as: As, ben: User, event: Event) -> None:
    for number in range(8):
        report(event, f"Report number {number}")
    text = browse_as(ben).get(f"/events/{event.id}").text
    assert "3 more sources" in text
    assert "Report number 7" in text


def test_the_list_counts_sources_and_marks_updates(
    browse_as: As, ben: User, story_event: Event
) -> None:
    update = continued(story_event, "Raises $80M", "The amount is now $80M, it was $65M.")
    for number in range(3):
        sighting(report(update, f"Report {number}"))
    text = browse_as(ben).get("/events").text
    assert "6 sources" in text
    assert "Update: The amount is now $80M, it was $65M." in text
    assert "1 source" not in text


def test_a_longer_list_with_sources_costs_no_more_queries(
    browse_as: As, ben: User, event: Event
) -> None:
    browser, costs = browse_as(ben), []
    browser.get("/events")
    for more in (1, 6):
        for _ in range(more):
            report(factories.event(event.client), "Another")
        with counted() as statements:
            browser.get("/events")
        costs.append(selects(statements))
    assert costs[0] == costs[1]


def test_the_story_so_far_leads_from_event_to_event(
    browse_as: As, ben: User, story_event: Event
) -> None:
    update = continued(story_event, "Raises $80M", "The amount is now $80M, it was $65M.")
    text = browse_as(ben).get(f"/events/{update.id}").text
    assert "Update of a known story: The amount is now $80M, it was $65M." in text
    assert "The story so far" in text
    assert f'href="/events/{story_event.id}' in text
    back = browse_as(ben).get(f"/events/{story_event.id}").text
    assert f'href="/events/{update.id}' in back
    assert "Update of a known story" not in back


def test_an_event_alone_in_its_story_shows_no_time_line(
    browse_as: As, ben: User, story_event: Event
) -> None:
    continued(story_event, "Hidden", "Hidden.", hidden_at=clock.now())
    assert "The story so far" not in browse_as(ben).get(f"/events/{story_event.id}").text


def test_words_of_the_world_are_escaped(browse_as: As, ben: User, story_event: Event) -> None:
    update = continued(story_event, "<i>Raises</i>", "It is now <b>$80M</b>.")
    report(update, "<script>x</script>", match_reasons=["<u>names</u>"])
    text = browse_as(ben).get(f"/events/{update.id}").text
    for part in ("<b>$80M", "<script>x", "<u>names", "<i>Raises"):
        assert part not in text
