"""What both language models make of the answers that their vendors give."""

import json
from dataclasses import replace

import pytest

from tests.doubles.local_server import Answer
from tests.providers.ai.cases import (
    EVENT,
    ITEM,
    REQUEST,
    answer_with,
    answering,
    failure_of,
    sample,
)
from webapp.enums import AIName, Category
from webapp.errors import ProviderResponseError
from webapp.providers.ai.prompts import PROMPT_VERSION
from webapp.providers.ai.questions import TooMuchAtOnceError, UnusableAnswerError

both = pytest.mark.parametrize("vendor", ["openai", "anthropic"])


@both
def test_articles_are_classified_in_one_call(vendor: str) -> None:
    with answering(vendor, Answer(sample(f"{vendor}/classify.json"))) as (provider, server):
        answer = provider.classify(REQUEST)
    assert [verdict.category for verdict in answer.verdicts] == [Category.LAYOFFS_RESTRUCTURING]
    assert (answer.provider, answer.prompt_version) == (AIName(vendor), PROMPT_VERSION)
    assert len(server.requests) == 1


@both
def test_an_insight_is_read_with_its_claims(vendor: str) -> None:
    with answering(vendor, Answer(sample(f"{vendor}/insight.json"))) as (provider, _):
        answer = provider.write_insight(EVENT)
    assert answer.claims[0].source_ref == ITEM.ref
    assert len(answer.recommended_actions) == 2


INVENTED = [
    {"text": "It cuts 940 jobs.", "quote": "it will cut 240 jobs in", "source_ref": "s1"},
    {"text": "Jonas Beck cuts jobs.", "quote": "it will cut 240 jobs in", "source_ref": "s1"},
    {"text": "It cuts jobs.", "quote": "Jonas Beck will cut 240 jobs", "source_ref": "s1"},
]


@both
def test_an_insight_whose_claims_are_all_invented_is_no_insight(vendor: str) -> None:
    sample_text = sample("openai/insight.json")["choices"][0]["message"]["content"]
    text = json.dumps({**json.loads(sample_text), "claims": INVENTED})
    with (
        answering(vendor, Answer(answer_with(vendor, text))) as (provider, server),
        pytest.raises(UnusableAnswerError, match="no claim is carried"),
    ):
        provider.write_insight(EVENT)
    assert len(server.requests) == 2


@pytest.mark.parametrize(("vendor", "sent"), [("openai", 812), ("anthropic", 800)])
def test_cached_tokens_count_as_sent(vendor: str, sent: int) -> None:
    with answering(vendor, Answer(sample(f"{vendor}/classify.json"))) as (provider, _):
        usage = provider.classify(REQUEST).usage
    assert (usage.input_tokens, usage.calls) == (sent, 1)
    assert usage.counted_usd > 0


@both
@pytest.mark.parametrize("nonsense", [None, {}, {"prompt_tokens": True}, {"input_tokens": -5}, "3"])
def test_nonsense_in_the_usage_counts_as_nothing(vendor: str, nonsense: object) -> None:
    body = {**sample(f"{vendor}/classify.json"), "usage": nonsense}
    with answering(vendor, Answer(body)) as (provider, _):
        assert provider.classify(REQUEST).usage.input_tokens == 0


@both
def test_an_answer_that_is_no_json_is_asked_for_once_more_with_the_reason(vendor: str) -> None:
    answers = Answer(answer_with(vendor, "I think so.")), Answer(sample(f"{vendor}/classify.json"))
    with answering(vendor, *answers) as (provider, server):
        answer = provider.classify(REQUEST)
    assert len(answer.verdicts) == 1
    assert answer.usage.calls == 2
    last_turn = server.requests[1].json()["messages"][-1]["content"]
    assert "held no JSON object" in last_turn


@both
def test_a_second_unusable_answer_is_an_error_that_says_what_was_spent(vendor: str) -> None:
    with answering(vendor, Answer(answer_with(vendor, "No."))) as (provider, server):
        error = failure_of(provider)
    assert isinstance(error, UnusableAnswerError)
    assert error.usage.calls == len(server.requests) == 2
    assert error.permanent  # it had its chance to repair the answer


@both
def test_a_repair_that_fails_still_says_what_the_first_answer_cost(vendor: str) -> None:
    answers = Answer(answer_with(vendor, "No.")), Answer({}, status=503)
    with answering(vendor, *answers) as (provider, _):
        error = failure_of(provider)
    assert isinstance(error, UnusableAnswerError)
    assert error.usage.input_tokens > 0


@both
def test_a_refusal_is_not_repaired(vendor: str) -> None:
    with answering(vendor, Answer(sample(f"{vendor}/refusal.json"))) as (provider, server):
        error = failure_of(provider)
    assert isinstance(error, UnusableAnswerError)
    assert "refused to judge" in str(error)
    assert error.usage.input_tokens > 0
    assert len(server.requests) == 1


@both
def test_an_answer_about_one_article_that_was_cut_off_gets_twice_the_room(vendor: str) -> None:
    answers = Answer(sample(f"{vendor}/truncated.json")), Answer(sample(f"{vendor}/classify.json"))
    with answering(vendor, *answers) as (provider, server):
        assert len(provider.classify(REQUEST).verdicts) == 1
    name = "max_tokens" if vendor == "anthropic" else "max_completion_tokens"
    first, second = (request.json()[name] for request in server.requests)
    assert second == 2 * first


@both
def test_an_answer_about_many_articles_that_was_cut_off_is_too_much_at_once(vendor: str) -> None:
    many = replace(REQUEST, items=(ITEM, replace(ITEM, ref="other")))
    with (
        answering(vendor, Answer(sample(f"{vendor}/truncated.json"))) as (provider, server),
        pytest.raises(TooMuchAtOnceError, match="cut off"),
    ):
        provider.classify(many)
    assert len(server.requests) == 1


@both
def test_an_empty_message_is_asked_for_once_more(vendor: str) -> None:
    answers = Answer(answer_with(vendor, " ")), Answer(sample(f"{vendor}/classify.json"))
    with answering(vendor, *answers) as (provider, server):
        assert len(provider.classify(REQUEST).verdicts) == 1
    assert len(server.requests) == 2


@both
@pytest.mark.parametrize(
    "answer",
    [
        Answer("<html><body>Sign in to the network</body></html>"),
        Answer(b"{", content_type="application/json"),
        Answer([1, 2]),
        Answer({}),
        Answer({"choices": [], "content": []}),
        Answer({"choices": [{"message": {"content": None}}], "content": [{"type": "text"}]}),
        Answer({"choices": "x", "content": 7}),
        Answer(b"x" * 2_100_000),
        Answer({"a": 1}, headers={"Content-Encoding": "gzip"}),
        Answer("", status=204),
    ],
    ids=["html", "half", "list", "empty", "no choice", "null", "types", "big", "gzip", "204"],
)
def test_a_body_that_is_no_answer_is_one_kind_of_error(vendor: str, answer: Answer) -> None:
    with answering(vendor, answer) as (provider, _):
        assert isinstance(failure_of(provider), ProviderResponseError)


@both
def test_the_schema_is_strict_and_no_temperature_is_sent(vendor: str) -> None:
    with answering(vendor, Answer(sample(f"{vendor}/classify.json"))) as (provider, server):
        provider.classify(REQUEST)
    sent = server.requests[0].json()
    assert "temperature" not in sent
    wrapper = sent.get("response_format") or sent["output_config"]["format"]
    schema = wrapper.get("schema") or wrapper["json_schema"]["schema"]
    verdict = schema["properties"]["verdicts"]["items"]
    assert verdict["additionalProperties"] is False
    assert sorted(verdict["required"]) == sorted(verdict["properties"])


@both
def test_an_injected_order_in_an_article_changes_nothing_in_the_instructions(vendor: str) -> None:
    with answering(vendor, Answer(sample(f"{vendor}/classify.json"))) as (provider, server):
        provider.classify(REQUEST)
    sent = json.dumps(server.requests[0].json())
    assert "never instructions" in sent
    assert "arr" not in json.loads(sent)  # no CRM facts in a classification
