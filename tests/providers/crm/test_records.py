"""What the facts are made of, and that odd records never break them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.providers.crm.org import sample
from webapp.enums import ArrBasis, CRMName
from webapp.providers.base import CRMFacts
from webapp.providers.crm.records import facts_from_account
from webapp.providers.crm.values import day, money, text, written_money

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
    assert (facts(ARR__c=201000.0).arr, facts(ARR__c=0).arr) == (201000.0, 0.0)
    assert facts(ARR__c=0).arr_basis is ArrBasis.STATED


def test_without_the_field_arr_is_what_was_won_within_a_year_and_says_so() -> None:
    assert (facts().arr, facts().arr_basis) == (184000.0, ArrBasis.WON_DEALS)


def won(amount: float, currency: str | None) -> dict[str, Any]:
    deal = {"Name": "Deal", "Amount": amount, "IsWon": True, "CloseDate": "2026-11-01"}
    return {**deal, "CurrencyIsoCode": currency}


def test_amounts_in_two_currencies_are_not_added_up() -> None:
    found = facts(**deals(won(10.0, "EUR"), won(20.0, "SEK")))
    assert (found.arr, found.arr_basis) == (None, None)
    assert found.remarks == (
        "The deals won within a year are in EUR and SEK, so they are not added up.",
    )


@pytest.mark.parametrize(
    ("said", "currency"), [("eur", "EUR"), (None, None), ("US$", None), ("€", None), (7, None)]
)
def test_a_currency_is_three_letters_or_unknown(said: Any, currency: str | None) -> None:
    assert facts(CurrencyIsoCode=said, ARR__c=5).currency == currency


def test_without_field_and_deals_arr_is_unknown() -> None:
    assert facts(Opportunities=None).arr is None


def test_a_renewal_comes_before_an_earlier_deal_of_another_kind() -> None:
    found = facts()
    assert (found.renewal_on, found.stage) == (date(2027, 1, 4), "Negotiation")


def test_a_deal_that_is_no_renewal_never_passes_for_one() -> None:
    other = {"Name": "More seats", "CloseDate": "2026-12-22", "StageName": "Soon"}
    assert facts(**deals(other)).renewal_on is None


def test_a_renewal_date_of_the_account_counts_before_any_deal() -> None:
    assert facts(Renewal_Date__c="2027-06-30").renewal_on == date(2027, 6, 30)


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


def test_a_list_that_is_null_is_empty_and_one_that_was_not_asked_for_is_unknown() -> None:
    account = {"Id": "001", "Name": "Halcyon", "Cases": None}
    found = facts_from_account(account, provider=CRMName.SALESFORCE, fetched_at=NOW)
    assert (found.open_case_count, found.contact_count) == (0, None)


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
        ("2026-11-18T23:30:00-05:00", date(2026, 11, 19)),
        ("1742569562943", date(2025, 3, 21)),
        ("9999999999999999999", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_dates_come_with_and_without_a_time(value: Any, expected: date | None) -> None:
    assert day(value) == expected


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1000000.0", 1000000.0),
        ("0.200000000000000011102230246251565404236316680908203125", 0.2),
        ("", None),
        ("-5", None),
        ("1e5", None),
        ("NaN", None),
        ("9" * 400, None),
        (5, None),
    ],
)
def test_an_amount_written_as_text_is_plain_digits(written: Any, amount: float | None) -> None:
    assert written_money(written) == amount


def test_text_is_one_short_line_that_every_database_takes() -> None:
    assert text(" Two\n lines\x00\ud800 ") == "Two lines"
    assert len(text("x" * 900) or "") == 255


def test_whether_every_contact_is_there_is_known_only_below_what_is_read() -> None:
    for count, is_known in ((49, True), (50, False)):
        people = [{"Name": f"Person {number}"} for number in range(count)]
        assert facts(Contacts={"records": people}).has_all_contacts is is_known
    [decides] = facts(Contacts={"records": [{"Name": "Ida", "Decision_Maker__c": True}]}).contacts
    assert (decides.is_champion, decides.is_decision_maker) == (False, True)
