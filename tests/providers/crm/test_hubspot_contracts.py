"""HubSpot's client over what HubSpot really answered."""

import logging
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer
from tests.providers.crm.portal import (
    BY_DOMAIN,
    BY_ID,
    BY_NAME,
    READ,
    SEARCH,
    TOKEN,
    portal_with,
    sample,
)
from tests.providers.recordings import exchanges, recordings
from webapp.enums import MatchBasis
from webapp.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderRateLimitedError,
    ProviderRequestError,
)
from webapp.providers.base import CRMLookup

pytestmark = [pytest.mark.contracts]

KIND_BY_STATUS: dict[int, type[ProviderError]] = {
    401: ProviderAuthError,
    403: ProviderAuthError,
    404: ProviderRequestError,
    429: ProviderRateLimitedError,
}
ASSOCIATIONS = "associations_v4_2025-01-06.json"


def files(*patterns: str) -> pytest.MarkDecorator:
    found = [each for pattern in patterns for each in recordings("hubspot", pattern)]
    return pytest.mark.parametrize("path", found)


def bodies(path: Path | None) -> list[Any]:
    return [each.body for each in exchanges(path) if each.status == HTTPStatus.OK]


@files("*.json")
def test_any_recorded_answer_is_facts_nothing_or_our_error(
    path: Path | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for each in exchanges(path):
        for lookup in (BY_ID, BY_DOMAIN, BY_NAME):
            with portal_with({"*": each.answer()}) as (service, _), suppress(ProviderError):
                service.get_enriched_account_data(lookup)
    assert TOKEN not in caplog.text


@files("*.json")
def test_a_recorded_refusal_has_its_class_its_wait_and_says_what_to_do(path: Path | None) -> None:
    for each in exchanges(path):
        if each.status < HTTPStatus.BAD_REQUEST:
            continue
        with (
            portal_with({"*": each.answer()}) as (service, _),
            pytest.raises(ProviderError) as told,
        ):
            service.get_enriched_account_data(BY_ID)
        assert isinstance(told.value, KIND_BY_STATUS[each.status])
        if each.status == HTTPStatus.TOO_MANY_REQUESTS:
            assert (told.value.permanent, told.value.retry_after) == (False, 1.0)
        else:
            assert told.value.permanent
        if each.status == HTTPStatus.FORBIDDEN:
            assert "Grant the private app: crm.objects." in str(told.value)
        if each.status == HTTPStatus.UNAUTHORIZED:
            assert "HUBSPOT_API_KEY" in str(told.value)


@files("grouparoo_recorded/POST_crm-v3-objects-COMPANY-search_200_res_0.json")
def test_each_company_of_a_recorded_search_is_found_by_its_domain(path: Path | None) -> None:
    for body in bodies(path):
        for record in body["results"]:
            lookup = CRMLookup("c", "Nobody", record["properties"]["domain"])
            with portal_with({SEARCH: Answer(body)}) as (service, _):
                facts = service.get_enriched_account_data(lookup).facts
            assert facts is not None
            assert (facts.account_id, facts.matched_by) == (record["id"], MatchBasis.DOMAIN)


@files("ruby_hubspot_api_vcr/companies__find_by_id.json")
def test_a_recorded_company_is_read_by_its_id(path: Path | None) -> None:
    for body in bodies(path):
        lookup = CRMLookup("c", "Nobody", None, body["id"])
        with portal_with({READ: Answer({"results": [body]})}) as (service, _):
            facts = service.get_enriched_account_data(lookup).facts
        assert facts is not None
        assert (facts.account_name, facts.website) == ("ACME Example", "example.com")


@files("deal_properties_2025.json")
def test_a_recorded_deal_hangs_on_the_company(path: Path | None) -> None:
    [record] = bodies(path)
    read = {"/crm/v3/objects/deals/batch/read": Answer({"results": [{**record, "id": "510"}]})}
    with portal_with(read) as (service, _):
        facts = service.get_enriched_account_data(BY_ID).facts
    assert facts is not None
    [deal] = facts.opportunities
    assert (deal.name, deal.amount, deal.is_closed) == ("Another Deal", 1_000_000.0, False)
    assert deal.stage == "appointmentscheduled"


@files("tickets_search_items_2021.json")
def test_recorded_tickets_hang_on_the_company(path: Path | None) -> None:
    [body] = bodies(path)
    ids = [{"toObjectId": each["id"]} for each in body["results"]]
    hanging = {"results": [{"from": {"id": "880001"}, "to": ids}]}
    read = {
        "/crm/v4/associations/companies/tickets/batch/read": Answer(hanging),
        "/crm/v3/objects/tickets/batch/read": Answer(body),
    }
    with portal_with(read) as (service, _):
        facts = service.get_enriched_account_data(BY_ID).facts
    assert facts is not None
    assert [(each.subject, each.priority) for each in facts.cases] == [
        ("Test 3", "Low"),
        ("Test 2", "Low"),
    ]


@files(ASSOCIATIONS)
def test_recorded_associations_are_read_as_text_and_as_numbers(path: Path | None) -> None:
    [told] = [each for each in bodies(path) if "note" in each]
    recorded = told["POST /crm/v4/associations/contacts/companies/batch/read"]
    for kind in (str, int):
        [first, *_] = recorded["results"]
        targets = [{**each, "toObjectId": kind(each["toObjectId"])} for each in first["to"]]
        page = {**recorded, "results": [{"from": {"id": "880001"}, "to": targets}]}
        path_ = "/crm/v4/associations/companies/contacts/batch/read"
        contact = {**sample("contacts_read")["results"][0], "id": "174919744979"}
        read = {"/crm/v3/objects/contacts/batch/read": Answer({"results": [contact]})}
        with portal_with({path_: Answer(page), **read}) as (service, _):
            facts = service.get_enriched_account_data(BY_ID).facts
        assert facts is not None
        assert (facts.contact_count, facts.contacts[0].name) == (1, "Ida Storm")
