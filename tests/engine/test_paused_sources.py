"""A source with a wrong key, or one that is down, is not asked for every client anew."""

from datetime import timedelta

import pytest

from tests import factories
from tests.doubles.providers import ScriptedSearch
from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import RunReason, RunStatus, SourceName, SourceStatus
from webapp.errors import ProviderAuthError, ProviderError, ProviderResponseError
from webapp.extensions import db
from webapp.models import AutomationSchedule, ProviderHealth, QuotaUse, SourceCheck, User

pytestmark = pytest.mark.usefixtures("database")
WRONG_KEY = ProviderAuthError("Serper does not accept the key (403).")


def messages(source: SourceName = SourceName.SERPER) -> set[str]:
    rows = db.session.query(SourceCheck).filter_by(source=source, status=SourceStatus.FAILED)
    return {row.message or "" for row in rows}


def later(**time: float) -> None:
    clock.set_clock(clock.now() + timedelta(**time))


def test_a_refused_key_is_not_tried_again_for_an_hour(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = WRONG_KEY
    for _ in range(3):
        world.run(schedule)
        later(minutes=10)
    assert world.source.calls == 1
    assert any("try again on the Status page" in message for message in messages())
    later(minutes=45)
    world.run(schedule)
    world.run(schedule)
    assert world.source.calls == 2


def test_one_success_ends_the_pause(world: World, schedule: AutomationSchedule) -> None:
    world.source.error = WRONG_KEY
    world.run(schedule)
    world.source.error = None
    later(minutes=61)
    world.run(schedule)
    world.run(schedule)
    assert world.source.calls == 3
    row = db.session.get_one(ProviderHealth, "serper", populate_existing=True)
    assert (row.refused_key_fingerprint, row.needs_attention) == (None, False)


def test_every_process_keeps_away_from_a_refused_key(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.error = WRONG_KEY
    world.run(schedule)
    other = World(world.settings)
    other.run(schedule)
    assert other.source.calls == 0


def test_a_new_key_is_tried_at_once(
    world: World, schedule: AutomationSchedule, settings: Settings
) -> None:
    world.source.error = WRONG_KEY
    world.run(schedule)
    secret = settings.secret_key.get_secret_value()
    other = World(
        Settings.from_env(
            secret_key=secret, instance_dir=settings.instance_dir, serper_api_key="a-new-key"
        )
    )
    other.run(schedule)
    assert other.source.calls == 1


def test_a_paused_source_fails_no_schedule_and_costs_no_quota(
    settings: Settings, schedule: AutomationSchedule
) -> None:
    world = World(settings.model_copy(update={"serper_daily_quota": 10}))
    world.source.error = WRONG_KEY
    for _ in range(6):
        run = world.run(schedule)
    assert (run.status, run.reason) == (RunStatus.FAILED, RunReason.NO_LIVE_SOURCE)
    db.session.refresh(schedule)
    assert (schedule.is_active, schedule.consecutive_failures) == (True, 0)
    assert db.session.query(QuotaUse).one().calls == 1


def test_a_key_that_only_one_client_is_refused_pauses_nothing(
    world: World, schedule: AutomationSchedule
) -> None:
    closed = ProviderAuthError("The feed asks for a password.")
    closed.account_wide = False
    world.source.error = closed
    world.run(schedule)
    world.run(schedule)
    assert world.source.calls == 2


def test_a_source_that_is_down_is_left_alone_and_says_until_when(world: World, ana: User) -> None:
    for number in range(8):
        factories.client(ana.business, name=f"Company {number}")
    slow = world.settings.model_copy(update={"monitor_concurrency": 1})
    world = World(slow)
    world.source.error = ProviderResponseError("Serper answered with a web page.")
    feeds = ScriptedSearch(name=SourceName.RSS)
    world.sources.append(feeds)
    run = world.run(factories.schedule(ana))
    assert feeds.calls == 8
    assert world.source.calls == 5
    assert any("is paused until" in message for message in messages())
    assert (run.status, run.reason) == (RunStatus.PARTIAL, RunReason.SOME_SOURCES_FAILED)


@pytest.mark.parametrize(
    ("error", "calls"),
    [(None, 1), (ProviderResponseError("No JSON.", retry_after=0.01), 3), (WRONG_KEY, 1)],
)
def test_retries_count_as_calls(
    settings: Settings, schedule: AutomationSchedule, error: ProviderError | None, calls: int
) -> None:
    for quota in (0, 10):
        world = World(settings.model_copy(update={"serper_daily_quota": quota}))
        world.source.error = error
        world.run(schedule)
        assert db.session.query(QuotaUse).one().calls == calls == world.source.calls
        db.session.query(QuotaUse).delete()
        db.session.query(ProviderHealth).delete()
        db.session.commit()
