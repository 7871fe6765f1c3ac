"""What the facts are made of, and that odd records never break them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.providers.crm.org import sample
from webapp.enums import CRMName
from webapp.providers.base import CRMFacts
from webapp.providers.crm.records import day, facts_from_account, money

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def facts(**changes: Any) -> CRMFacts:
    account = {**sample("account")["records"][0], **changes}
    return facts_from_account(account, provider=CRMName.SALESFORCE, fetched_at=NOW)


def deals(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Opportunities": {"records": list(records)}}


def test_an_account_becomes_facts() -> None:
    found = facts()
    assert (found.account_name, found.industry) == ("Halcyon Health, Inc.", "Insurance")
    assert (found.owner_name, found.employees) == ("Ben Aldous", 3100)
    assert [person.name for person in found.contacts] == ["Ida Storm", "Otto Lind"]
    assert [case.subject for case in found.open_cases] == ["Export runs into a time-out"]


def test_arr_is_the_field_where_there_is_one() -> None:
    assert facts(ARR__c=201000.0).arr == 201000.0
    assert facts(ARR__c=0).arr == 0.0


def test_without_the_field_arr_is_what_was_won_within_a_year() -> None:
    assert facts().arr == 184000.0


def test_without_field_and_deals_arr_is_unknown() -> None:
    assert facts(Opportunities=None).arr is None


def test_a_renewal_comes_before_an_earlier_deal_of_another_kind() -> None:
    found = facts()
    assert (found.renewal_on, found.stage) == (date(2027, 1, 4), "Negotiation")


def test_without_a_renewal_the_next_open_deal_counts() -> None:
    later = {"Name": "B", "CloseDate": "2027-05-01", "StageName": "Late"}
    sooner = {"Name": "A", "CloseDate": "2026-11-22", "StageName": "Soon"}
    assert facts(**deals(later, sooner)).renewal_on == date(2026, 11, 22)


def test_past_and_closed_deals_are_no_renewal() -> None:
    past = {"Name": "Renewal", "CloseDate": "2026-11-21"}
    closed = {"Name": "Renewal", "CloseDate": "2027-01-01", "IsClosed": True}
    found = facts(**deals(past, closed))
    assert (found.renewal_on, found.stage) == (None, "Customer")


@pytest.mark.parametrize("odd", [None, [], "x", 7, {}, {"records": None}, {"records": [None, 3]}])
@pytest.mark.parametrize("name", ["Contacts", "Opportunities", "Cases", "Owner"])
def test_lists_that_are_missing_or_odd_are_empty(name: str, odd: Any) -> None:
    found = facts(**{name: odd})
    assert found.account_id == "001AA000003DHPxYAO"


def test_a_record_of_nulls_becomes_facts_without_details() -> None:
    empty = {"Id": "001", "Name": None, "Contacts": {"records": [{"Name": None}]}}
    found = facts_from_account(empty, provider=CRMName.SALESFORCE, fetched_at=NOW)
    assert found.contacts[0].name == "Unnamed contact"
    assert (found.arr, found.renewal_on, found.stage) == (None, None, None)


@pytest.mark.parametrize("odd", [None, True, "5", float("nan"), float("inf"), -1, []])
def test_amounts_that_are_none_are_unknown(odd: Any) -> None:
    assert money(odd) is None


def test_a_number_of_four_hundred_digits_is_no_amount() -> None:
    assert money(10**400) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-18T08:12:44.000+0000", date(2026, 11, 18)),
        ("2026-11-18", date(2026, 11, 18)),
        ("soon", None),
        (20261118, None),
        ("2026-13-45", None),
    ],
)
def test_dates_come_with_and_without_a_time(value: Any, expected: date | None) -> None:
    assert day(value) == expected
