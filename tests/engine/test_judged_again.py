"""What was taken for another company's is judged anew once that may have been a mistake."""

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.doubles.feeds import ScriptedFeeds
from tests.doubles.world import World
from tests.engine.stories import AGAIN, FIRST, MORE, events, found, meet, raw
from webapp import clock
from webapp.enums import ExclusionKind, FeedbackVerdict, RawOutcome
from webapp.extensions import db
from webapp.models import AutomationSchedule, Client, ClientExclusion, EventRawData, User
from webapp.schemas.clients import ClientPatch
from webapp.schemas.feedback import FeedbackInput
from webapp.services.actors import actor_of
from webapp.services.clients import ClientService
from webapp.services.events import EventService
from webapp.services.transactions import atomic

OTHER_NAME = "Brightwell Labs raises $90M in Series C funding"


def saved(user: User, client: Client, **values: Any) -> int:
    """Change a client; return how many finds are judged anew because of it."""
    service = ClientService(feeds=ScriptedFeeds())
    return service.save(actor_of(user), client.id, ClientPatch.model_validate(values)).reopened


def outcome(title: str) -> RawOutcome | None:
    return raw(title).outcome


def learned(client: Client, term: str) -> None:
    with atomic() as session:
        kind = ExclusionKind.TERM
        values = {"business_id": client.business_id, "client_id": client.id}
        session.add(ClientExclusion(kind=kind, value=term, **values))


def test_a_new_alias_brings_back_what_was_rejected_for_the_lack_of_it(
    world: World, schedule: AutomationSchedule, halcyon: Client, ben: User
) -> None:
    meet(world, schedule, *found(OTHER_NAME))
    assert (outcome(OTHER_NAME), events()) == (RawOutcome.WRONG_COMPANY, [])
    assert saved(ben, halcyon, aliases=["Brightwell Labs"]) == 1
    assert meet(world, schedule).events == 1
    assert [each.title for each in events()] == [OTHER_NAME]


@pytest.mark.parametrize(
    ("values", "reopened"),
    [
        ({"name": "Brightwell Labs"}, 1),
        ({"legal_name": "Brightwell Labs, Inc."}, 1),
        ({"domain": "brightwell.example"}, 1),
        ({"products": ["Brightwell"]}, 1),
        ({"ticker": "BRTW"}, 1),
        ({"must_have_terms": ["funding"]}, 1),
        ({"must_not_terms": ["Halcyon Hotels"]}, 1),
        ({"name": "Halcyon Health", "aliases": []}, 0),
        ({"notes": "Ask for Dana.", "arr": 5.0, "members": []}, 0),
    ],
)
def test_only_what_tells_the_client_apart_has_finds_judged_anew(
    *,
    world: World,
    schedule: AutomationSchedule,
    halcyon: Client,
    ben: User,
    values: dict[str, Any],
    reopened: int,
) -> None:
    meet(world, schedule, *found(OTHER_NAME))
    assert saved(ben, halcyon, **values) == reopened
    assert raw(OTHER_NAME).is_processed is (reopened == 0)


def test_what_users_excluded_stays_rejected_under_a_new_alias(
    world: World, schedule: AutomationSchedule, halcyon: Client, ben: User
) -> None:
    learned(halcyon, "Halcyon Health Spa")
    saved(ben, halcyon, must_not_terms=["Halcyon Health Club"])
    titles = ("Halcyon Health Spa opens in Reno", "Halcyon Health Club closes in Austin")
    meet(world, schedule, *found(*titles, OTHER_NAME))
    assert saved(ben, halcyon, aliases=["Brightwell Labs"]) == 1
    assert {outcome(each) for each in titles} == {RawOutcome.WRONG_COMPANY}


def test_a_must_not_term_taken_out_brings_back_what_it_rejected(
    world: World, schedule: AutomationSchedule, halcyon: Client, ben: User
) -> None:
    saved(ben, halcyon, must_not_terms=["Series C"])
    meet(world, schedule, *found(FIRST))
    assert outcome(FIRST) is RawOutcome.WRONG_COMPANY
    assert saved(ben, halcyon, must_not_terms=[]) == 1
    assert meet(world, schedule).events == 1


def test_rows_of_more_than_thirty_days_ago_and_of_other_clients_stay_rejected(
    world: World, schedule: AutomationSchedule, halcyon: Client, ben: User
) -> None:
    other = factories.client(ben.business, owner=ben, name="Castellan Bank")
    meet(world, schedule, *found(OTHER_NAME))
    rows = db.session.query(EventRawData).filter_by(title=OTHER_NAME)
    assert {row.client_id for row in rows} == {halcyon.id, other.id}
    assert saved(ben, halcyon, aliases=["Brightwell Labs"]) == 1
    clock.set_clock(clock.now() + timedelta(days=31))
    assert saved(ben, other, aliases=["Brightwell Labs"]) == 0


def test_undoing_wrong_company_brings_back_what_repeated_the_event_meanwhile(
    world: World, schedule: AutomationSchedule, halcyon: Client, ben: User
) -> None:
    meet(world, schedule, *found(FIRST))
    service, actor = EventService(), actor_of(ben)
    wrong = FeedbackInput(verdict=FeedbackVerdict.WRONG_COMPANY)
    given = service.feedback.give(actor, events()[0].id, wrong)
    meet(world, schedule, *found(AGAIN[0]))
    assert "a user said" in (raw(AGAIN[0]).outcome_reason or "")
    assert saved(ben, halcyon, aliases=["Brightwell Labs"]) == 0
    assert given.exclusion is not None
    assert service.exclusions.undo(actor, given.exclusion.id).restored == 1
    assert outcome(AGAIN[0]) is None
    meet(world, schedule)
    row = raw(AGAIN[0])
    assert (row.outcome, row.processed_into_event_id) == (RawOutcome.DUPLICATE, events()[0].id)


def test_a_change_that_came_in_while_its_story_was_refused_is_told_after_undo(
    world: World, schedule: AutomationSchedule, ben: User
) -> None:
    meet(world, schedule, *found(FIRST))
    service, actor = EventService(), actor_of(ben)
    wrong = FeedbackInput(verdict=FeedbackVerdict.WRONG_COMPANY)
    given = service.feedback.give(actor, events()[0].id, wrong)
    assert meet(world, schedule, *found(MORE)).events == 0
    assert given.exclusion is not None
    service.exclusions.undo(actor, given.exclusion.id)
    assert meet(world, schedule).events == 1
    assert [each.title for each in events()] == [FIRST, MORE]


def test_an_alias_that_comes_by_csv_brings_back_what_was_rejected(
    world: World, schedule: AutomationSchedule, halcyon: Client, ben: User
) -> None:
    meet(world, schedule, *found(OTHER_NAME))
    data = f"name,aliases\n{halcyon.name},Brightwell Labs\n".encode()
    importing = ClientService(feeds=ScriptedFeeds()).importing
    importing.run(actor_of(ben), data, dry_run=True)
    assert outcome(OTHER_NAME) is RawOutcome.WRONG_COMPANY
    assert importing.run(actor_of(ben), data, dry_run=False).updated == 1
    assert meet(world, schedule).events == 1
