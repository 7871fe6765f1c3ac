"""The demo workspace."""

import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.databases import wipe
from webapp import clock
from webapp.config import Settings
from webapp.enums import (
    Category,
    EmailStatus,
    JobType,
    Provenance,
    ReporterName,
    Role,
    RunStatus,
    ScheduleType,
    SimulationReason,
)
from webapp.errors import ConflictError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Business,
    Client,
    ClientExclusion,
    EmailLog,
    Event,
    EventRawData,
    Insight,
    JobRun,
    JobRunClient,
    Mute,
    Notification,
    NotificationDecision,
    RawDataSighting,
    StandIn,
    User,
)
from webapp.services.accounts import AccountService
from webapp.services.calibration_votes import read_votes
from webapp.services.demo.people import DEMO_EMAIL, DEMO_PASSWORD
from webapp.services.demo.reports import CUTS, MORE_CUTS, WRONG_NAME
from webapp.services.demo.seed import DemoService
from webapp.services.demo.wishes import MUTED_PAPER

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def demo(settings: Settings) -> Settings:
    return settings.model_copy(update={"demo": True})


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_it_loads_quickly_and_once(demo: Settings) -> None:
    start = time.thread_time()
    assert DemoService(settings=demo).seed()
    assert time.thread_time() - start < 3
    before = [count(model) for model in (Business, User, Client, Event, Notification)]
    assert not DemoService(settings=demo).seed()
    assert [count(model) for model in (Business, User, Client, Event, Notification)] == before


def test_only_a_demo_deployment_gets_it(settings: Settings) -> None:
    with pytest.raises(ConflictError, match="DEMO=1"):
        DemoService(settings=settings).seed()
    assert count(Business) == 0


def test_it_takes_nobodys_address(demo: Settings) -> None:
    factories.user(factories.business(), name="Ana")
    with pytest.raises(ConflictError, match=DEMO_EMAIL):
        DemoService(settings=demo).seed()
    assert count(Business) == 1


def test_its_people_can_sign_in(demo: Settings) -> None:
    DemoService(settings=demo).seed()
    service = AccountService(settings=demo)
    secret = service.sign_in(DEMO_EMAIL, DEMO_PASSWORD, address="", user_agent=None)
    user = service.user_of_session(secret)
    assert user is not None
    assert user.role is Role.ADMIN
    roles = {each.email: each.role for each in db.session.scalars(select(User))}
    assert roles["ben@example.com"] is Role.CSM
    assert roles["dana@example.com"] is Role.MANAGER


def test_its_schedules_are_forced_and_planned(demo: Settings) -> None:
    DemoService(settings=demo).seed()
    rows = {each.name: each for each in db.session.scalars(select(AutomationSchedule))}
    assert all(each.config == {"force_mock": True} for each in rows.values())
    assert rows["Weekday mornings"].cron_expression == "30 7 * * 1-5"
    assert rows["Friday digest"].job_type is JobType.NOTIFICATION_DIGEST
    for each in rows.values():
        is_manual = each.schedule_type is ScheduleType.MANUAL
        assert (each.next_run_at is None) is is_manual, each.name
        assert each.next_run_at is None or each.next_run_at > clock.now()
    assert rows["Weekday mornings"].last_run_job_id is not None


def test_there_is_something_to_see_on_every_page_and_all_of_it_is_invented(demo: Settings) -> None:
    DemoService(settings=demo).seed()
    kinds = db.session.execute(select(Event.provenance, Event.simulation_reason).distinct()).all()
    assert [tuple(kind) for kind in kinds] == [(Provenance.SIMULATED, SimulationReason.FORCED)]
    assert count(Event) > 35
    mails = {row[0] for row in db.session.execute(select(EmailLog.status).distinct())}
    runs = {row[0] for row in db.session.execute(select(JobRun.status).distinct())}
    unread = select(func.count()).select_from(Notification).where(Notification.read_at.is_(None))
    assert {EmailStatus.SENT, EmailStatus.BOUNCED, EmailStatus.FAILED} <= mails
    assert {RunStatus.COMPLETED, RunStatus.PARTIAL, RunStatus.FAILED} <= runs
    assert (db.session.scalar(unread) or 0) > 0
    assert count(Insight) > 20
    now = clock.now()
    for model in (Event, Notification, EmailLog, JobRun):
        newest = db.session.scalar(select(func.max(model.created_at)))
        assert newest is not None
        assert newest <= now


def test_the_figures_of_runs_agree_with_what_they_made(demo: Settings) -> None:
    DemoService(settings=demo).seed()
    sums = db.session.execute(
        select(func.sum(JobRun.events), func.sum(JobRun.notifications), func.sum(JobRun.emails))
    ).one()
    mails = select(func.count(EmailLog.id)).where(EmailLog.event_id.is_not(None))
    assert list(sums) == [count(Event), count(Notification), db.session.scalar(mails)]


def test_something_was_held_back_a_paper_is_muted_and_somebody_away(demo: Settings) -> None:
    DemoService(settings=demo).seed()
    stops = {row[0] for row in db.session.execute(select(NotificationDecision.stopped_by))}
    assert {"relevance", "clients", "frequency", "mute", "stand_in"} <= stops
    assert db.session.scalars(select(Mute.label)).all() == [MUTED_PAPER]
    away = db.session.scalars(select(StandIn)).one()
    assert away.starts_on <= clock.now().date() <= away.ends_on


def test_a_runs_insights_are_those_of_its_clients(demo: Settings) -> None:
    DemoService(settings=demo).seed()
    by_run = select(func.sum(JobRunClient.insights)).where(JobRunClient.job_run_id == JobRun.id)
    off = select(JobRun.id).where(
        func.coalesce(by_run.scalar_subquery(), 0) != JobRun.insights,
    )
    assert db.session.scalars(off).all() == []
    assert db.session.scalar(select(func.sum(JobRun.insights))) == count(Insight)


def test_a_story_has_several_sources_an_update_and_a_wrong_company(demo: Settings) -> None:
    DemoService(settings=demo).seed()
    cuts, update = (
        db.session.scalars(select(Event).where(Event.title == title)).one()
        for title in (CUTS, MORE_CUTS)
    )
    assert (update.story_id, bool(update.change_note)) == (cuts.story_id, True)
    rows = db.session.scalars(
        select(EventRawData).where(EventRawData.processed_into_event_id == cuts.id)
    ).all()
    assert len({row.publisher for row in rows}) == 3
    assert count(RawDataSighting) == 1
    taught = db.session.scalars(select(ClientExclusion)).one()
    hidden = db.session.scalars(select(Event).where(Event.hidden_at.is_not(None))).one()
    assert (taught.event_id, hidden.hidden_by_id) == (hidden.id, taught.id)
    outcomes = {row[0] for row in db.session.execute(select(EventRawData.outcome).distinct())}
    assert {"created", "duplicate", "irrelevant", "old", "wrong_company"} <= outcomes
    left_out = select(EventRawData).where(EventRawData.outcome == "wrong_company")
    reasons = {row.outcome_reason for row in db.session.scalars(left_out)}
    assert reasons == {f"names the excluded term “{WRONG_NAME}”"}


def test_what_it_found_is_the_same_every_time(demo: Settings) -> None:
    clock.set_clock(datetime(2026, 11, 18, 9, 40, tzinfo=UTC))
    seen = []
    for _ in range(2):
        DemoService(settings=demo).seed()
        rows = select(EventRawData.title, EventRawData.raw_content).order_by(EventRawData.title)
        seen.append(db.session.execute(rows).all())
        wipe()
    assert seen[0] == seen[1]


def test_its_feedback_teaches_and_its_crm_tells_of_a_client_at_risk(demo: Settings) -> None:
    DemoService(settings=demo).seed()
    [business] = db.session.scalars(select(Business))
    assert len(read_votes(business.id).votes) > 3
    [risk] = db.session.scalars(select(Event).where(Event.source_api == ReporterName.CRM))
    assert (risk.category, bool(risk.evidence)) == (Category.CHURN_SIGNAL, True)
