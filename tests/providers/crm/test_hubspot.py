"""HubSpot: companies by id, domain or name, with what hangs on them, many in one call."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.doubles.local_server import Answer, Request
from tests.providers.crm.portal import (
    BY_DOMAIN,
    BY_ID,
    BY_NAME,
    READ,
    SEARCH,
    portal_with,
    sample,
)
from webapp import clock
from webapp.enums import ArrBasis, CRMName, MatchBasis
from webapp.errors import ProviderResponseError
from webapp.providers.base import CRMFacts, CRMFinding, CRMLookup

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOBODY = Answer({"total": 0, "results": []})
DEALS, TICKETS = "/crm/v3/objects/deals/batch/read", "/crm/v3/objects/tickets/batch/read"


def found_with(instead: dict[str, Any] | None = None) -> CRMFacts:
    clock.set_clock(NOW)
    with portal_with(instead) as (service, _):
        facts = service.get_enriched_account_data(BY_ID).facts
    assert facts is not None
    return facts


def changed(file: str, **properties: Any) -> Answer:
    """The file's answer with other properties in its first object."""
    page = sample(file)
    page["results"][0]["properties"] |= properties
    return Answer(page)


def test_a_company_becomes_facts() -> None:
    facts = found_with()
    assert (facts.provider, facts.matched_by) == (CRMName.HUBSPOT, MatchBasis.ID)
    assert (facts.account_name, facts.industry) == ("Castellan Bank plc", "Banking")
    assert (facts.owner_name, facts.employees, facts.health) == ("Ben Aldous", 1200, "Green")
    assert facts.last_activity_on == date(2026, 11, 12)
    assert facts.account_url == "https://app-eu1.hubspot.com/contacts/24680/record/0-2/880001"
    assert (facts.not_shown, facts.remarks) == ((), ())


def test_contacts_deals_and_tickets_hang_on_it() -> None:
    facts = found_with()
    people = [(each.name, each.is_champion) for each in facts.contacts]
    assert people == [("Ida Storm", True), ("desk@castellan-bank.example.com", False)]
    assert facts.has_all_contacts
    assert [(each.name, each.stage) for each in facts.opportunities][:2] == [
        ("Castellan renewal 2027", "Contract sent"),
        ("More seats", "Being discussed"),
    ]
    assert [each.subject for each in facts.open_cases] == ["Statement export is empty"]
    counted = (facts.contact_count, facts.open_deal_count, facts.open_case_count)
    assert (counted, facts.urgent_case_count) == ((2, 2, 1), 1)


def test_the_year_is_what_won_deals_bring_a_year_and_the_renewal_is_a_deal_named_so() -> None:
    facts = found_with()
    assert (facts.arr, facts.currency, facts.arr_basis) == (92_000, "GBP", ArrBasis.WON_DEALS)
    assert (facts.renewal_on, facts.stage) == (date(2027, 1, 29), "Contract sent")


def test_properties_of_ones_own_count_before_deals() -> None:
    facts = found_with({READ: changed("companies_read", arr="5000", renewal_date="2026-12-24")})
    assert (facts.arr, facts.arr_basis) == (5_000, ArrBasis.STATED)
    assert facts.renewal_on == date(2026, 12, 24)


def test_the_companys_own_turnover_never_passes_for_ours() -> None:
    empty = Answer({"status": "COMPLETE", "results": []})
    assert (
        found_with({DEALS: empty, READ: changed("companies_read", annualrevenue="9")}).arr is None
    )


@pytest.mark.parametrize("odd", [None, "", "soon", "true", "-1", [], {}])
def test_odd_values_are_unknown_and_break_nothing(odd: Any) -> None:
    names = ("numberofemployees", "notes_last_updated", "arr", "renewal_date", "domain", "name")
    facts = found_with(
        {
            READ: changed("companies_read", **dict.fromkeys(names, odd)),
            DEALS: changed(
                "deals_read", amount=odd, closedate=odd, hs_is_closed=odd, dealstage=odd
            ),
            TICKETS: changed("tickets_read", subject=odd, createdate=odd, hs_pipeline_stage=odd),
        }
    )
    assert (facts.account_id, facts.employees) == ("880001", None)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.pop("results"),
        lambda page: page.update(results={}),
        lambda page: page.update(results=None),
    ],
)
def test_an_answer_without_results_is_our_error(change: Callable[[Any], Any]) -> None:
    page = sample("companies_read")
    change(page)
    with portal_with({READ: Answer(page)}) as (service, _), pytest.raises(ProviderResponseError):
        service.get_enriched_account_data(BY_ID)


def test_a_company_that_is_gone_leads_to_candidates_and_none_is_taken() -> None:
    with portal_with({READ: NOBODY}) as (service, _):
        found = service.get_enriched_account_data(BY_ID)
    assert (found.facts, found.is_gone, len(found.candidates)) == (None, True, 1)


def test_a_domain_is_taken_and_a_name_is_only_proposed() -> None:
    with portal_with() as (service, portal):
        taken = service.get_enriched_account_data(BY_DOMAIN)
        proposed = service.get_enriched_account_data(BY_NAME)
        [domains] = portal.bodies(SEARCH)[0]["filterGroups"][0]["filters"]
    assert taken.facts is not None
    assert (taken.facts.matched_by, taken.facts.open_case_count) == (MatchBasis.DOMAIN, 1)
    assert (proposed.facts, [c.matched_by for c in proposed.candidates]) == (
        None,
        [MatchBasis.NAME],
    )
    assert domains["operator"] == "IN"
    assert domains["values"] == [
        "castellan-bank.example.com",
        "www.castellan-bank.example.com",
    ]


def test_nobody_found_is_no_error() -> None:
    with portal_with({SEARCH: NOBODY}) as (service, _):
        assert service.get_enriched_account_data(BY_NAME) == CRMFinding()


def test_forty_clients_at_once_are_a_dozen_calls() -> None:
    def read(request: Request) -> Answer:
        [first] = sample("companies_read")["results"]
        inputs = request.json()["inputs"]
        return Answer({"results": [{**first, "id": each["id"]} for each in inputs]})

    lookups = [CRMLookup("c", "X", None, str(880_001 + number)) for number in range(40)]
    with portal_with({READ: read}) as (service, portal), ThreadPoolExecutor(40) as pool:
        found = list(pool.map(service.get_enriched_account_data, lookups))
    assert [each.facts.account_id if each.facts else "" for each in found] == [
        each.account_id for each in lookups
    ]
    assert len(portal.requests) < 30


def test_search_pages_are_followed_by_their_number_and_stop_before_the_cap() -> None:
    def page(request: Request) -> Answer:
        after = int(request.json().get("after", 0)) + 200
        return Answer({**sample("companies_search"), "paging": {"next": {"after": str(after)}}})

    def full(request: Request) -> Answer:
        answer = page(request)
        return Answer({**answer.body, "results": answer.body["results"] * 200})

    with portal_with({SEARCH: full}) as (service, portal):
        service.get_enriched_account_data(BY_NAME)
        asked = [body.get("after") for body in portal.bodies(SEARCH)]
    assert asked[:3] == [None, "200", "400"]
    assert max(int(each or 0) for each in asked) + 200 <= 10_000


def test_list_pages_are_followed_by_their_cursor() -> None:
    def owners(request: Request) -> Answer:
        if request.query.get("after") == "cursor-1":
            return Answer(sample("owners"))
        return Answer({"results": [{"id": 1}], "paging": {"next": {"after": "cursor-1"}}})

    assert found_with({"/crm/v3/owners": owners}).owner_name == "Ben Aldous"


def test_further_pages_of_what_hangs_on_a_company_are_read() -> None:
    path = "/crm/v4/associations/companies/tickets/batch/read"

    def associations(request: Request) -> Answer:
        [asked] = request.json()["inputs"]
        page = sample("companies_tickets")
        if "after" not in asked:
            page["results"][0]["to"] = page["results"][0]["to"][:1]
            page["results"][0]["paging"] = {"next": {"after": "610"}}
        return Answer(page)

    facts = found_with({path: associations})
    assert len(facts.cases) == 2


def test_a_company_without_tickets_is_told_by_an_error_inside_of_an_answer() -> None:
    none = {
        "status": "COMPLETE",
        "results": [],
        "numErrors": 1,
        "errors": [{"category": "OBJECT_NOT_FOUND"}],
    }
    path = "/crm/v4/associations/companies/tickets/batch/read"
    facts = found_with({path: Answer(none, status=207)})
    assert (facts.open_case_count, facts.cases) == (0, ())


def test_of_very_many_tickets_the_newest_are_read_and_the_rest_is_told() -> None:
    page = sample("companies_tickets")
    page["results"][0]["to"] = [{"toObjectId": number} for number in range(1000)]
    path = "/crm/v4/associations/companies/tickets/batch/read"
    with portal_with({path: Answer(page)}) as (service, portal):
        facts = service.get_enriched_account_data(BY_ID).facts
        asked = [each["id"] for body in portal.bodies(TICKETS) for each in body["inputs"]]
    assert facts is not None
    assert (asked[0], len(asked)) == ("999", 100)
    assert "of 1,000 tickets were read" in facts.remarks[-1]
