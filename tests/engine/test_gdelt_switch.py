"""An admin's switch decides for all clients of a business whether GDELT is asked."""

import pytest

from tests.doubles.world import World
from webapp.extensions import db
from webapp.models import AutomationSchedule, Business, Client
from webapp.providers.base import SearchTarget
from webapp.services.transactions import atomic


@pytest.mark.parametrize("enabled", [0, 1])
def test_the_switch_of_the_business_reaches_every_source(
    world: World, schedule: AutomationSchedule, halcyon: Client, enabled: int
) -> None:
    seen = list[SearchTarget]()
    world.source.before = seen.append
    with atomic():
        business = db.session.get_one(Business, halcyon.business_id)
        business.gdelt_enabled = bool(enabled)
    world.run(schedule)
    assert [each.gdelt_enabled for each in seen] == [bool(enabled)]
