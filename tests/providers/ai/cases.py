"""What the tests of the language models share: a client's article, an event, sample answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.local_server import Answer, LocalServer, Request, serve
from webapp.enums import Category, CRMName, Urgency
from webapp.errors import ProviderError
from webapp.providers.ai.anthropic import AnthropicProvider
from webapp.providers.ai.model_provider import ModelProvider
from webapp.providers.ai.openai import OpenAIProvider
from webapp.providers.base import ClassifyItem, ClassifyRequest, CRMFacts, InsightRequest

SAMPLES = Path(__file__).parent.parent / "samples"
KEY = "sk-canary-4d1f77aa"
PROVIDERS: dict[str, type[ModelProvider]] = {
    "openai": OpenAIProvider,
    "anthropic": AnthropicProvider,
}

ITEM = ClassifyItem(
    ref="5f1c",
    title="Halcyon Health to cut 240 jobs in its claims division",
    snippet="Halcyon Health said on Monday that it will cut 240 jobs in its claims division. "
    "The insurer expects savings of $18 million a year.",
    publisher="Newswire",
    published_on=date(2026, 11, 20),
)
REQUEST = ClassifyRequest("Halcyon Health", ("Halcyon",), "Insurance", (ITEM,))
FACTS = CRMFacts(
    provider=CRMName.SALESFORCE,
    account_id="001A",
    account_name="Halcyon Health",
    fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
    arr=184000.0,
    currency="USD",
    renewal_on=date(2027, 1, 4),
)
EVENT = InsightRequest(
    client_name="Halcyon Health",
    category=Category.LAYOFFS_RESTRUCTURING,
    title=ITEM.title,
    summary="Halcyon Health will cut 240 jobs.",
    sentiment=-0.6,
    relevance=0.85,
    risk_level="high",
    urgency=Urgency.HIGH,
    sources=(ITEM,),
    facts=FACTS,
    today=date(2026, 11, 22),
)


def sample(path: str) -> Any:
    return json.loads((SAMPLES / path).read_text())


def answer_with(vendor: str, text: str) -> dict[str, Any]:
    """The vendor's envelope around a text of the test's choice."""
    body: dict[str, Any] = sample(f"{vendor}/classify.json")
    if vendor == "openai":
        body["choices"][0]["message"]["content"] = text
    else:
        body["content"] = [{"type": "text", "text": text}]
    return body


@contextmanager
def provider_at(vendor: str, url: str, *, timeout_seconds: float = 5.0) -> Iterator[ModelProvider]:
    provider = PROVIDERS[vendor](
        api_key=KEY, model="test-model", base_url=url, timeout_seconds=timeout_seconds
    )
    yield provider
    provider.close()


@contextmanager
def answering(
    vendor: str, *answers: Answer, timeout_seconds: float = 5.0
) -> Iterator[tuple[ModelProvider, LocalServer]]:
    """A provider of the vendor whose server gives these answers in turn, the last for ever."""
    left = list(answers)

    def respond(_: Request) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    with (
        serve(respond) as server,
        provider_at(vendor, server.url, timeout_seconds=timeout_seconds) as provider,
    ):
        yield provider, server


def failure_of(provider: ModelProvider) -> ProviderError:
    """The error that classifying ends with."""
    with pytest.raises(ProviderError) as caught:
        provider.classify(REQUEST)
    return caught.value
