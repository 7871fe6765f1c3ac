"""Adoption writes exactly what a trial showed, once, and names what it left out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.doubles.providers import ScriptedAI
from tests.doubles.world import World
from tests.engine.trials import (
    FUNDING,
    LAWSUIT,
    OTHER,
    actor,
    adopted,
    everything_else,
    finer_model,
    items,
    judged,
    monitored,
    trial,
    work,
)
from webapp import clock
from webapp.enums import (
    Category,
    Channel,
    EmailStatus,
    NotificationFrequency,
    RawOutcome,
    RiskLevel,
    TrialAdoption,
    TrialKind,
    TrialStatus,
    Verdict,
)
from webapp.errors import ConflictError, NotFoundError
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    EmailLog,
    Event,
    EventRawData,
    EventRevision,
    Notification,
    NotificationDecision,
    Story,
    User,
    UserPreference,
)
from webapp.services.transactions import atomic

WITHOUT_CHAT = (Channel.IN_APP, Channel.EMAIL)
"""How these users can be told: none of them has a chat."""

AGAIN = "Halcyon Health secures $65 million in Series C funding round"


@pytest.fixture
def finer(world: World) -> ScriptedAI:
    return finer_model(world, relevance=0.9)


def told() -> tuple[int, int]:
    db.session.rollback()
    return db.session.query(Notification).count(), db.session.query(EmailLog).count()


def decisions(event: Event) -> dict[tuple[int, str], Verdict]:
    rows = db.session.query(NotificationDecision).filter_by(event_id=event.id)
    return {(row.user_id, row.channel): row.verdict for row in rows}


def test_an_event_gets_the_shown_verdict_and_keeps_what_it_was(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.8)
    found = judged(world, ana, **OTHER)
    finer.category, finer.relevance = Category.OTHER, 0.1
    assert adopted(world, ana, found).status is TrialStatus.ADOPTED
    event = db.session.query(Event).one()
    assert (event.category, event.relevance_score) == (Category.PARTNERSHIP, 0.9)
    assert (event.model, event.prompt_version) == ("finer", "2")
    revision = db.session.query(EventRevision).one()
    assert (revision.event_id, revision.user_id) == (event.id, ana.id)
    assert (revision.before["category"], revision.before["relevance_score"]) == ("funding", 0.8)
    assert len(finer.classified) == 1


def test_only_who_was_held_back_is_told_and_the_ledger_says_so(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    factories.preference(ben, relevance_threshold=0.5)
    monitored(world, schedule, FUNDING, relevance=0.6)
    assert told() == (1, 1)
    adopted(world, ana, judged(world, ana, **OTHER))
    assert told() == (2, 2)
    event = db.session.query(Event).one()
    sent = {key for key, verdict in decisions(event).items() if verdict is Verdict.SEND}
    assert sent == {(user.id, each) for user in (ana, ben) for each in WITHOUT_CHAT}
    mail = db.session.query(EmailLog).filter_by(user_id=ana.id).one()
    assert (mail.status, mail.event_id) == (EmailStatus.PENDING, event.id)
    assert "judged anew" in mail.context["reason"]
    assert finer.classified


def test_a_new_event_comes_with_its_story_row_decisions_and_mails(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, LAWSUIT, relevance=0.1)
    found = judged(world, ana, **OTHER)
    adopted(world, ana, found)
    event = db.session.query(Event).one()
    raw = db.session.query(EventRawData).one()
    assert (raw.outcome, raw.processed_into_event_id) == (RawOutcome.CREATED, event.id)
    assert db.session.query(Story).one().id == event.story_id
    assert (event.title, event.relevance_score, event.classified_by) == (LAWSUIT, 0.9, "openai")
    assert event.evidence[0]["raw_data_id"] == str(raw.id)
    assert told() == (2, 2)
    (item,) = items(found.id, TrialKind.NEW_EVENT)
    assert (item.adoption, item.event_id) == (TrialAdoption.DONE, event.id)
    assert finer.classified


def test_reports_of_one_happening_become_one_new_event(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, AGAIN, relevance=0.1)
    adopted(world, ana, judged(world, ana, **OTHER))
    event = db.session.query(Event).one()
    rows = db.session.query(EventRawData).all()
    assert {row.processed_into_event_id for row in rows} == {event.id}
    assert {row.outcome for row in rows} == {RawOutcome.CREATED, RawOutcome.DUPLICATE}
    assert finer.classified


def test_pressing_twice_writes_once(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.6)
    found = judged(world, ana, **OTHER)
    for _ in range(2):
        world.services.trials.adopt(actor(ana), found.id)
    work(world, found.id)
    before = everything_else()
    world.services.trials.adopt(actor(ana), found.id)
    work(world, found.id)
    assert everything_else() == before
    assert db.session.query(EventRevision).count() == 1
    assert finer.classified


def test_what_changed_since_is_named_and_left_as_it_is(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, LAWSUIT, relevance=0.8)
    found = judged(world, ana, **OTHER)
    assert len(items(found.id, TrialKind.CHANGED)) == 2
    with atomic() as session:
        events = {each.title: each for each in session.scalars(select(Event))}
        events[FUNDING].risk_level = RiskLevel.HIGH
        events[LAWSUIT].hidden_at = clock.now()
    adopted(world, ana, found)
    notes = {item.title: (item.adoption, item.adoption_note) for item in items(found.id)}
    assert notes == {
        FUNDING: (TrialAdoption.SKIPPED, "The event was changed since the trial."),
        LAWSUIT: (TrialAdoption.SKIPPED, "The event is gone or hidden since."),
    }
    assert {event.category for event in db.session.query(Event)} == {Category.FUNDING}
    assert db.session.query(EventRevision).count() == 0
    assert finer.classified


def test_a_story_that_was_told_meanwhile_is_not_told_again(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.1)
    found = judged(world, ana, **OTHER)
    monitored(world, schedule, AGAIN, relevance=0.8)
    before = told()
    adopted(world, ana, found)
    (item,) = items(found.id, TrialKind.NEW_EVENT)
    assert item.adoption is TrialAdoption.SKIPPED
    assert "story" in (item.adoption_note or "")
    assert (db.session.query(Event).count(), told()) == (1, before)
    assert finer.classified


def test_a_row_that_was_judged_meanwhile_is_not_judged_again(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.1)
    found = judged(world, ana, **OTHER)
    with atomic() as session:
        session.scalars(select(EventRawData)).one().outcome = RawOutcome.WRONG_COMPANY
    adopted(world, ana, found)
    (item,) = items(found.id, TrialKind.NEW_EVENT)
    assert (item.adoption, db.session.query(Event).count()) == (TrialAdoption.SKIPPED, 0)
    assert "judged by somebody else" in (item.adoption_note or "")
    assert finer.classified


def test_who_wants_no_mail_any_more_gets_none_and_that_is_said(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, LAWSUIT, relevance=0.1)
    found = judged(world, ana, **OTHER)
    factories.preference(ben, email_notifications_enabled=False)
    adopted(world, ana, found)
    assert told() == (2, 1)
    (item,) = items(found.id, TrialKind.NEW_EVENT)
    assert item.adoption_note == "Not told, as their account or preferences changed: Ben."
    assert finer.classified


def test_who_was_not_shown_is_not_told(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    factories.preference(ben, relevance_threshold=0.95)
    monitored(world, schedule, LAWSUIT, relevance=0.1)
    found = judged(world, ana, **OTHER)
    with atomic() as session:
        session.query(UserPreference).filter_by(user_id=ben.id).one().relevance_threshold = 0.1
    adopted(world, ana, found)
    event = db.session.query(Event).one()
    verdicts = decisions(event)
    assert {verdicts[ben.id, each] for each in WITHOUT_CHAT} == {Verdict.HOLD}
    assert {verdicts[ana.id, each] for each in WITHOUT_CHAT} == {Verdict.SEND}
    assert finer.classified


def test_without_telling_the_ledger_says_why_nobody_was_told(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, LAWSUIT, relevance=0.1)
    adopted(world, ana, judged(world, ana, **OTHER, tells=False))
    assert told() == (0, 0)
    rows = db.session.query(NotificationDecision).all()
    assert {row.verdict for row in rows} == {Verdict.HOLD}
    assert "without telling" in rows[0].reason
    assert finer.classified


def test_a_mail_that_is_collected_comes_with_the_next_digest(
    world: World, schedule: AutomationSchedule, ana: User, ben: User, finer: ScriptedAI
) -> None:
    factories.preference(ben, notification_frequency=NotificationFrequency.DAILY)
    monitored(world, schedule, FUNDING, relevance=0.6)
    adopted(world, ana, judged(world, ana, **OTHER))
    clock.set_clock(clock.now() + timedelta(days=1))
    world.services.digests.send_due()
    mails = db.session.query(EmailLog).filter_by(user_id=ben.id).all()
    event = db.session.query(Event).one()
    assert [mail.context.get("event_ids") for mail in mails] == [[str(event.id)]]
    assert finer.classified


def test_a_discarded_trial_leaves_no_trace_and_is_never_adopted(
    world: World, schedule: AutomationSchedule, ana: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.6)
    before = everything_else()
    found = judged(world, ana, **OTHER)
    for _ in range(2):
        world.services.trials.discard(actor(ana), found.id)
    assert trial(found.id).status is TrialStatus.DISCARDED
    with pytest.raises(ConflictError):
        world.services.trials.adopt(actor(ana), found.id)
    assert everything_else() == before
    assert finer.classified


def test_another_business_can_neither_adopt_nor_discard_nor_cancel(
    world: World, schedule: AutomationSchedule, ana: User, cleo: User, finer: ScriptedAI
) -> None:
    monitored(world, schedule, FUNDING, relevance=0.6)
    found = judged(world, ana, **OTHER)
    zoe = factories.user(cleo.business, name="Zoe", role="admin")
    trials = world.services.trials
    for act in (trials.adopt, trials.discard, trials.cancel):
        with pytest.raises(NotFoundError):
            act(actor(zoe), found.id)
    assert trial(found.id).status is TrialStatus.READY
    assert finer.classified
