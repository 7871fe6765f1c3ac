"""Why an event has its category and its risk: each with quotes of its own."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.pages.test_events_sources import report
from webapp.enums import RawOutcome, RiskLevel
from webapp.models import Event, User
from webapp.services.transactions import atomic

As = Callable[[User], FlaskClient]


def quoting(event: Event, *evidence: dict[str, Any]) -> Event:
    with atomic() as session:
        found = session.get_one(Event, event.id)
        found.evidence = list(evidence)
    return found


@pytest.fixture
def event(ben: User) -> Event:
    of = factories.event(
        factories.client(ben.business, owner=ben),
        risk_level=RiskLevel.HIGH,
        risk_reason="Fewer people will use it.",
    )
    raw = report(of, "Halcyon to cut 240 jobs", outcome=RawOutcome.CREATED)
    found = {"raw_data_id": str(raw.id), "url": raw.url, "publisher": "Trade Weekly"}
    quotes = {"Halcyon to cut 240 jobs": ["category", "risk"], "offices close in May": ["risk"]}
    evidence = [{"quote": text, "fields": fields, **found} for text, fields in quotes.items()]
    return quoting(of, *evidence)


def test_the_page_says_by_which_words(browse_as: As, ben: User, event: Event) -> None:
    page = browse_as(ben).get(f"/events/{event.id}").text
    _, _, grounds = page.partition("Why this category and this risk")
    shown, _, _ = grounds.partition("</details>")
    category, _, risk = shown.partition("Fewer people will use it.")
    assert category.count("“") == 1
    assert "“Halcyon to cut 240 jobs” [1]" in risk
    assert "“offices close in May” [1]" in risk


def test_quotes_of_old_events_carry_the_category(browse_as: As, ben: User, event: Event) -> None:
    old = quoting(event, {"quote": "Halcyon to cut 240 jobs"})
    page = browse_as(ben).get(f"/events/{old.id}").text
    assert "The source has no words to quote for it." in page


def test_the_answer_names_the_fields(api_as: As, ben: User, event: Event) -> None:
    evidence = api_as(ben).get(f"/api/v1/events/{event.id}").get_json()["evidence"]
    assert [(each["fields"], each["source_number"]) for each in evidence] == [
        (["category", "risk"], 1),
        (["risk"], 1),
    ]
