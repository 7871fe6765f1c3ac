"""What the status page says of the machine."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests import factories
from tests.doubles.schedule_collaborators import real_scheduler, unreachable_redis
from tests.doubles.world import World
from webapp import clock
from webapp.config import Settings
from webapp.enums import ProcessKind
from webapp.errors import (
    ForbiddenError,
    NotFoundError,
    ProviderAuthError,
    ProviderError,
    ProviderQuotaError,
    ProviderResponseError,
)
from webapp.extensions import db
from webapp.models import ProcessHeartbeat, ProviderHealth, User
from webapp.queueing import JobQueue
from webapp.services.actors import actor_of
from webapp.services.circuit_breakers import CircuitBreakers
from webapp.services.provider_health import ProviderHealthService
from webapp.services.provider_keys import key_fingerprints
from webapp.services.quotas import QuotaLedger
from webapp.services.source_gate import SourceGate, Tally
from webapp.services.status import ProcessStatus, StatusService, SystemStatus
from webapp.services.status_providers import LightState, ProviderStatus

pytestmark = pytest.mark.usefixtures("database")
MIGRATION = """
revision = "abc"
down_revision = None
"""


def gate(settings: Settings) -> SourceGate:
    return SourceGate(
        health=ProviderHealthService(key_fingerprints(settings)),
        quotas=QuotaLedger(settings=settings),
        breakers=CircuitBreakers(unreachable_redis()),
    )


def look(user: User, settings: Settings, migrations: Path | None = None) -> SystemStatus:
    service = StatusService(
        scheduler=real_scheduler(settings)[0],
        queue=JobQueue(unreachable_redis()),
        health=ProviderHealthService(),
        settings=settings,
        gate=gate(settings),
        spending=World(settings).services.ai_spending,
        migrations=migrations or Path("nowhere"),
    )
    return service.status(actor_of(user))


def part(status: SystemStatus, name: str) -> ProcessStatus:
    return next(each for each in status.processes if each.name == name)


def provider(status: SystemStatus, name: str) -> ProviderStatus:
    return next(each for each in status.providers if each.name == name)


def with_key(settings: Settings) -> Settings:
    return Settings.from_env(
        secret_key=settings.secret_key.get_secret_value(), serper_api_key="a-key"
    )


def test_a_redis_that_is_down_is_said_and_harms_nothing(ana: User, settings: Settings) -> None:
    status = look(ana, settings)
    assert part(status, "Redis").state is LightState.DANGER
    assert "REDIS_URL" in part(status, "Redis").advice
    assert status.queues is None


def test_heartbeats_light_scheduler_and_workers(ana: User, settings: Settings) -> None:
    for kind in (ProcessKind.SCHEDULER, ProcessKind.WORKER):
        now = clock.now()
        factories.save(ProcessHeartbeat(name=kind.value, kind=kind, started_at=now, beat_at=now))
    status = look(ana, settings)
    assert part(status, "Scheduler").state is LightState.OK
    assert part(status, "Workers").summary == "1 worker running"


def test_without_processes_it_says_how_to_start_them(ana: User, settings: Settings) -> None:
    status = look(ana, settings)
    assert part(status, "Scheduler").advice.endswith("python -m jobs.scheduler")
    assert part(status, "Workers").state is LightState.DANGER


def test_the_next_runs_are_the_businesss_own(ana: User, cleo: User, settings: Settings) -> None:
    own = factories.schedule(ana)
    factories.schedule(cleo)
    assert [job.id for job in look(ana, settings).next_runs] == [own.id]


def test_a_service_without_a_key_says_which_variable_to_set(ana: User, settings: Settings) -> None:
    serper = provider(look(ana, settings), "serper")
    assert (serper.state, serper.is_configured) == (LightState.OFF, False)
    assert "SERPER_API_KEY" in serper.advice


def test_a_service_that_ends_says_when(ana: User, settings: Settings) -> None:
    google = provider(look(ana, settings), "google_search")
    assert "2027-01-01" in google.label
    assert "GOOGLE_SEARCH_API_KEY" in google.advice


def test_gdelt_says_whether_this_business_has_it_on(
    ana: User, cleo: User, settings: Settings
) -> None:
    factories.save(ProviderHealth(provider="gdelt", last_success_at=clock.now()))
    ana.business.gdelt_enabled = True
    db.session.commit()
    own, other = (provider(look(user, settings), "gdelt") for user in (ana, cleo))
    assert (own.is_switched_on, own.state) == (True, LightState.OK)
    assert own.summary == "Working; switched on for your business"
    assert (other.is_switched_on, other.state) == (False, LightState.OFF)
    assert "under Business" in other.advice
    assert provider(look(ana, settings), "serper").is_switched_on is None


@pytest.mark.parametrize(
    ("success", "failure", "needs_attention", "state"),
    [
        (None, None, False, LightState.OFF),
        (1, None, False, LightState.OK),
        (1, 5, False, LightState.OK),
        (5, 1, False, LightState.WARN),
        (None, 1, False, LightState.WARN),
        (5, 1, True, LightState.DANGER),
    ],
)
def test_the_later_of_success_and_failure_decides(
    ana: User,
    settings: Settings,
    success: int | None,
    failure: int | None,
    *,
    needs_attention: bool,
    state: LightState,
) -> None:
    def ago(minutes: int | None) -> object:
        return None if minutes is None else clock.now() - timedelta(minutes=minutes)

    factories.save(
        ProviderHealth(
            provider="serper",
            last_success_at=ago(success),
            last_failure_at=ago(failure),
            last_error="Serper refused the key." if failure else None,
            needs_attention=needs_attention,
        )
    )
    serper = provider(look(ana, with_key(settings)), "serper")
    assert serper.state is state
    assert bool(serper.advice) is (state in (LightState.WARN, LightState.DANGER))


def test_no_key_is_ever_shown(ana: User, settings: Settings) -> None:
    assert "a-key" not in repr(look(ana, with_key(settings)))


@pytest.mark.parametrize(("version", "summary"), [("abc", "Up to date"), ("old", "Not up to date")])
def test_migrations_are_compared_with_the_newest(
    ana: User, settings: Settings, tmp_path: Path, version: str, summary: str
) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "abc.py").write_text(MIGRATION)
    db.session.execute(text("CREATE TEMPORARY TABLE alembic_version (version_num VARCHAR(32))"))
    db.session.execute(text(f"INSERT INTO alembic_version VALUES ('{version}')"))  # noqa: S608 -- a case of this table
    assert part(look(ana, settings, tmp_path), "Migrations").summary == summary


def with_gate(user: User, settings: Settings) -> tuple[StatusService, SourceGate]:
    one = gate(settings)
    service = StatusService(
        scheduler=real_scheduler(settings)[0],
        queue=JobQueue(unreachable_redis()),
        health=ProviderHealthService(key_fingerprints(settings)),
        settings=settings,
        gate=one,
        spending=World(settings).services.ai_spending,
    )
    assert service.status(actor_of(user)).troubles
    return service, one


def refuse_key(gate: SourceGate) -> None:
    gate.note("serper", ProviderAuthError("Serper does not accept the key (403)."))


def spend_quota(gate: SourceGate) -> None:
    gate.note("serper", ProviderQuotaError("Serper's credits are spent."))


def break_circuit(gate: SourceGate) -> None:
    def fail() -> None:
        raise ProviderResponseError("A web page.", retry_after=0.001)

    for _ in range(2):
        with pytest.raises(ProviderError):
            gate.call("serper", fail, seconds=5, tally=Tally())


@pytest.mark.parametrize(
    ("happens", "state", "says"),
    [
        (refuse_key, LightState.DANGER, "Paused: its key was refused"),
        (spend_quota, LightState.WARN, "The quota is used up until"),
        (break_circuit, LightState.WARN, "Paused until"),
    ],
)
def test_what_pauses_a_source_is_said_and_an_admin_can_end_it(
    ana: User,
    settings: Settings,
    happens: Callable[[SourceGate], None],
    state: LightState,
    says: str,
) -> None:
    service, sources = with_gate(ana, with_key(settings))
    happens(sources)
    serper = provider(service.status(actor_of(ana)), "serper")
    assert (serper.state, serper.can_try_again) == (state, True)
    assert says in serper.summary
    assert sources.refusal("serper") is not None
    assert service.try_again(actor_of(ana), "serper") == "Serper"
    assert sources.refusal("serper") is None
    assert not provider(service.status(actor_of(ana)), "serper").can_try_again


def test_only_an_admin_can_have_a_source_tried_again(
    ana: User, ben: User, settings: Settings
) -> None:
    service, _ = with_gate(ana, settings)
    with pytest.raises(ForbiddenError):
        service.try_again(actor_of(ben), "serper")
    for name in ("smtp", "mock", "no such"):
        with pytest.raises(NotFoundError):
            service.try_again(actor_of(ana), name)


def test_calls_are_shown_against_the_quota(ana: User, settings: Settings) -> None:
    limited = with_key(settings).model_copy(update={"serper_daily_quota": 10})
    service, sources = with_gate(ana, limited)
    sources.call("serper", list, seconds=5, tally=Tally())
    serper = provider(service.status(actor_of(ana)), "serper")
    assert (serper.calls, serper.quota) == (1, 10)
