"""The same happening reported by many outlets is told once; a material change is told anew."""

from datetime import timedelta

import pytest

from tests.doubles.providers import ScriptedSearch
from tests.doubles.world import World
from tests.engine.stories import AGAIN, FIRST, MORE, OTHER, events, found, meet, raw, sources
from webapp import clock
from webapp.enums import RawOutcome, SourceName
from webapp.extensions import db
from webapp.models import (
    AutomationSchedule,
    EmailLog,
    EventRawData,
    Notification,
    Story,
    User,
)


def test_many_reports_in_one_run_are_one_event(world: World, schedule: AutomationSchedule) -> None:
    run = meet(world, schedule, *found(FIRST, *AGAIN, OTHER))
    assert (run.events, run.insights) == (2, 2)
    assert sorted(sources(each) for each in events()) == [1, 4]


def test_each_folded_row_says_what_became_of_it(world: World, schedule: AutomationSchedule) -> None:
    meet(world, schedule, *found(FIRST, *AGAIN, OTHER))
    rows = db.session.query(EventRawData).all()
    assert {row.outcome for row in rows} == {RawOutcome.CREATED, RawOutcome.DUPLICATE}
    folded = [row for row in rows if row.outcome is RawOutcome.DUPLICATE]
    assert all("reports the same as" in (row.outcome_reason or "") for row in folded)
    assert all(row.match_score and row.match_reasons for row in rows)


def test_a_later_run_adds_its_reports_to_the_event_that_is_there(
    world: World, schedule: AutomationSchedule
) -> None:
    meet(world, schedule, *found(FIRST))
    run = meet(world, schedule, *found(*AGAIN))
    assert (run.events, run.notifications, run.emails, run.insights) == (0, 0, 0, 0)
    (event,) = events()
    assert sources(event) == 4
    assert raw(AGAIN[0]).outcome is RawOutcome.DUPLICATE
    assert FIRST in (raw(AGAIN[0]).outcome_reason or "")


def test_nobody_is_paid_to_judge_what_is_known(world: World, schedule: AutomationSchedule) -> None:
    meet(world, schedule, *found(FIRST))
    meet(world, schedule, *found(*AGAIN))
    assert len(world.model.classified) == 1


def test_one_report_of_each_happening_is_judged(world: World, schedule: AutomationSchedule) -> None:
    meet(world, schedule, *found(FIRST, *AGAIN, OTHER))
    assert len(world.model.classified[0].items) == 2


def test_a_material_change_is_told_as_an_update_of_the_story(
    world: World, schedule: AutomationSchedule, ben: User
) -> None:
    meet(world, schedule, *found(FIRST))
    run = meet(world, schedule, *found(MORE))
    first, update = events()
    assert update.story_id == first.story_id is not None
    assert (first.change_note, "80" in (update.change_note or "")) == (None, True)
    assert (run.events, run.notifications, run.emails, run.insights) == (1, 2, 2, 1)
    mails = db.session.query(EmailLog).filter_by(event_id=update.id, user_id=ben.id)
    assert mails.one().subject.startswith("[Expansion] Update: Halcyon Health")
    item = db.session.query(Notification).filter_by(event_id=update.id, user_id=ben.id).one()
    assert item.title == f"Update: {MORE}"


def test_the_model_is_told_what_changed(world: World, schedule: AutomationSchedule) -> None:
    meet(world, schedule, *found(FIRST))
    meet(world, schedule, *found(MORE))
    note = events()[1].change_note
    assert note is not None
    assert world.model.insights[-1].summary.startswith(note)


def test_a_change_is_told_once(world: World, schedule: AutomationSchedule) -> None:
    meet(world, schedule, *found(FIRST))
    meet(world, schedule, *found(MORE))
    again = "Halcyon Health: $80M Series C funding raised after a second closing"
    assert meet(world, schedule, *found(again, AGAIN[0])).events == 0
    assert raw(again).processed_into_event_id == events()[1].id


def test_two_reports_of_one_change_make_one_update(
    world: World, schedule: AutomationSchedule
) -> None:
    meet(world, schedule, *found(FIRST))
    again = "Halcyon Health: $80M Series C funding raised after a second closing"
    assert meet(world, schedule, *found(MORE, again, AGAIN[0])).events == 1
    assert db.session.query(Story).count() == 1


@pytest.mark.parametrize(("days", "made"), [(13, 0), (15, 1)])
def test_a_story_is_recognised_for_two_weeks_after_its_last_report(
    world: World, schedule: AutomationSchedule, days: int, made: int
) -> None:
    meet(world, schedule, *found(FIRST))
    clock.set_clock(clock.now() + timedelta(days=days))
    assert meet(world, schedule, *found(AGAIN[0])).events == made


def test_each_report_keeps_the_story_alive(world: World, schedule: AutomationSchedule) -> None:
    for each in (FIRST, *AGAIN):
        meet(world, schedule, *found(each))
        clock.set_clock(clock.now() + timedelta(days=9))
    assert len(events()) == 1


def test_the_same_article_is_never_new_again(world: World, schedule: AutomationSchedule) -> None:
    meet(world, schedule, *found(FIRST, url="https://outlet.example.com/halcyon?utm_source=x"))
    clock.set_clock(clock.now() + timedelta(days=60))
    other_words = found("Money for Halcyon Health", url="https://m.outlet.example.com/halcyon")
    run = meet(world, schedule, *other_words)
    assert (run.events, run.duplicates) == (0, 1)


def test_the_best_five_are_taken_after_folding(world: World, schedule: AutomationSchedule) -> None:
    topics = ("opens Oslo office", "names Ida Berg chief executive", "sued over billing",
              "launches triage tool", "wins safety award", "buys Brightleaf Labs")  # fmt: skip
    titles = [f"Halcyon Health {topic}" for topic in topics]
    run = meet(world, schedule, *found(FIRST, *AGAIN, *titles))
    assert (run.events, run.deferred) == (5, 2)
    assert meet(world, schedule).events == 2


def test_a_further_source_of_the_same_text_makes_no_story(
    world: World, schedule: AutomationSchedule
) -> None:
    world.sources.append(ScriptedSearch(found(FIRST, source=SourceName.RSS), name=SourceName.RSS))
    meet(world, schedule, *found(FIRST))
    assert (len(events()), db.session.query(Story).count()) == (1, 1)


OUTAGE = "Halcyon Health suffers outage of its patient app"
ANOTHER = "Halcyon Health suffers another outage of its patient app"


def test_each_time_that_the_same_befalls_a_client_is_told(
    world: World, schedule: AutomationSchedule
) -> None:
    told: list[int] = []
    for text in ("It began at nine.", "It began at ten.", "It began at noon."):
        title = ANOTHER if told else OUTAGE
        told.append(meet(world, schedule, *found(title, snippet=text)).events)
        told.append(meet(world, schedule, *found(f"{title} - Arden Wire")).events)
        clock.set_clock(clock.now() + timedelta(days=8))
    assert told == [1, 0] * 3
    assert len({each.story_id for each in events()}) == 1


def test_a_second_outage_is_told_though_its_search_finds_the_first_one_too(
    world: World, schedule: AutomationSchedule
) -> None:
    first = found(OUTAGE)
    meet(world, schedule, *first)
    assert meet(world, schedule, *first, *found(ANOTHER)).events == 1
    assert events()[1].change_note == "It is happening again."


def test_who_tells_the_end_speaks_where_one_search_finds_beginning_and_end(
    world: World, schedule: AutomationSchedule
) -> None:
    now = clock.now()
    sued = found("Halcyon Health sued over overtime", published_at=now - timedelta(days=2))
    won = found("Halcyon Health wins lawsuit over overtime", snippet="", published_at=now)
    run = meet(world, schedule, *sued, *won)
    assert (run.events, events()[0].title, sources(events()[0])) == (1, won[0].title, 2)


def test_suits_of_different_parties_are_told_apart(
    world: World, schedule: AutomationSchedule
) -> None:
    suits = (f"Halcyon Health sued by {who}" for who in ("customers", "shareholders"))
    assert meet(world, schedule, *found(*suits)).events == 2
