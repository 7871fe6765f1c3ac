"""A schedule of digests: its run promises the mails, counts them, and says when one failed."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.doubles.world import World
from webapp import clock
from webapp.enums import (
    Channel,
    JobType,
    NotificationFrequency,
    RunReason,
    RunStatus,
    Verdict,
)
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Client,
    EmailLog,
    JobRun,
    NotificationDecision,
    User,
)
from webapp.services.digest_content import DigestPlan, collect
from webapp.services.digest_due import DigestDue

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_monday_before_nine() -> None:
    clock.set_clock(MONDAY)


@pytest.fixture
def digest(ana: User) -> AutomationSchedule:
    """A schedule whose digests are due now."""
    return factories.schedule(
        ana, job_type=JobType.NOTIFICATION_DIGEST, next_run_at=MONDAY - timedelta(minutes=1)
    )


def waits_for_a_digest(user: User, halcyon: Client) -> None:
    factories.preference(user, notification_frequency=NotificationFrequency.DAILY)
    event = factories.event(halcyon, created_at=MONDAY - timedelta(hours=3))
    factories.save(
        NotificationDecision(
            business_id=event.business_id,
            event_id=event.id,
            user_id=user.id,
            channel=Channel.EMAIL,
            verdict=Verdict.DIGEST,
            reason="collected",
            checks=[],
            created_at=MONDAY - timedelta(hours=3),
        )
    )


def fire(world: World) -> JobRun:
    assert world.services.tick.firing.fire_due() == 1
    run = db.session.query(JobRun).one()
    ended = world.services.engine.execute_client_monitoring_job(run.id)
    db.session.rollback()
    return ended


def test_what_people_wait_for_leaves_with_the_run_and_is_counted_on_it(
    world: World, digest: AutomationSchedule, ana: User, ben: User, halcyon: Client
) -> None:
    for user in (ana, ben):
        waits_for_a_digest(user, halcyon)
    run = fire(world)
    assert (run.status, run.emails, run.clients_total) == (RunStatus.COMPLETED, 2, 0)
    assert {mail.user_id for mail in db.session.query(EmailLog)} == {ana.id, ben.id}
    db.session.refresh(digest)
    assert digest.last_run_job_id == run.id


@pytest.mark.parametrize(
    ("broken", "status", "failures"),
    [({"Ben"}, RunStatus.PARTIAL, 0), ({"Ana", "Ben"}, RunStatus.FAILED, 1)],
)
def test_a_digest_that_cannot_be_made_is_told_and_holds_up_no_other(
    world: World,
    digest: AutomationSchedule,
    ana: User,
    ben: User,
    *,
    halcyon: Client,
    monkeypatch: pytest.MonkeyPatch,
    broken: set[str],
    status: RunStatus,
    failures: int,
) -> None:
    ids = {user.id for user in (ana, ben) if user.name in broken}

    def fail_for_some(due: DigestDue, *, assigned_only: bool) -> DigestPlan:
        if due.user_id in ids:
            raise RuntimeError("a template is broken")
        return collect(due, assigned_only=assigned_only)

    for user in (ana, ben):
        waits_for_a_digest(user, halcyon)
    monkeypatch.setattr("webapp.services.digests.collect", fail_for_some)
    run = fire(world)
    assert (run.status, run.reason) == (status, RunReason.DIGESTS_FAILED)
    assert run.emails == 2 - len(broken)
    db.session.refresh(digest)
    assert digest.consecutive_failures == failures
