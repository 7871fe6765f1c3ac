"""What "wrong company" teaches, hides, brings back, and for whom."""

import threading
import uuid

import pytest
from flask import Flask

from tests import factories
from webapp import clock
from webapp.enums import FeedbackVerdict, Provenance, RawOutcome, SourceName
from webapp.errors import ForbiddenError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Client, ClientExclusion, Event, EventRawData, User
from webapp.schemas.events import EventListQuery
from webapp.schemas.feedback import FeedbackInput
from webapp.services.access import Actor
from webapp.services.events import EventService
from webapp.services.feedback import Given
from webapp.services.search_targets import exclusions_in_force, target_of

pytestmark = pytest.mark.usefixtures("database")

service = EventService()
OURS = "Halcyon names a new chief financial officer"
THEIRS = "Halcyon Dental opens ten practices in the north"


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


def wrong(user: User, event: Event, **choice: str) -> Given:
    body = FeedbackInput(verdict=FeedbackVerdict.WRONG_COMPANY, **choice)
    return service.feedback.give(actor(user), event.id, body)


def shown(user: User) -> set[str]:
    rows, total = service.list(actor(user), EventListQuery())
    assert total == len(rows)
    return {row.event.title for row in rows}


def in_force(client: Client) -> list[tuple[str, str]]:
    rows = exclusions_in_force(client.id)
    return [(each.kind.value, each.value) for each in rows]


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, name="Halcyon", domain="halcyon.example")


@pytest.fixture
def theirs(halcyon: Client) -> Event:
    return factories.event(halcyon, title=THEIRS, url="https://teeth.example/1")


@pytest.fixture
def ours(halcyon: Client) -> Event:
    return factories.event(halcyon, title=OURS)


@pytest.mark.usefixtures("ours")
def test_a_longer_name_around_ours_is_learned_without_asking(
    ben: User, theirs: Event, halcyon: Client
) -> None:
    given = wrong(ben, theirs)
    assert in_force(halcyon) == [("term", "Halcyon Dental")]
    assert (given.hidden, shown(ben)) == (1, {OURS})


@pytest.mark.usefixtures("ours")
def test_every_event_of_the_same_cause_is_hidden_and_no_other(
    ben: User, theirs: Event, halcyon: Client
) -> None:
    factories.event(halcyon, title="Jury finds for Halcyon Dental")
    factories.event(factories.client(ben.business, name="Other"), title="Halcyon Dental buys")
    assert wrong(ben, theirs).hidden == 2
    assert shown(ben) == {OURS, "Halcyon Dental buys"}


@pytest.mark.usefixtures("ours")
def test_a_chosen_site_hides_what_comes_from_there(
    ben: User, theirs: Event, halcyon: Client
) -> None:
    factories.event(halcyon, title="Halcyon again", url="https://www.teeth.example/2")
    given = wrong(ben, theirs, exclude_domain="https://www.Teeth.example/about?x=1")
    assert in_force(halcyon) == [("domain", "teeth.example")]
    assert (given.hidden, shown(ben)) == (2, {OURS})


def test_without_a_sure_proposal_only_the_headline_is_learned(
    ben: User, ours: Event, halcyon: Client
) -> None:
    wrong(ben, ours)
    assert in_force(halcyon) == [("term", OURS)]
    assert shown(ben) == set()


def test_later_searches_leave_out_what_was_learned(
    ben: User, theirs: Event, ours: Event, halcyon: Client
) -> None:
    wrong(ben, theirs)
    wrong(ben, ours, exclude_domain="gossip.example")
    target = target_of(halcyon, gdelt_enabled=False, exclusions=exclusions_in_force(halcyon.id))
    assert target.must_not_terms == ("Halcyon Dental",)
    assert target.must_not_domains == ("gossip.example",)


def test_taking_the_opinion_back_brings_the_events_back(
    ben: User, theirs: Event, halcyon: Client
) -> None:
    wrong(ben, theirs)
    assert service.feedback.take_back(actor(ben), theirs.id).restored == 1
    assert (shown(ben), in_force(halcyon)) == ({THEIRS}, [])
    assert service.feedback.take_back(actor(ben), theirs.id).restored == 0


def test_undoing_on_the_clients_page_brings_the_events_back_once(
    ana: User, ben: User, theirs: Event, halcyon: Client
) -> None:
    wrong(ben, theirs)
    (told,) = service.exclusions.for_client(actor(ana), halcyon.id)
    assert (told.value, told.created_by, told.hidden_events) == ("Halcyon Dental", "Ben", 1)
    undo = service.exclusions.undo
    assert undo(actor(ana), told.id, client_id=halcyon.id).restored == 1
    assert undo(actor(ana), told.id).restored == 0
    assert service.exclusions.for_client(actor(ana), halcyon.id) == []


def test_what_two_exclusions_touch_stays_hidden_until_both_are_undone(
    ben: User, theirs: Event, halcyon: Client
) -> None:
    first = wrong(ben, theirs).exclusion
    second = factories.event(halcyon, title="Ten practices", url="https://teeth.example/9")
    other = wrong(ben, second, exclude_domain="teeth.example").exclusion
    assert first is not None
    assert other is not None
    assert service.exclusions.undo(actor(ben), first.id).restored == 0
    assert service.exclusions.undo(actor(ben), other.id).restored == 2


def test_saying_it_twice_changes_nothing_more(ben: User, theirs: Event, halcyon: Client) -> None:
    first, second = wrong(ben, theirs), wrong(ben, theirs)
    assert first.exclusion is not None
    assert second.exclusion is not None
    assert first.exclusion.id == second.exclusion.id
    assert (first.hidden, second.hidden, in_force(halcyon)) == (1, 0, [("term", "Halcyon Dental")])


def test_another_choice_takes_the_place_of_the_first(
    ben: User, theirs: Event, halcyon: Client
) -> None:
    wrong(ben, theirs)
    wrong(ben, theirs, exclude_domain="teeth.example")
    assert in_force(halcyon) == [("domain", "teeth.example")]
    assert shown(ben) == set()


def test_another_opinion_ends_what_was_excluded(ben: User, theirs: Event, halcyon: Client) -> None:
    wrong(ben, theirs)
    useful = FeedbackInput(verdict=FeedbackVerdict.USEFUL)
    assert service.feedback.give(actor(ben), theirs.id, useful).restored == 1
    assert (in_force(halcyon), shown(ben)) == ([], {THEIRS})


def test_what_others_said_too_stays_excluded(
    ana: User, ben: User, theirs: Event, halcyon: Client
) -> None:
    wrong(ben, theirs)
    wrong(ana, theirs)
    taken = service.feedback.take_back(actor(ben), theirs.id)
    assert taken.still_excluded is not None
    assert in_force(halcyon) == [("term", "Halcyon Dental")]
    assert service.feedback.take_back(actor(ana), theirs.id).restored == 1


def test_two_users_at_once_make_one_exclusion(
    database: Flask, ana: User, ben: User, theirs: Event, halcyon: Client
) -> None:
    said = [(actor(user), theirs.id) for user in (ana, ben)]
    body = FeedbackInput(verdict=FeedbackVerdict.WRONG_COMPANY)
    errors: list[Exception] = []

    def say(who: Actor, event_id: uuid.UUID) -> None:
        with database.app_context():
            try:
                service.feedback.give(who, event_id, body)
            except Exception as error:  # noqa: BLE001 -- told by the assertion below
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=say, args=each) for each in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert errors == []
    assert in_force(halcyon) == [("term", "Halcyon Dental")]


def test_rows_that_were_rejected_because_of_it_are_judged_anew_after_undo(
    ben: User, theirs: Event, halcyon: Client
) -> None:
    given = wrong(ben, theirs)
    row = factories.save(
        EventRawData(
            business_id=halcyon.business_id,
            client_id=halcyon.id,
            source_api=SourceName.SERPER,
            raw_content="{}",
            content_hash="h",
            canonical_url="https://x.example/1",
            url="https://x.example/1",
            title=THEIRS,
            fetched_at=clock.now(),
            provenance=Provenance.LIVE,
            is_processed=True,
            outcome=RawOutcome.WRONG_COMPANY,
            outcome_reason="names the excluded term “Halcyon Dental”",
        )
    )
    assert given.exclusion is not None
    service.exclusions.undo(actor(ben), given.exclusion.id)
    db.session.refresh(row)
    assert (row.is_processed, row.outcome) == (False, None)


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"exclude_term": "Halcyon"}, "exclude_term"),
        ({"exclude_term": "?"}, "exclude_term"),
        ({"exclude_domain": "halcyon.example"}, "exclude_domain"),
        ({"exclude_domain": "no site"}, "exclude_domain"),
        ({"exclude_domain": "http://"}, "exclude_domain"),
        ({"exclude_term": "a b", "exclude_domain": "b.example"}, "exclude_domain"),
    ],
)
def test_what_would_shut_out_the_client_or_makes_no_sense_is_refused(
    ben: User, theirs: Event, choice: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInputError) as raised:
        wrong(ben, theirs, **choice)
    assert [each.field for each in raised.value.errors] == [field]
    assert shown(ben) == {THEIRS}
    assert service.feedback.of(actor(ben), theirs.id) is None


def test_only_wrong_company_excludes_something(ben: User, theirs: Event) -> None:
    body = FeedbackInput(verdict=FeedbackVerdict.USEFUL, exclude_term="Dental")
    with pytest.raises(InvalidInputError):
        service.feedback.give(actor(ben), theirs.id, body)


def test_nobody_of_another_business_sees_or_undoes_it(
    ben: User, cleo: User, theirs: Event, halcyon: Client
) -> None:
    exclusion = wrong(ben, theirs).exclusion
    assert exclusion is not None
    for ask in (
        lambda: service.exclusions.for_client(actor(cleo), halcyon.id),
        lambda: service.exclusions.undo(actor(cleo), exclusion.id),
        lambda: service.exclusions.propose(actor(cleo), theirs.id),
        lambda: service.exclusions.undo(actor(ben), exclusion.id, client_id=uuid.uuid4()),
        lambda: wrong(cleo, theirs),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_a_viewer_may_not_undo(ben: User, theirs: Event) -> None:
    exclusion = wrong(ben, theirs).exclusion
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    assert exclusion is not None
    with pytest.raises(ForbiddenError):
        service.exclusions.undo(actor(viewer), exclusion.id)


def test_an_undone_exclusion_stays_as_a_record(ben: User, theirs: Event) -> None:
    wrong(ben, theirs)
    service.feedback.take_back(actor(ben), theirs.id)
    (row,) = db.session.scalars(db.select(ClientExclusion)).all()
    assert row.undone_at is not None
    assert (row.event_id, row.created_by_user_id) == (theirs.id, ben.id)
