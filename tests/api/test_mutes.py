"""Muting over JSON: what is muted is held back, for its user alone, until it is lifted or over."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from webapp import clock
from webapp.enums import Category, Channel
from webapp.models import Client, Event, User
from webapp.services.preferences import UserPreferenceService

As = Callable[[User], FlaskClient]
URL = "/api/v1/mutes"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def halcyon(ben: User) -> Client:
    return factories.client(ben.business)


def stopped(event: Event) -> dict[str, str | None]:
    """Return what stopped the event from reaching each user's inbox."""
    service = UserPreferenceService()
    names = {user.id: user.email for user in service.audience(event.business_id).users}
    told = service.get_users_to_notify(event)
    return {names[each.user_id]: each.stopped_by for each in told if each.channel is Channel.IN_APP}


def mute(program: FlaskClient, **body: Any) -> Any:
    return program.post(f"{URL}/", json=body)


def test_a_muted_client_is_quiet_for_its_user_alone(
    api_as: As, ana: User, ben: User, halcyon: Client
) -> None:
    program = api_as(ben)
    made = mute(program, kind="client", client_id=str(halcyon.id))
    assert (made.status_code, made.get_json()["label"]) == (201, "Halcyon Health")
    event = factories.event(halcyon)
    assert stopped(event) == {ben.email: "mute", ana.email: None}
    assert program.get(made.location).get_json() == made.get_json()
    assert program.delete(made.location).status_code == 200
    assert stopped(event) == {ben.email: None, ana.email: None}
    assert program.get(f"{URL}/").get_json() == {"mutes": [], "total": 0}
    program.post(f"{made.location}/restore")
    assert stopped(event)[ben.email] == "mute"


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "category", "category": "leadership_change"},
        {"kind": "source", "source": "  News.Example.com "},
    ],
)
def test_categories_and_sources_can_be_muted(
    api_as: As, ben: User, halcyon: Client, body: dict[str, str]
) -> None:
    mute(api_as(ben), **body)
    assert stopped(factories.event(halcyon)) == {ben.email: "mute"}
    other = factories.event(halcyon, category=Category.FUNDING, publisher="Harbour Wire")
    assert stopped(other) == {ben.email: None}


def test_a_mute_ends_by_itself(api_as: As, ben: User, halcyon: Client) -> None:
    clock.set_clock(NOON)
    ends = (NOON + timedelta(hours=2)).isoformat()
    mute(api_as(ben), kind="client", client_id=str(halcyon.id), until=ends)
    event = factories.event(halcyon)
    clock.set_clock(NOON + timedelta(minutes=119))
    assert stopped(event) == {ben.email: "mute"}
    clock.set_clock(NOON + timedelta(hours=2))
    assert stopped(event) == {ben.email: None}
    assert api_as(ben).get(f"{URL}/").get_json()["total"] == 0


def test_a_bare_date_counts_to_its_end_in_the_users_zone(api_as: As, ben: User) -> None:
    clock.set_clock(NOON)
    made = mute(api_as(ben), kind="category", category="funding", until="2026-11-24")
    assert made.get_json()["until"] == "2026-11-25T00:00:00Z"


def test_muting_again_changes_the_end(api_as: As, ben: User, halcyon: Client) -> None:
    program, body = api_as(ben), {"kind": "client", "client_id": str(halcyon.id)}
    first = mute(program, **body).get_json()
    second = mute(program, **body, until=(clock.now() + timedelta(days=1)).isoformat()).get_json()
    assert (second["id"], first["until"]) == (first["id"], None)
    assert second["until"] is not None
    assert program.get(f"{URL}/").get_json()["total"] == 1


BAD: list[tuple[dict[str, Any], str]] = [
    ({"kind": "client"}, "body"),
    ({"kind": "client", "client_id": str(uuid.uuid4())}, "client_id"),
    ({"kind": "client", "client_id": str(uuid.uuid4()), "source": "x"}, "body"),
    ({"kind": "category", "category": "sports"}, "category"),
    ({"kind": "source", "source": " "}, "source"),
    ({"kind": "weather", "source": "x"}, "kind"),
    ({"kind": "source", "source": "x", "until": "2026-11-22T11:59:00Z"}, "until"),
    ({"kind": "source", "source": "x", "until": "2026-11-21"}, "until"),
    ({"kind": "source", "source": "x", "until": "2028-01-01"}, "until"),
    ({"kind": "source", "source": "x", "until": "9999-12-31"}, "until"),
]


@pytest.mark.parametrize(("body", "field"), BAD)
def test_what_makes_no_sense_is_refused_by_name(
    api_as: As, ben: User, body: dict[str, Any], field: str
) -> None:
    clock.set_clock(NOON)
    answer = mute(api_as(ben), **body)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == [field]
    assert api_as(ben).get(f"{URL}/").get_json()["total"] == 0


def test_cleo_finds_and_mutes_nothing_of_ours(
    api_as: As, ben: User, cleo: User, halcyon: Client
) -> None:
    place = mute(api_as(ben), kind="source", source="x").location
    hers = api_as(cleo)
    assert hers.get(place).status_code == 404
    assert hers.delete(place).status_code == 404
    assert hers.post(f"{place}/restore").status_code == 404
    assert mute(hers, kind="client", client_id=str(halcyon.id)).status_code == 422
    assert hers.get(f"{URL}/").get_json()["total"] == 0
