"""The simulated CRM knows everybody and always says the same."""

from datetime import UTC, datetime

import pytest

from webapp import clock
from webapp.enums import CRMName
from webapp.providers.base import CRMFacts, CRMLookup
from webapp.providers.crm.mock import MockCRMProvider
from webapp.providers.mock_api import MockAPIService

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def service() -> MockCRMProvider:
    clock.set_clock(NOW)
    return MockCRMProvider(MockAPIService())


def facts(service: MockCRMProvider, client_id: str) -> CRMFacts:
    found = service.get_enriched_account_data(CRMLookup(client_id, "Castellan Bank"))
    assert found.facts is not None
    return found.facts


def test_the_same_client_always_has_the_same_account(service: MockCRMProvider) -> None:
    again = MockCRMProvider(MockAPIService())
    assert facts(service, "c1").arr == facts(again, "c1").arr
    assert facts(service, "c1").contacts == facts(again, "c1").contacts


def test_other_clients_have_other_accounts(service: MockCRMProvider) -> None:
    assert len({facts(service, f"c{number}").arr for number in range(20)}) > 15


def test_every_account_is_complete_and_lies_around_today(service: MockCRMProvider) -> None:
    for number in range(50):
        found = facts(service, f"c{number}")
        assert found.provider is CRMName.MOCK
        assert found.arr
        assert found.renewal_on
        assert 0 < (found.renewal_on - NOW.date()).days <= 366
        assert any(person.is_champion for person in found.contacts)
        assert all(case.opened_on and case.opened_on < NOW.date() for case in found.cases)


def test_it_needs_no_configuration(service: MockCRMProvider) -> None:
    assert service.is_configured()
