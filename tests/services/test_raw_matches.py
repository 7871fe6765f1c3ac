"""A raw row keeps its JSON whole, and how surely it is about the client with the reasons."""

import json
import uuid
from typing import Any

import pytest

from tests import factories
from tests.statements import counted
from webapp import clock
from webapp.enums import Provenance, RawOutcome, SourceName
from webapp.extensions import db
from webapp.models import Client, EventRawData, User
from webapp.providers.base import SearchResult
from webapp.services.raw_data import EventRawDataService
from webapp.services.raw_rows import Mark, found_item

pytestmark = pytest.mark.usefixtures("database")

service = EventRawDataService()


def saved(client: Client, title: str, **raw: Any) -> uuid.UUID:
    result = SearchResult(
        source=SourceName.SERPER,
        title=title,
        url="https://a.example/1",
        snippet="",
        publisher=None,
        published_at=None,
        query="q",
        fetched_at=clock.now(),
        raw={"title": title, **raw},
    )
    item = found_item(result, Provenance.LIVE, None)
    found = service.save_raw_data(item, business_id=client.business_id, client_id=client.id)
    assert found is not None
    return found


def row(raw_id: uuid.UUID) -> EventRawData:
    db.session.expire_all()
    return db.session.get_one(EventRawData, raw_id)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business)


def test_a_long_answer_is_kept_whole(halcyon: Client) -> None:
    body = "é" * 80_000
    assert json.loads(row(saved(halcyon, "Long", body=body)).raw_content)["body"] == body


def test_score_and_reasons_are_kept_with_the_outcome(halcyon: Client) -> None:
    raw_id = saved(halcyon, "Wrong")
    reasons = ("a word of the language, not the company",)
    service.mark_all([Mark(raw_id, RawOutcome.WRONG_COMPANY, None, "why", 0.12, reasons)])
    kept = row(raw_id)
    assert (kept.outcome, kept.outcome_reason) == (RawOutcome.WRONG_COMPANY, "why")
    assert (kept.match_score, kept.match_reasons) == (0.12, [*reasons])


def test_a_later_mark_without_a_score_leaves_it(halcyon: Client) -> None:
    raw_id = saved(halcyon, "Deferred")
    service.mark_all([Mark(raw_id, RawOutcome.DEFERRED, None, None, 0.9, ("names it",))])
    service.mark_as_processed([raw_id], outcome=RawOutcome.IRRELEVANT)
    kept = row(raw_id)
    assert (kept.outcome, kept.match_score) == (RawOutcome.IRRELEVANT, 0.9)
    assert kept.match_reasons == ["names it"]


def test_many_rows_are_marked_in_one_statement(halcyon: Client) -> None:
    marks = [
        Mark(saved(halcyon, f"Row {number}"), RawOutcome.OLD, None, None, number / 10, ("a",))
        for number in range(5)
    ]
    with counted() as statements:
        service.mark_all(marks)
    assert len([each for each in statements if each.upper().startswith("UPDATE")]) == 1
    assert [row(mark.raw_id).match_score for mark in marks] == [0.0, 0.1, 0.2, 0.3, 0.4]


def test_reasons_are_few_and_short_and_storable(halcyon: Client) -> None:
    raw_id = saved(halcyon, "Odd")
    reasons = ("\x00bad\ud800", *("x" * 900 for _ in range(20)))
    service.mark_all([Mark(raw_id, RawOutcome.OLD, None, None, 0.5, reasons)])
    kept = row(raw_id).match_reasons
    assert kept is not None
    assert (kept[0], len(kept), max(map(len, kept))) == ("bad?", 6, 200)
