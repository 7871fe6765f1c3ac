"""A run over real HTTP to both models: what each failure costs, and what is never lost."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.doubles.local_server import Answer, LocalServer, Request, serve
from tests.doubles.providers import result
from tests.doubles.world import World
from tests.providers.ai.cases import answer_with, sample
from tests.providers.recordings import exchanges, recordings
from webapp.config import Settings
from webapp.enums import AIName, RunStatus
from webapp.extensions import db
from webapp.models import AiCall, Event, JobRun, Notification, User
from webapp.providers.ai.anthropic import AnthropicProvider
from webapp.providers.ai.openai import OpenAIProvider
from webapp.providers.ai.rules import RulesProvider

pytestmark = pytest.mark.usefixtures("database")
KEYS = {"openai": "sk-canary-openai-77", "anthropic": "sk-ant-canary-88"}
NEWS = "Halcyon Health to cut 240 jobs in its claims division"
SNIPPET = (
    "Halcyon Health said on Monday that it will cut 240 jobs in its claims division. "
    "The insurer expects savings of $18 million a year."
)
KINDS = {"openai": OpenAIProvider, "anthropic": AnthropicProvider}


def good(vendor: str, request: Request) -> Answer:
    """The sample that answers what was asked."""
    is_insight = b"event_json_" in request.body
    return Answer(sample(f"{vendor}/{'insight' if is_insight else 'classify'}.json"))


@contextmanager
def worlds(settings: Settings, **answers: Any) -> Iterator[tuple[World, dict[str, LocalServer]]]:
    """Both vendors, each answering well or with what it is given."""

    def respond(vendor: str) -> Any:
        given = answers.get(vendor)
        return lambda request: given if given is not None else good(vendor, request)

    with serve(respond("openai")) as openai, serve(respond("anthropic")) as anthropic:
        servers = {"openai": openai, "anthropic": anthropic}
        models = [
            KINDS[vendor](
                api_key=KEYS[vendor], model="m", base_url=servers[vendor].url, timeout_seconds=2
            )
            for vendor in servers
        ]
        quick = settings.model_copy(update={"ai_timeout_seconds": 2.0})
        yield World(quick, models=models, rules=RulesProvider()), servers  # type: ignore[arg-type]  # real ones
        for model in models:
            model.close()


def monitored(world: World, ana: User) -> JobRun:
    factories.client(ana.business, name="Halcyon Health", owner=ana)
    world.source.results = [result(NEWS, snippet=SNIPPET)]
    return world.run(factories.schedule(ana))


def test_the_first_model_judges_and_writes(settings: Settings, ana: User) -> None:
    with worlds(settings) as (world, servers):
        assert monitored(world, ana).status is RunStatus.COMPLETED
    event = db.session.query(Event).one()
    assert (event.classified_by, event.classified_by_fallback) == (AIName.OPENAI, False)
    assert not servers["anthropic"].requests
    calls = db.session.query(AiCall).all()
    assert [each.model for each in calls] == ["gpt-5-mini-2025-08-07"] * 2  # which answered for "m"
    assert all(each.cost_usd and each.cost_usd == each.counted_usd for each in calls)


FAILURES = {
    "wrong key": Answer({"error": {"message": "Incorrect API key: sk-canary"}}, status=401),
    "no credit": Answer({"error": {"type": "insufficient_quota", "message": "x"}}, status=429),
    "no model": Answer({"error": {"message": "x", "code": "model_not_found"}}, status=404),
    "slow down": Answer({"error": {"message": "x"}}, status=429, headers={"Retry-After": "400"}),
    "down": Answer("<h1>Bad gateway</h1>", status=502, headers={"Retry-After": "60"}),
    "overloaded": Answer({"error": {"type": "overloaded_error"}}, status=529),
    "html": Answer("<html>Sign in to the network</html>"),
    "refusal": Answer(sample("openai/refusal.json")),
    "cut off": Answer(sample("openai/truncated.json")),
    "prose": Answer(answer_with("openai", "I think that this is bad news.")),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_whatever_the_first_answers_the_second_takes_over(
    settings: Settings,
    ana: User,
    failure: Answer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with worlds(settings, openai=failure) as (world, _):
        assert monitored(world, ana).status is RunStatus.DEGRADED
    event = db.session.query(Event).one()
    assert (event.classified_by, event.classified_by_fallback) == (AIName.ANTHROPIC, True)
    _nothing_is_given_away(caplog)


def test_when_both_are_down_the_rules_judge(settings: Settings, ana: User) -> None:
    both = {"openai": FAILURES["down"], "anthropic": FAILURES["overloaded"]}
    with worlds(settings, **both) as (world, _):
        assert monitored(world, ana).status is RunStatus.DEGRADED
    event = db.session.query(Event).one()
    assert (event.classified_by, event.classified_by_fallback) == (AIName.RULES, True)


@pytest.mark.contracts
@pytest.mark.parametrize("path", recordings("openai_errors") + recordings("anthropic_errors"))
def test_a_recorded_error_costs_no_event_and_gives_nothing_away(
    settings: Settings,
    ana: User,
    path: Path | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    (exchange,) = exchanges(path)
    status = exchange.status if exchange.status >= 400 else 429
    answer = Answer(exchange.body, status=status, headers=exchange.headers)
    with worlds(settings, openai=answer, anthropic=answer) as (world, _):
        monitored(world, ana)
    assert db.session.query(Event).one().classified_by is AIName.RULES
    _nothing_is_given_away(caplog)


def _nothing_is_given_away(caplog: pytest.LogCaptureFixture) -> None:
    told = caplog.text + " ".join(f"{each.title} {each.body}" for each in _told())
    told += " ".join(each.error or "" for each in db.session.query(AiCall))
    for secret in (*KEYS.values(), "sk-canary", "sQoA", "org-", "5456025a", "0dccdde6", "req_011"):
        assert secret not in told


def _told() -> list[Notification]:
    return db.session.query(Notification).all()
