"""One question to a model: parted where it is too much, counted whole, left alone where asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask

from tests.doubles.providers import ScriptedAI
from tests.doubles.world import World
from webapp.config import Settings
from webapp.enums import AIName
from webapp.errors import (
    ProviderAuthError,
    ProviderQuotaError,
    ProviderRateLimitedError,
    ProviderUnavailableError,
)
from webapp.extensions import db
from webapp.models import EmailLog, Notification, User
from webapp.providers.ai.questions import TooMuchAtOnceError
from webapp.providers.ai.vendor_errors import RequestTooLargeError
from webapp.providers.base import ClassifyAnswer, ClassifyItem, ClassifyRequest, Usage
from webapp.services.actors import actor_of
from webapp.services.ai_processor import AIProcessorService
from webapp.services.circuit_breakers import ServicePausedError
from webapp.services.model_asking import ITEMS_AT_ONCE
from webapp.services.status_providers import LightState

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Choosy(ScriptedAI):
    """Takes some articles at a time, and of some none at all."""

    refuse: Callable[[ClassifyRequest], Exception | None] = lambda _request: None
    sizes: list[int] = field(default_factory=list)

    def classify(self, request: ClassifyRequest) -> ClassifyAnswer:
        """Refuse what it is told to refuse."""
        self.sizes.append(len(request.items))
        error = self.refuse(request)
        if error is not None:
            raise error
        return super().classify(request)


@pytest.fixture
def world(database: Flask, settings: Settings) -> World:  # noqa: ARG001 -- it must be there
    return World(settings, models=[Choosy()])


def model(world: World) -> Choosy:
    found = world.model
    assert isinstance(found, Choosy)
    return found


def ai(world: World) -> AIProcessorService:
    return world.services.ai


def about(count: int) -> ClassifyRequest:
    items = tuple(ClassifyItem(f"r{n}", f"Halcyon opens plant {n}", "") for n in range(count))
    return ClassifyRequest("Halcyon Health", (), None, items)


def test_what_is_too_large_is_asked_in_halves(world: World) -> None:
    model(world).refuse = lambda request: (
        RequestTooLargeError("too large") if len(request.items) > 2 else None
    )
    batch = ai(world).classify_items(about(5))
    assert {item.provider for item in batch.items.values()} == {AIName.OPENAI}
    assert len(batch.items) == 5
    assert model(world).sizes == [5, 3, 2, 1, 2]
    assert batch.calls[0].usage.calls == 5


def test_an_answer_that_was_cut_off_costs_what_it_cost(world: World) -> None:
    cut = TooMuchAtOnceError("cut off", Usage(400, 900, 0.5))
    model(world).refuse = lambda request: cut if len(request.items) > 1 else None
    (call,) = ai(world).classify_items(about(2)).calls
    assert call.usage.cost_usd == pytest.approx(0.502)
    assert (call.usage.output_tokens, call.error) == (940, None)


def test_one_article_that_never_fits_goes_to_the_rules_alone(world: World) -> None:
    model(world).refuse = lambda request: (
        RequestTooLargeError("too large") if any(i.ref == "r0" for i in request.items) else None
    )
    batch = ai(world).classify_items(about(4))
    by = {ref: item.provider for ref, item in batch.items.items()}
    assert by == {"r0": AIName.RULES} | dict.fromkeys(("r1", "r2", "r3"), AIName.OPENAI)


def test_a_key_refused_midway_keeps_the_verdicts_that_are_there(world: World) -> None:
    def refuse(request: ClassifyRequest) -> Exception | None:
        if len(request.items) > 2:
            return RequestTooLargeError("too large")
        return ProviderAuthError("refused") if request.items[0].ref == "r2" else None

    model(world).refuse = refuse
    batch = ai(world).classify_items(about(4))
    assert [batch.items[f"r{n}"].by_fallback for n in range(4)] == [False, False, True, True]


def test_very_many_articles_are_never_one_question(world: World) -> None:
    batch = ai(world).classify_items(about(2 * ITEMS_AT_ONCE + 1))
    assert len(batch.items) == 2 * ITEMS_AT_ONCE + 1
    assert max(model(world).sizes) <= ITEMS_AT_ONCE


def test_a_model_that_asks_to_be_left_alone_is_left_alone(world: World) -> None:
    world.models.append(ScriptedAI(name=AIName.ANTHROPIC))
    model(world).error = ProviderRateLimitedError("Slow down.", retry_after=300)
    first, second = (ai(world).classify_items(about(1)) for _ in range(2))
    assert first.items["r0"].provider is second.items["r0"].provider is AIName.ANTHROPIC
    assert model(world).sizes == [1]
    assert isinstance(second.failures[0][1], ServicePausedError)
    assert "left alone until" in (second.notices[0])


def test_a_short_wait_is_waited_for(world: World) -> None:
    errors = [ProviderRateLimitedError("Slow down.", retry_after=0.01)]
    model(world).refuse = lambda _request: errors.pop() if errors else None
    batch = ai(world).classify_items(about(1))
    assert not batch.by_fallback
    assert batch.calls[0].usage.calls == 2


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (ProviderAuthError("OpenAI refused the key."), "refused the key"),
        (ProviderQuotaError("The OpenAI account has no credit left."), "no credit"),
    ],
)
def test_what_only_a_person_can_mend_stops_the_model_and_is_told_once(
    world: World, ana: User, ben: User, error: Exception, word: str
) -> None:
    model(world).error = error
    for _ in range(3):
        batch = ai(world).classify_items(about(1), closed=ai(world).closed())
        ai(world).note_health(ana.business_id, batch.calls, batch.failures)
        assert batch.by_fallback
    assert model(world).sizes == [1]
    told = db.session.query(Notification).all()
    assert [(each.user_id, each.title) for each in told] == [
        (ana.id, "OpenAI is not asked any more")
    ]
    assert word in told[0].body
    assert ben.id not in {each.user_id for each in db.session.query(EmailLog)}
    light = next(
        each
        for each in world.services.status.status(actor_of(ana)).providers
        if each.name == "openai"
    )
    assert (light.state, light.can_try_again) == (LightState.OFF, False)  # no key in settings
    world.services.status.try_again(actor_of(ana), "openai")
    model(world).error = None
    batch = ai(world).classify_items(about(1), closed=ai(world).closed())
    assert not batch.by_fallback


def test_an_outage_is_no_reason_to_alert_anybody(world: World, ana: User) -> None:
    model(world).error = ProviderUnavailableError("OpenAI answered 503.", retry_after=0)
    batch = ai(world).classify_items(about(1))
    ai(world).note_health(ana.business_id, batch.calls, batch.failures)
    assert db.session.query(Notification).count() == 0
    assert (batch.calls[0].error, batch.calls[0].usage.calls) == ("OpenAI answered 503.", 3)
    assert batch.calls[0].model == "scripted"
