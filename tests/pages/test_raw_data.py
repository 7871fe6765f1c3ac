"""The pages of raw data: what was found, what became of it and why, and judging it once more."""

import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import Provenance, RawOutcome, RunTrigger, SourceName
from webapp.extensions import db
from webapp.models import Client, JobRun, RawDataSighting, User

As = Callable[[User], FlaskClient]
HOSTILE = (
    '{"title": "<script>alert(1)</script>", "odd":  1.10, "half": "\\ud800", "a": [1, {"b": 2}]}'
)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, owner=ben)


@pytest.fixture
def tab(browse_as: As, ben: User) -> FlaskClient:
    return browse_as(ben)


def judged(of: Client, title: str, outcome: RawOutcome, **values: object) -> uuid.UUID:
    row = {"title": title, "outcome": outcome, "is_processed": True, **values}
    return factories.raw_data(of, **row).id


FILTERS = [
    ("source=rss", {"Feed"}),
    ("state=wrong_company", {"Other"}),
    ("state=waiting", {"Feed"}),
    ("state=collected", {"Kept"}),
    ("provenance=simulated", {"Invented"}),
    ("start_date=2026-11-20", {"Feed", "Kept", "Other", "Invented"}),
    ("end_date=2026-11-19", {"Old"}),
    ("q=trade+oth", {"Other"}),
    ("", {"Feed", "Kept", "Other", "Invented", "Old"}),
]


def test_each_filter_narrows_the_list(tab: FlaskClient, halcyon: Client) -> None:
    clock.set_clock(clock.now().replace(year=2026, month=11, day=22))
    factories.raw_data(halcyon, title="Feed", source_api=SourceName.RSS)
    factories.raw_data(halcyon, title="Kept", collect_only=True)
    judged(halcyon, "Other", RawOutcome.WRONG_COMPANY, publisher="Trade Weekly")
    judged(halcyon, "Invented", RawOutcome.CREATED, provenance=Provenance.SIMULATED)
    old = clock.now().replace(day=18)
    judged(halcyon, "Old", RawOutcome.OLD, created_at=old)
    for query, titles in FILTERS:
        page = tab.get(f"/raw-data?{query}&client_id={halcyon.id}").text
        assert (query, {each for each in FILTERS[-1][1] if f"data-open>{each}</a>" in page}) == (
            query,
            titles,
        )


def test_a_row_says_what_became_of_it_and_why(tab: FlaskClient, halcyon: Client) -> None:
    event = factories.event(halcyon, title="Halcyon Health grows")
    told = {"processed_into_event_id": event.id, "match_score": 0.94}
    judged(halcyon, "Halcyon grows fast", RawOutcome.DUPLICATE, **told)
    judged(halcyon, "Halcyon Dental", RawOutcome.WRONG_COMPANY, outcome_reason="names another")
    page = tab.get("/raw-data").text
    for part in ("Known already", "Other company", "names another", f'href="/events/{event.id}"'):
        assert part in page
    assert '<span class="num">1</span>' in page.partition("Other company")[2][:80]


def test_one_item_shows_all_that_is_known_of_it(tab: FlaskClient, halcyon: Client) -> None:
    event = factories.event(halcyon, title="Halcyon Health grows")
    row = factories.raw_data(
        halcyon,
        raw_content=HOSTILE,
        query="Halcyon Health",
        url="javascript:alert(1)",
        outcome=RawOutcome.CREATED,
        match_score=0.87,
        match_reasons=["names the domain", "names a product"],
        processed_into_event_id=event.id,
    )
    factories.save(
        RawDataSighting(
            business_id=row.business_id,
            raw_data_id=row.id,
            source_api=SourceName.GDELT,
            url="https://other.example.com/1",
            publisher="Morning Ledger",
            raw_content='{"seen": "again"}',
        )
    )
    page = tab.get(f"/raw-data/{row.id}").text
    for part in (
        "Became an event",
        "Halcyon Health grows",
        "87",
        "names the domain",
        "Morning Ledger",
        "{\n  &#34;seen&#34;: &#34;again&#34;\n}",
        "  &#34;title&#34;: &#34;&lt;script&gt;alert(1)&lt;/script&gt;&#34;,\n",
        "&#34;half&#34;: &#34;\\ud800&#34;",
    ):
        assert part in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_the_simulated_source_is_named_as_a_source(tab: FlaskClient, halcyon: Client) -> None:
    row = factories.raw_data(halcyon, source_api=SourceName.MOCK)
    assert "via Simulated source" in tab.get(f"/raw-data/{row.id}").text


def test_the_file_is_what_the_source_sent(tab: FlaskClient, halcyon: Client) -> None:
    row = factories.raw_data(halcyon, raw_content=HOSTILE)
    answer = tab.get(f"/raw-data/{row.id}/content.json")
    assert answer.text == HOSTILE
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("text", ["[" * 100_000, "no JSON", '{"a": "' + "x" * 300_000 + '"}'])
def test_odd_content_does_no_harm(tab: FlaskClient, halcyon: Client, text: str) -> None:
    row = factories.raw_data(halcyon, raw_content=text)
    answer = tab.get(f"/raw-data/{row.id}")
    assert answer.status_code == 200
    assert len(answer.text) < 250_000


def test_an_event_that_was_hidden_is_not_linked(tab: FlaskClient, halcyon: Client) -> None:
    event = factories.event(halcyon, hidden_at=clock.now())
    row = factories.raw_data(halcyon, processed_into_event_id=event.id)
    for path in ("/raw-data", f"/raw-data/{row.id}"):
        assert f"/events/{event.id}" not in tab.get(path).text


def test_nothing_is_shown_to_another_business(browse_as: As, cleo: User, halcyon: Client) -> None:
    row = factories.raw_data(halcyon, collect_only=True)
    stranger = browse_as(cleo)
    assert row.title not in stranger.get(f"/raw-data?client_id={halcyon.id}").text
    for path in (f"/raw-data/{row.id}", f"/raw-data/{row.id}/content.json"):
        assert stranger.get(path).status_code == 404
    answer = stranger.post("/raw-data/reprocess", data={"client_id": str(halcyon.id)})
    assert "There is no such client." in stranger.get(answer.location).text
    assert db.session.query(JobRun).count() == 0


def test_collected_items_are_judged_on_demand(tab: FlaskClient, halcyon: Client) -> None:
    factories.raw_data(halcyon, collect_only=True)
    assert "Judge what was collected" in tab.get("/raw-data").text
    answer = tab.post("/raw-data/reprocess", data={"client_id": str(halcyon.id)})
    run = db.session.query(JobRun).one()
    assert (run.trigger, answer.location) == (RunTrigger.REPROCESS, f"/runs/{run.id}")
    assert "Judging 1 item of 1 client." in tab.get(answer.location).text
    again = tab.post("/raw-data/reprocess", data={})
    assert again.location == f"/runs/{run.id}"
    assert "judges stored items already" in tab.get(again.location).text


def test_a_chosen_outcome_can_be_judged_again(tab: FlaskClient, halcyon: Client) -> None:
    judged(halcyon, "Halcyon Dental", RawOutcome.WRONG_COMPANY)
    page = tab.get(f"/raw-data?state=wrong_company&client_id={halcyon.id}").text
    assert 'name="outcomes" value="wrong_company"' in page
    assert "Judge these again" not in tab.get("/raw-data?state=wrong_company&source=serper").text
    form = {"client_id": str(halcyon.id), "outcomes": "wrong_company"}
    assert tab.post("/raw-data/reprocess", data=form).location.startswith("/runs/")


def test_a_viewer_may_look_and_not_judge(browse_as: As, ben: User, halcyon: Client) -> None:
    viewer = browse_as(factories.user(ben.business, name="Vera", role="viewer"))
    factories.raw_data(halcyon, collect_only=True)
    assert "Judge what was collected" not in viewer.get("/raw-data").text
    assert viewer.post("/raw-data/reprocess", data={}).status_code == 403


def test_client_and_event_lead_to_it(tab: FlaskClient, halcyon: Client) -> None:
    event = factories.event(halcyon)
    row = factories.raw_data(halcyon, processed_into_event_id=event.id, outcome=RawOutcome.CREATED)
    assert f'href="/raw-data/{row.id}"' in tab.get(f"/events/{event.id}").text
    page = tab.get(f"/clients/{halcyon.id}").text
    assert "1 became an event" in page
    assert f'href="/raw-data?state=created&amp;client_id={halcyon.id}' in page
