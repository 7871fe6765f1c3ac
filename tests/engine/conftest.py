"""A world of scripted providers, and a client of ben's that a schedule of ana's watches."""

import pytest
from flask import Flask

from tests import factories
from tests.doubles.world import World
from webapp.config import Settings
from webapp.models import AutomationSchedule, Client, User


@pytest.fixture
def world(database: Flask, settings: Settings) -> World:  # noqa: ARG001 -- it must be there
    """Scripted providers and the services over them."""
    return World(settings)


@pytest.fixture
def halcyon(ben: User) -> Client:
    """A client that ben owns."""
    return factories.client(ben.business, owner=ben, name="Halcyon Health")


@pytest.fixture
def schedule(ana: User, halcyon: Client) -> AutomationSchedule:
    """A monitoring schedule of all clients."""
    assert halcyon.business_id == ana.business_id
    return factories.schedule(ana)
