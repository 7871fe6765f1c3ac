"""A monitoring run takes each client from the search to a told person."""

from sqlalchemy import func, select

from tests import factories
from tests.doubles.providers import ScriptedSearch, result
from tests.doubles.world import World
from webapp.enums import (
    AIName,
    Channel,
    Provenance,
    RawOutcome,
    RunStatus,
    SourceName,
    Verdict,
)
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    Client,
    CrmSnapshot,
    EmailLog,
    Event,
    EventRawData,
    Insight,
    JobRunClient,
    Notification,
    NotificationDecision,
    RawDataSighting,
    User,
)

NEWS = "Halcyon Health raises $65M in Series C funding"


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_one_article_becomes_an_event_that_people_hear_of(
    world: World, schedule: AutomationSchedule, ana: User, ben: User
) -> None:
    world.source.results = [result(NEWS)]
    run = world.run(schedule)
    assert run.status is RunStatus.COMPLETED
    event = db.session.scalars(select(Event)).unique().one()
    assert (event.title, event.provenance) == (NEWS, Provenance.LIVE)
    assert {row.user_id for row in db.session.query(Notification)} == {ana.id, ben.id}
    assert {row.recipient_email for row in db.session.query(EmailLog)} == {ana.email, ben.email}


def test_the_ledger_says_why_each_person_was_told(
    world: World, schedule: AutomationSchedule, ben: User
) -> None:
    world.source.results = [result(NEWS)]
    factories.preference(ben, relevance_threshold=0.9)
    world.run(schedule)
    rows = db.session.query(NotificationDecision).filter_by(user_id=ben.id).all()
    assert {row.channel: row.verdict for row in rows} == dict.fromkeys(Channel, Verdict.HOLD)
    assert "relevance 80" in rows[0].reason


def test_an_insight_is_written_from_the_relevance_on_that_is_set(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.results = [result(NEWS)]
    world.run(schedule)
    assert db.session.query(Insight).one().provider is AIName.OPENAI
    facts = world.model.insights[0].facts
    assert facts is not None
    assert facts.arr == 240_000


def test_an_insight_is_kept_even_if_nobody_wants_to_hear_of_the_event(
    world: World, ana: User, ben: User, schedule: AutomationSchedule
) -> None:
    for user in (ana, ben):
        factories.preference(user, notification_categories=["award_recognition"])
    world.source.results = [result(NEWS)]
    run = world.run(schedule)
    assert (run.notifications, run.emails) == (0, 0)
    assert db.session.query(Insight).one().why_it_matters


def test_below_that_relevance_no_insight_is_written(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.results = [result(NEWS)]
    world.model.relevance = 0.69
    world.run(schedule)
    assert count(Insight) == 0


def test_a_second_run_finds_nothing_new(world: World, schedule: AutomationSchedule) -> None:
    world.source.results = [result(NEWS)]
    world.run(schedule)
    second = world.run(schedule)
    assert (second.events, second.notifications, second.emails) == (0, 0, 0)
    assert count(Event) == count(EventRawData) == count(Insight) == 1


def test_at_most_five_events_a_client_and_the_rest_waits(
    world: World, schedule: AutomationSchedule
) -> None:
    topics = ("opens Oslo office", "names Ida Berg chief executive", "sued over billing",
              "launches triage tool", "wins safety award", "buys Brightleaf Labs",
              "cuts 300 jobs")  # fmt: skip
    world.source.results = [result(f"Halcyon Health {topic}") for topic in topics]
    first = world.run(schedule)
    assert (first.events, first.deferred) == (5, 2)
    second = world.run(schedule)
    assert (second.events, second.deferred) == (2, 0)


def test_two_sources_with_the_same_article_make_one_event_with_two_sources(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.results = [result(NEWS)]
    feed = result(NEWS, source=SourceName.RSS, url="https://feed.example.com/1?utm_source=x")
    world.sources.append(ScriptedSearch([feed], name=SourceName.RSS))
    world.run(schedule)
    assert count(Event) == 1
    assert db.session.query(EventRawData).one().source_api is SourceName.SERPER
    assert db.session.query(RawDataSighting).one().source_api is SourceName.RSS


def test_what_does_not_name_the_client_is_kept_as_raw_data_only(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.results = [result("Meridian Energy opens a plant")]
    world.run(schedule)
    row = db.session.query(EventRawData).one()
    assert (row.outcome, row.is_processed) == (RawOutcome.WRONG_COMPANY, True)
    assert count(Event) == 0


def test_search_only_collects_and_makes_no_event(world: World, ana: User, halcyon: Client) -> None:
    schedule = factories.schedule(ana, job_type="search_only")
    world.source.results = [result(NEWS)]
    run = world.run(schedule)
    assert (run.status, run.raw_rows, run.events) == (RunStatus.COMPLETED, 1, 0)
    assert db.session.query(EventRawData).one().client_id == halcyon.id


def test_crm_facts_are_kept_as_a_snapshot(world: World, schedule: AutomationSchedule) -> None:
    world.run(schedule)
    snapshot = db.session.query(CrmSnapshot).one()
    assert (snapshot.provenance, snapshot.facts["arr"]) == (Provenance.LIVE, 240_000)
    assert 0.0 <= (snapshot.engagement_score or 0.0) <= 1.0


def test_the_runs_figures_add_up(world: World, schedule: AutomationSchedule) -> None:
    world.source.results = [result(NEWS), result(NEWS)]
    run = world.run(schedule)
    assert (run.clients_total, run.clients_done, run.clients_failed) == (1, 1, 0)
    assert (run.results, run.raw_rows, run.duplicates, run.events) == (2, 1, 1, 1)
    assert (run.notifications, run.emails, run.insights, run.ai_calls) == (2, 2, 1, 2)
    assert run.ai_cost_usd > 0
    took = db.session.query(JobRunClient).one().seconds
    assert took is not None
    assert 0 < took <= (run.seconds or 0.0) + 1


def test_an_archived_client_is_not_monitored(
    world: World, schedule: AutomationSchedule, ben: User
) -> None:
    factories.client(ben.business, name="Castellan Bank", status="archived")
    assert world.run(schedule).clients_total == 1


def test_what_was_only_collected_becomes_an_event_once_a_monitoring_run_meets_it(
    world: World, schedule: AutomationSchedule, ana: User
) -> None:
    world.source.results = [result(NEWS)]
    world.run(factories.schedule(ana, job_type="search_only"))
    assert world.run(schedule).events == 1


def test_where_model_and_rules_disagree_somebody_is_asked_to_look(
    world: World, schedule: AutomationSchedule
) -> None:
    world.source.results = [result(NEWS)]
    world.model.relevance, world.rules.relevance = 1.0, 0.35
    world.run(schedule)
    event = db.session.query(Event).one()
    assert (event.relevance_score, event.needs_review) == (0.65, True)
    assert event.review_reason == "Relevance 100 by the model, 35 by the rules; 65 is kept."
    assert db.session.query(Insight).count() == 0
