"""A model or a CRM that is down is left alone for a while, like a source."""

import pytest

from tests import factories
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp.errors import ProviderResponseError, ProviderUnavailableError
from webapp.models import User
from webapp.providers.base import CRMLookup
from webapp.services.circuit_breakers import MAX_FAILURES, ServicePausedError

pytestmark = pytest.mark.usefixtures("database")
CLIENTS = (
    *("Castellan Bank", "Northwind Logistics", "Meridian Energy"),
    *("Orbital Robotics", "Brightleaf Foods", "Quillstone Media"),
)


def test_a_model_that_answers_nonsense_is_left_alone_after_five_failures(
    world: World, ana: User
) -> None:
    for name in CLIENTS:
        factories.client(ana.business, name=name, owner=ana)
    world.source.results = [result(f"{name} raises $65M in Series C funding") for name in CLIENTS]
    world.model.error = ProviderResponseError("The answer was no JSON.")
    world.run(factories.schedule(ana))
    asked = len(world.model.classified) + len(world.model.insights)
    world.source.results = [result(f"{name} opens a plant in Lisbon") for name in CLIENTS]
    world.run(factories.schedule(ana))
    assert len(world.model.classified) + len(world.model.insights) == asked


def test_a_crm_that_is_down_is_not_asked_while_it_is_paused(world: World, ana: User) -> None:
    client = factories.client(ana.business, name="Castellan Bank", owner=ana)
    lookup = CRMLookup(str(client.id), client.name, None, None)
    world.crms[0].error = ProviderUnavailableError("Salesforce does not answer.", retry_after=0)
    answers = [world.services.crm.fetch(lookup) for _ in range(MAX_FAILURES + 1)]
    assert isinstance(answers[-1].error, ServicePausedError)
