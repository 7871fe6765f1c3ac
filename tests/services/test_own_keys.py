"""Keys that a business brings itself: sealed, used before the deployment's, of nobody else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g
from pydantic import SecretStr

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.doubles.world import World
from webapp.config import Settings
from webapp.container import EXTENSION, services, work_for
from webapp.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from webapp.extensions import db
from webapp.models import Business, ProviderHealth, User
from webapp.services.actors import actor_of
from webapp.services.own_keys import FIELDS, OwnKeyService
from webapp.services.status_conditions import LightState

SAMPLE = Path(__file__).parents[1] / "providers" / "samples" / "serper" / "ok.json"
OWN, COMMON = "own-key-of-ours-1234", "common-key-of-all-9"
SERPER = {"serper_api_key": OWN}


def answer(request: Request) -> Answer:
    if request.headers.get("x-api-key") == OWN:
        return Answer(json.loads(SAMPLE.read_text())["body"])
    return Answer({"message": "Unauthorized."}, status=403)


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with serve(answer) as running:
        yield running


@pytest.fixture
def common(
    app: Flask, settings: Settings, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """An app whose own key a local Serper refuses."""
    changed = settings.model_copy(
        update={"serper_base_url": server.url, "serper_api_key": SecretStr(COMMON)}
    )
    monkeypatch.setitem(app.extensions, EXTENSION, World(changed).services)
    yield changed
    g.pop("beacon_of_business", None)  # the context that tests share works for nobody again


def test_a_key_is_stored_sealed_and_shown_by_its_end(ana: User, common: Settings) -> None:
    kept = services().own_keys.set(actor_of(ana), "serper", SERPER)
    assert (kept.last4, kept.is_set, kept.is_readable) == ("1234", True, True)
    stored = str(db.session.get_one(Business, ana.business_id).own_keys)
    assert OWN not in stored
    assert "own-key" not in stored
    assert OWN not in str(services().own_keys.all(actor_of(ana)))
    assert OWN not in repr(OwnKeyService(common).settings_of(ana.business_id))


def test_it_is_what_the_service_is_asked_with_and_for_this_business_alone(
    ana: User, cleo: User, common: Settings, server: LocalServer
) -> None:
    plain = services()
    plain.own_keys.set(actor_of(ana), "serper", SERPER)
    work_for(cleo.business_id)
    assert services() is plain
    work_for(ana.business_id)
    assert services() is not plain
    told = services().key_checks.check(actor_of(ana), "serper")
    assert told.startswith("Serper answers: a search found ")
    assert server.requests[-1].headers["x-api-key"] == OWN
    plain.own_keys.remove(actor_of(ana), "serper")
    work_for(ana.business_id)
    assert services() is plain
    assert common.serper_api_key.get_secret_value() == COMMON


def test_a_wrong_key_is_told_on_the_status_page_of_its_business_alone(
    ana: User, cleo: User, common: Settings
) -> None:
    plain = services()
    plain.own_keys.set(actor_of(ana), "serper", {"serper_api_key": "a-wrong-key-0000"})
    work_for(ana.business_id)
    with pytest.raises(ConflictError, match="Serper does not take the key"):
        services().key_checks.check(actor_of(ana), "serper")
    [light] = [e for e in services().status.status(actor_of(ana)).providers if e.name == "serper"]
    assert (light.state, light.label) == (LightState.DANGER, "Serper (own key)")
    assert "under Keys" in light.advice
    work_for(cleo.business_id)
    others = services().status.status(actor_of(cleo)).providers
    [light] = [each for each in others if each.name == "serper"]
    assert light.state is LightState.OFF
    assert db.session.query(ProviderHealth).one().provider.startswith("serper:")
    assert common.serper_api_key.get_secret_value() == COMMON


def test_a_key_that_cannot_be_opened_any_more_is_not_used_and_says_so(
    ana: User, common: Settings
) -> None:
    services().own_keys.set(actor_of(ana), "serper", SERPER)
    other = common.model_copy(update={"secret_key": SecretStr("x" * 40)})
    assert OwnKeyService(other).settings_of(ana.business_id) is None
    shown = next(e for e in OwnKeyService(other).all(actor_of(ana)) if e.provider == "serper")
    assert (shown.is_set, shown.is_readable) == (True, False)


def test_a_key_moved_to_another_business_does_not_open(
    ana: User, cleo: User, common: Settings
) -> None:
    keys = services().own_keys
    keys.set(actor_of(ana), "serper", SERPER)
    ours, theirs = (db.session.get_one(Business, each.business_id) for each in (ana, cleo))
    moved = dict(ours.own_keys)
    db.session.rollback()
    db.session.execute(db.update(Business).where(Business.id == theirs.id).values(own_keys=moved))
    db.session.commit()
    assert OwnKeyService(common).settings_of(cleo.business_id) is None


def test_a_salesforce_of_ones_own_takes_nothing_of_the_deployments(
    ana: User, common: Settings
) -> None:
    filled = common.model_copy(update={"salesforce_refresh_token": SecretStr("of-the-deployment")})
    keys = OwnKeyService(filled)
    values = {"salesforce_client_id": "own-consumer", "salesforce_client_secret": "own-secret-9"}
    keys.set(actor_of(ana), "salesforce", values)
    own = keys.settings_of(ana.business_id)
    assert own is not None
    assert own.settings.salesforce_client_id == "own-consumer"
    assert own.settings.salesforce_refresh_token.get_secret_value() == ""


@pytest.mark.parametrize(
    "value", ["", "short", "with a space in it", "x" * 501, "schl\u00fcssel-123"]
)
def test_what_is_no_key_is_refused(ana: User, common: Settings, value: str) -> None:
    with pytest.raises(InvalidInputError):
        OwnKeyService(common).set(actor_of(ana), "serper", {"serper_api_key": value})


def test_only_admins_and_only_known_services(ana: User, ben: User, common: Settings) -> None:
    keys = OwnKeyService(common)
    with pytest.raises(ForbiddenError):
        keys.all(actor_of(ben))
    with pytest.raises(ForbiddenError):
        keys.set(actor_of(ben), "serper", SERPER)
    with pytest.raises(NotFoundError):
        keys.set(actor_of(ana), "rss", SERPER)
    with pytest.raises(NotFoundError):
        keys.remove(actor_of(ana), "openai")
    assert [each.provider for each in keys.all(actor_of(ana))] == [*FIELDS]
