"""The events pages with and without htmx."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import AIName, Provenance, SimulationReason, SourceName, Urgency
from webapp.extensions import db
from webapp.models import Event, EventFeedback, EventRawData, EventUserState, Insight, User
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService
from webapp.services.transactions import atomic

As = Callable[[User], FlaskClient]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(factories.client(ben.business, owner=ben, arr=240_000))


def state(event: Event, user: User) -> EventUserState | None:
    db.session.rollback()
    return db.session.get(EventUserState, (event.id, user.id))


def with_insight(event: Event, **values: Any) -> None:
    factories.save(
        Insight(
            business_id=event.business_id,
            event_id=event.id,
            why_it_matters="The sponsor of the renewal leaves.",
            recommended_actions=["Call Henrik", "Send the summary"],
            urgency=Urgency.HIGH,
            provider=AIName.OPENAI,
            model="a-model",
            prompt_version="1",
            **values,
        )
    )


def with_source(event: Event, **values: str) -> EventRawData:
    return factories.save(
        EventRawData(
            business_id=event.business_id,
            client_id=event.client_id,
            source_api=SourceName.SERPER,
            raw_content='{"title": "as <b>it</b> came"}',
            content_hash=event.content_hash,
            canonical_url=event.url,
            url=event.url,
            title=event.title,
            fetched_at=clock.now(),
            provenance=Provenance.LIVE,
            processed_into_event_id=event.id,
            **values,
        )
    )


def test_the_list_shows_events_and_the_first_beside_it(
    browse_as: As, ben: User, event: Event
) -> None:
    answer = browse_as(ben).get("/events")
    assert answer.status_code == 200
    assert answer.text.count(event.title) >= 2
    assert "1 unread" in answer.text
    assert 'id="event-title"' in answer.text


def test_the_selected_event_is_shown_beside_the_list(
    browse_as: As, ben: User, event: Event
) -> None:
    newer = factories.event(event.client, title="A newer one")
    first = browse_as(ben).get("/events").text
    chosen = browse_as(ben).get(f"/events?sel={event.id}").text
    assert f'class="detail-title">{newer.title}' in first
    assert f'class="detail-title">{event.title}' in chosen


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "All clear"),
        ("?status=done", "Nothing here"),
        ("?group=risk", "No event matches"),
        ("?q=unheard", "Clear filters"),
    ],
)
def test_an_empty_list_says_why(browse_as: As, ben: User, query: str, text: str) -> None:
    assert text in browse_as(ben).get(f"/events{query}").text


@pytest.mark.parametrize("query", ["?group=&q=&sel=nonsense", "?utm_source=mail", "?filters=1"])
def test_emptied_and_unknown_parameters_do_no_harm(browse_as: As, ben: User, query: str) -> None:
    assert browse_as(ben).get(f"/events{query}").status_code == 200


def test_chips_lead_to_the_filter_and_back(browse_as: As, ben: User, event: Event) -> None:
    assert event.title
    assert "/events?group=relationship" not in browse_as(ben).get("/events").text
    assert 'href="/events?group=risk"' in browse_as(ben).get("/events").text
    filtered = browse_as(ben).get("/events?group=risk&min_relevance=0.7").text
    assert 'href="/events?min_relevance=0.7"' in filtered


def test_what_stood_in_for_a_failed_source_is_hidden_and_marked(
    browse_as: As, ben: User, event: Event
) -> None:
    factories.event(
        event.client,
        title="Invented",
        provenance=Provenance.SIMULATED,
        simulation_reason=SimulationReason.FALLBACK,
    )
    assert "Invented" not in browse_as(ben).get("/events").text
    shown = browse_as(ben).get("/events?provenance=all").text
    assert "Invented" in shown
    assert "A source failed, so invented data stood in" in shown


def test_an_events_page_tells_everything_about_it(browse_as: As, ben: User, event: Event) -> None:
    with_insight(event)
    with_source(event, snippet="He leaves in January.")
    decisions = UserPreferenceService().get_users_to_notify(event)
    NotificationService().record_event(event, decisions)
    text = browse_as(ben).get(f"/events/{event.id}").text
    for part in (
        "The sponsor of the renewal leaves.",
        "Call Henrik",
        "He leaves in January.",
        "$240k ARR",
        "relevance 85 reaches the limit of 70",
        "via Serper",
        "Wrong company",
    ):
        assert part in text
    assert 'href="/raw-data/' in text


def test_each_claim_stands_with_its_quote_and_the_number_of_its_source(
    browse_as: As, ben: User, event: Event
) -> None:
    row = with_source(event, snippet="He leaves in January.", publisher="Newswire")
    quote = "Adler leaves the firm in January"
    claims = [
        {"text": "Adler goes.", "quote": quote, "source_ref": str(row.id)},
        {"text": "It renews.", "quote": "Date of the renewal: 2027-01-04", "source_ref": "crm"},
    ]
    with_insight(event, claims=claims)
    browser = browse_as(ben)
    text = browser.get(f"/events/{event.id}").text
    told = re.sub(r"<[^>]+>|\s+", " ", text[text.index("Adler goes.") :])
    assert re.search(rf"Adler goes\. +“{quote}” +\[1\] Newswire", told)
    assert re.search(r"It renews\. +“Date of the renewal: 2027-01-04” +CRM", told)


def test_text_of_the_world_is_escaped(browse_as: As, ben: User, event: Event) -> None:
    factories.event(event.client, title="<script>alert(1)</script>", summary="<img src=x>")
    text = browse_as(ben).get("/events").text
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_foreign_and_unknown_events_are_404(browse_as: As, cleo: User, event: Event) -> None:
    browser = browse_as(cleo)
    for event_id in (event.id, uuid.uuid4()):
        assert browser.get(f"/events/{event_id}").status_code == 404
        assert browser.post(f"/events/{event_id}/done").status_code == 404


def test_looking_changes_nothing(browse_as: As, ben: User, event: Event) -> None:
    browse_as(ben).get(f"/events/{event.id}")
    browse_as(ben).get(f"/events/{event.id}", headers=HTMX)
    assert state(event, ben) is None


def test_actions_are_ticked_and_unticked(browse_as: As, ben: User, event: Event) -> None:
    with_insight(event)
    for ticks in (["0", "1"], ["1"], []):
        browse_as(ben).post(f"/events/{event.id}/actions", data={"action": ticks})
        ticked = state(event, ben)
        assert ticked is not None
        assert ticked.actions_done == [int(each) for each in ticks]


def test_feedback_is_given_and_taken_back(browse_as: As, ben: User, event: Event) -> None:
    browser, url = browse_as(ben), f"/events/{event.id}/feedback"
    browser.post(url, data={"verdict": "useful"})
    db.session.rollback()
    assert db.session.query(EventFeedback).one().verdict == "useful"
    assert 'aria-pressed="true"' in browser.get(f"/events/{event.id}").text
    browser.post(url, data={})
    db.session.rollback()
    assert db.session.query(EventFeedback).count() == 0


def test_a_viewer_sees_no_feedback_and_may_mark_for_themselves(
    browse_as: As, ben: User, event: Event
) -> None:
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    browser = browse_as(viewer)
    assert "Was this useful?" not in browser.get(f"/events/{event.id}").text
    url = f"/events/{event.id}/feedback"
    assert browser.post(url, data={"verdict": "useful"}).status_code == 403
    assert browser.post(f"/events/{event.id}/read").status_code == 303


def test_a_long_list_costs_no_more_queries_than_a_short_one(
    browse_as: As, ben: User, event: Event
) -> None:
    browser, costs = browse_as(ben), []
    browser.get("/events")
    for more in (0, 10):
        for _ in range(more):
            factories.event(event.client)
        with counted() as statements:
            browser.get("/events")
        costs.append(selects(statements))
    assert costs[0] == costs[1]


def test_the_pages_want_a_sign_in(client: FlaskClient, event: Event) -> None:
    for path in ("/events", f"/events/{event.id}"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert "/login" in answer.location


def test_a_disagreement_of_model_and_rules_is_told_on_the_page(
    browse_as: As, ben: User, event: Event
) -> None:
    with atomic():
        event.needs_review = True
        event.review_reason = "Relevance 100 by the model, 30 by the rules; 60 is kept."
    page = browse_as(ben).get(f"/events/{event.id}").text
    assert "please look yourself" in page
    assert "Relevance 100 by the model" in page


def test_an_insight_is_asked_for_on_the_page_and_its_card_waits_for_it(
    browse_as: As, ben: User, event: Event
) -> None:
    with atomic():
        event.relevance_score = 0.4
    browser = browse_as(ben)
    assert "Generate anyway" in browser.get(f"/events/{event.id}").text
    assert browser.post(f"/events/{event.id}/insight", data={"_view": "page"}).status_code == 303
    card = browser.get(f"/events/{event.id}/insight", headers={"HX-Request": "true"}).text
    assert "An insight is being written." in card
    assert 'hx-trigger="every 2s"' in card
    assert "Generate anyway" not in card


def test_a_viewer_is_not_offered_an_insight_and_a_stranger_finds_nothing(
    browse_as: As, ben: User, cleo: User, event: Event
) -> None:
    with atomic():
        event.relevance_score = 0.4
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    assert "Generate anyway" not in browse_as(viewer).get(f"/events/{event.id}").text
    assert browse_as(viewer).post(f"/events/{event.id}/insight").status_code == 403
    assert browse_as(cleo).post(f"/events/{event.id}/insight").status_code == 404
