"""One event: its insight, sources, decisions and what users say of it."""

import uuid

import pytest

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import (
    AIName,
    Category,
    Channel,
    FeedbackVerdict,
    MemberRole,
    Provenance,
    ReporterName,
    SourceName,
    Urgency,
)
from webapp.errors import ForbiddenError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import (
    ClientMember,
    Event,
    EventFeedback,
    EventRawData,
    Insight,
    RawDataSighting,
    User,
)
from webapp.schemas.feedback import FeedbackInput
from webapp.services.access import Actor
from webapp.services.event_answers import detail_answer
from webapp.services.events import EventService
from webapp.services.notifications import NotificationService
from webapp.services.preferences import UserPreferenceService

pytestmark = pytest.mark.usefixtures("database")

service = EventService()


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


@pytest.fixture
def event(ben: User) -> Event:
    return factories.event(factories.client(ben.business, owner=ben))


def raw_row(event: Event, source: SourceName, **values: object) -> EventRawData:
    name = f"{source}-{uuid.uuid4()}"
    return factories.save(
        EventRawData(
            business_id=event.business_id,
            client_id=event.client_id,
            source_api=source,
            raw_content='{"title": "as it came"}',
            content_hash=name[:64],
            canonical_url=f"https://news.example.com/{name}",
            url=f"https://news.example.com/{name}",
            title=event.title,
            snippet="The chief financial officer leaves in January.",
            fetched_at=clock.now(),
            provenance=Provenance.LIVE,
            processed_into_event_id=event.id,
            **values,
        )
    )


def decide(event: Event) -> None:
    decisions = UserPreferenceService().get_users_to_notify(event)
    NotificationService().record_event(event, decisions)


def test_every_report_and_sighting_is_a_source(ben: User, event: Event) -> None:
    row = raw_row(event, SourceName.SERPER)
    raw_row(event, SourceName.RSS)
    factories.save(
        RawDataSighting(
            business_id=event.business_id,
            raw_data_id=row.id,
            source_api=SourceName.NEWS_API,
            url="https://elsewhere.example.com/1",
            raw_content="{}",
        )
    )
    answer = detail_answer(service.detail(actor(ben), event.id))
    names = [source.source_api for source in answer.sources]
    assert names == [ReporterName.SERPER, ReporterName.NEWS_API, ReporterName.RSS]
    assert answer.sources[1].url == "https://elsewhere.example.com/1"


def test_the_insight_comes_with_its_author_and_cost(ben: User, event: Event) -> None:
    factories.save(
        Insight(
            business_id=event.business_id,
            event_id=event.id,
            why_it_matters="The sponsor of the renewal leaves.",
            recommended_actions=["Call the interim officer"],
            urgency=Urgency.HIGH,
            provider=AIName.OPENAI,
            model="a-model",
            prompt_version="3",
            cost_usd=0.004,
        )
    )
    insight = detail_answer(service.detail(actor(ben), event.id)).insight
    assert insight is not None
    assert (insight.provider, insight.cost_usd) == (AIName.OPENAI, 0.004)


def test_an_event_without_insight_sources_or_marks_is_shown(ben: User, event: Event) -> None:
    answer = detail_answer(service.detail(actor(ben), event.id))
    assert (answer.insight, answer.sources, answer.feedback) == (None, [], None)
    assert answer.state.read_at is None


def test_the_owner_of_the_client_is_named_first(ana: User, ben: User, event: Event) -> None:
    member = ClientMember(client_id=event.client_id, user_id=ana.id, role=MemberRole.MEMBER)
    factories.save(member)
    assert service.detail(actor(ben), event.id).owners == ("Ben", "Ana")


def test_foreign_unknown_and_hidden_events_are_not_found(
    ben: User, cleo: User, event: Event
) -> None:
    hidden = factories.event(event.client, hidden_at=clock.now())
    for user, wanted in ((cleo, event.id), (ben, uuid.uuid4()), (ben, hidden.id)):
        with pytest.raises(NotFoundError):
            service.detail(actor(user), wanted)


def test_detail_costs_the_same_with_one_source_and_with_many(ben: User, event: Event) -> None:
    costs = []
    for source in (SourceName.SERPER, SourceName.RSS, SourceName.GDELT):
        raw_row(event, source)
        asker, event_id = actor(ben), event.id
        db.session.rollback()
        with counted() as statements:
            service.detail(asker, event_id)
        costs.append(selects(statements))
    assert len(set(costs)) == 1
    assert costs[0] <= 6


def test_a_csm_sees_their_own_decisions_and_an_admin_everybodys(
    ana: User, ben: User, event: Event
) -> None:
    decide(event)
    assert {each.row.user_id for each in service.decisions(actor(ben), event.id)} == {ben.id}
    everybody = {each.row.user_id for each in service.decisions(actor(ana), event.id)}
    assert everybody == {ana.id, ben.id}
    assert len(service.decisions(actor(ana), event.id)) == 2 * len(Channel)


def test_decisions_of_a_foreign_event_are_not_found(cleo: User, event: Event) -> None:
    decide(event)
    with pytest.raises(NotFoundError):
        service.decisions(actor(cleo), event.id)


def test_the_last_opinion_counts(ben: User, event: Event) -> None:
    for verdict in (FeedbackVerdict.USEFUL, FeedbackVerdict.NOT_RELEVANT):
        service.feedback.give(actor(ben), event.id, FeedbackInput(verdict=verdict))
    stored = db.session.query(EventFeedback).one()
    assert (stored.verdict, stored.user_id) == (FeedbackVerdict.NOT_RELEVANT, ben.id)


def test_the_right_category_comes_with_the_wrong_one_only(ben: User, event: Event) -> None:
    right = FeedbackInput(verdict=FeedbackVerdict.WRONG_CATEGORY, category=Category.FUNDING)
    assert service.feedback.give(actor(ben), event.id, right).feedback.category is Category.FUNDING
    wrong = FeedbackInput(verdict=FeedbackVerdict.USEFUL, category=Category.FUNDING)
    with pytest.raises(InvalidInputError):
        service.feedback.give(actor(ben), event.id, wrong)


def test_an_opinion_can_be_taken_back(ben: User, event: Event) -> None:
    useful = FeedbackInput(verdict=FeedbackVerdict.USEFUL)
    service.feedback.give(actor(ben), event.id, useful)
    service.feedback.take_back(actor(ben), event.id)
    service.feedback.take_back(actor(ben), event.id)
    assert service.detail(actor(ben), event.id).feedback is None


def test_a_viewer_gives_no_opinion_and_nobody_on_foreign_events(
    ben: User, cleo: User, event: Event
) -> None:
    useful = FeedbackInput(verdict=FeedbackVerdict.USEFUL)
    viewer = factories.user(ben.business, name="Vera", role="viewer")
    with pytest.raises(ForbiddenError):
        service.feedback.give(actor(viewer), event.id, useful)
    with pytest.raises(NotFoundError):
        service.feedback.give(actor(cleo), event.id, useful)
