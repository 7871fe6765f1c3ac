"""What "wrong company" offers to exclude: other names, the publisher's site, the headline."""

import pytest

from tests import factories
from tests.statements import counted, selects
from webapp import clock
from webapp.enums import ExclusionKind
from webapp.models import Client, ClientExclusion, Event, User
from webapp.services.access import Actor
from webapp.services.events import EventService
from webapp.services.search_targets import read_client

pytestmark = pytest.mark.usefixtures("database")

service = EventService()
THEIRS = "Halcyon Dental opens ten practices in the north"


def actor(user: User) -> Actor:
    return Actor(user.id, user.business_id, user.role)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business, name="Halcyon", domain="halcyon.example")


@pytest.fixture
def theirs(halcyon: Client) -> Event:
    return factories.event(halcyon, title=THEIRS, url="https://teeth.example/1")


def terms(user: User, client: Client, title: str) -> list[str]:
    event = factories.event(client, title=title)
    found = service.exclusions.propose(actor(user), event.id)
    return [each.value for each in found if each.kind is ExclusionKind.TERM]


def test_proposals_name_the_other_company_the_site_and_the_headline(
    ben: User, theirs: Event
) -> None:
    found = service.exclusions.propose(actor(ben), theirs.id)
    assert [(each.kind, each.value) for each in found] == [
        (ExclusionKind.TERM, "Halcyon Dental"),
        (ExclusionKind.DOMAIN, "teeth.example"),
        (ExclusionKind.TERM, THEIRS),
    ]
    assert [each.hides for each in found] == [1, 1, 1]


def test_the_clients_own_site_is_never_proposed(ben: User, halcyon: Client) -> None:
    event = factories.event(halcyon, url="https://news.halcyon.example/1")
    kinds = [each.kind for each in service.exclusions.propose(actor(ben), event.id)]
    assert ExclusionKind.DOMAIN not in kinds


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Jury finds for Halcyon Dental", "Halcyon Dental"),
        ("Old Blue Halcyon Capital buys a maker of tiles", "Blue Halcyon Capital"),
        ("Halcyon County votes on a new school", "Halcyon County"),
        ("Halcyon and Umbra Labs share a stand", "Umbra Labs"),
        ("Halcyon cuts jobs", "Halcyon cuts jobs"),
        ("Halcyon's CEO resigns", "Halcyon's CEO resigns"),
    ],
)
def test_the_most_telling_other_name_comes_first(
    ben: User, halcyon: Client, title: str, first: str
) -> None:
    assert terms(ben, halcyon, title)[0] == first


def test_what_is_the_clients_own_name_is_never_proposed(ben: User, halcyon: Client) -> None:
    assert terms(ben, halcyon, "Halcyon") == []


def test_a_client_is_loaded_with_what_holds_for_it_in_one_statement(
    halcyon: Client, theirs: Event
) -> None:
    client_id, event_id = halcyon.id, theirs.id
    for value, undone_at in (("Dental", None), ("Labs", clock.now())):
        factories.save(
            ClientExclusion(
                business_id=halcyon.business_id,
                client_id=client_id,
                kind=ExclusionKind.TERM,
                value=value,
                event_id=event_id,
                undone_at=undone_at,
            )
        )
    with counted() as statements:
        client, exclusions = read_client(client_id)
    assert selects(statements) == 1
    assert (client.id, [each.value for each in exclusions]) == (client_id, ["Dental"])
