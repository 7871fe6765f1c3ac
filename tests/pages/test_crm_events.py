"""An event that the CRM told: its page and answer name the CRM, and no article."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp.enums import Category, ReporterName
from webapp.models import Event, User

As = Callable[[User], FlaskClient]
LINE = "Health of the account: Red"


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(
        factories.client(ben.business, owner=ben),
        source_api=ReporterName.CRM,
        publisher="Salesforce",
        url="",
        category=Category.CHURN_SIGNAL,
        evidence=[{"quote": LINE, "raw_data_id": None, "url": "", "publisher": "Salesforce"}],
    )


def test_the_page_names_the_crm_and_quotes_it(browse_as: As, ben: User, event: Event) -> None:
    page = browse_as(ben).get(f"/events/{event.id}").text
    assert "CRM: Salesforce" in page
    assert f"“{LINE}”" in page
    assert "Open source" not in page
    assert "Wrong company" not in page
    assert f"/clients/{event.client_id}#crm" in page


def test_the_accounts_page_is_linked_where_there_is_one(browse_as: As, ben: User) -> None:
    url = "https://org.example.com/001"
    client = factories.client(ben.business, owner=ben)
    linked = factories.event(client, source_api=ReporterName.CRM, url=url, publisher="HubSpot")
    assert f'href="{url}"' in browse_as(ben).get(f"/events/{linked.id}").text


def test_the_answer_has_the_crm_as_its_only_source(api_as: As, ben: User, event: Event) -> None:
    found = api_as(ben).get(f"/api/v1/events/{event.id}").get_json()
    [source] = found["sources"]
    assert (source["source_api"], source["publisher"], source["snippet"]) == (
        *("crm", "Salesforce"),
        LINE,
    )
    assert api_as(ben).get("/api/v1/events/").get_json()["events"][0]["source_api"] == "crm"


def test_wrong_company_is_no_answer_to_the_crm(api_as: As, ben: User, event: Event) -> None:
    url = f"/api/v1/events/{event.id}/feedback"
    refused = api_as(ben).post(url, json={"verdict": "wrong_company"})
    assert (refused.status_code, "another account" in refused.text) == (422, True)
    assert api_as(ben).post(url, json={"verdict": "useful"}).status_code == 200


def test_another_business_finds_nothing(browse_as: As, cleo: User, event: Event) -> None:
    assert browse_as(cleo).get(f"/events/{event.id}").status_code == 404
