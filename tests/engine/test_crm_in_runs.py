"""What a run learns from the CRM beside the news, and what it never takes for a fact."""

import pytest

from tests import factories
from tests.doubles.crm_world import account, knows_nobody
from tests.doubles.providers import result
from tests.doubles.world import World
from webapp.config import Settings
from webapp.enums import CRMName, MatchStatus, RunStatus
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client, CrmMatch, CrmSnapshot, User
from webapp.services.actors import actor_of
from webapp.services.crm_snapshots import facts_to_json

pytestmark = pytest.mark.usefixtures("database")
NEWS = "Halcyon Health raises $65M in Series C funding"


def test_an_account_that_only_has_the_name_is_proposed_and_tells_no_insight(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = World(settings, crms=[knows_nobody(account(arr=900_000))])
    world.source.results = [result(NEWS)]
    run = world.run(schedule)
    assert run.status is RunStatus.COMPLETED
    assert world.model.insights[0].facts is None
    [match] = db.session.query(CrmMatch)
    assert (match.status, match.account_name) == (MatchStatus.PROPOSED, "Halcyon Health, Inc.")
    assert db.session.query(CrmSnapshot).count() == 0


def test_an_imported_account_serves_like_a_crm_and_is_stored_once(
    settings: Settings, ana: User, halcyon: Client
) -> None:
    facts = account("H1", provider=CRMName.CSV, arr=120_000, matched_by=None)
    factories.crm_account(ana.business, facts=facts_to_json(facts))
    world = World(settings, crms=[])
    world.services.crm.matches.confirm(
        actor_of(ana), halcyon.id, provider=CRMName.CSV, account_id="H1"
    )
    schedule = factories.schedule(ana)
    for headline in (NEWS, "Halcyon Health opens a plant in Lisbon"):
        world.source.results = [result(headline)]
        assert world.run(schedule).status is RunStatus.COMPLETED
    told = [each.facts.arr for each in world.model.insights if each.facts]
    assert told == [120_000, 120_000]
    assert db.session.query(CrmSnapshot).count() == 1
