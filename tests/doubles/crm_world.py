"""The whole app over CRMs whose answers a test writes down, and accounts for them to propose."""

from typing import Any

import pytest
from flask import Flask

from tests.doubles.providers import ScriptedCRM
from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.container import EXTENSION
from webapp.enums import CRMName, MatchBasis
from webapp.providers.base import CRMFacts


def use_crms(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, *crms: ScriptedCRM
) -> World:
    """Let the app ask these CRMs instead of the real ones."""
    world = World(settings, crms=list(crms))
    monkeypatch.setitem(app.extensions, EXTENSION, world.services)
    return world


def account(account_id: str = "001AA000003DHPxYAO", **values: Any) -> CRMFacts:
    """An account that a CRM proposes because of its name, unless told otherwise."""
    given: dict[str, Any] = {
        "provider": CRMName.SALESFORCE,
        "account_name": "Halcyon Health, Inc.",
        "fetched_at": clock.now(),
        "matched_by": MatchBasis.NAME,
        "website": "https://halcyon.example.com",
        "owner_name": "Ben Aldous",
    }
    return CRMFacts(account_id=account_id, **{**given, **values})


def knows_nobody(*candidates: CRMFacts) -> ScriptedCRM:
    """A CRM that is sure of no account and proposes these."""
    return ScriptedCRM(knows_account=False, candidates=candidates)
