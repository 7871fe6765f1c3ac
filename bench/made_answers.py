"""Answers that a local server makes from the request it got, in the real envelopes.

Nothing is fixed: the verdicts come from the words of the request, so that another headline
gets another answer.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from webapp.enums import Category, RiskLevel, Urgency
from webapp.providers.ai.rules import RulesProvider
from webapp.providers.base import ClassifyItem, ClassifyRequest, InsightRequest

_BLOCK = re.compile(r"<(\w+)_json_(\w+)>\n(.*?)\n</\1_json_\2>", re.DOTALL)
_NAME = re.compile(r"Name = '((?:[^'\\]|\\.)*)'")
_ID = re.compile(r"\bId = '(\w+)'")
_rules = RulesProvider()


def chat_completion(
    request: Mapping[str, Any], *, envelope: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return OpenAI's answer to a classification or insight request."""
    content = json.dumps(_answer(request["messages"][1]["content"]))
    shell = dict(envelope or _CHAT_ENVELOPE)
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content, "refusal": None, "annotations": []},
        "finish_reason": "stop",
        "logprobs": None,
    }
    usage = {
        "prompt_tokens": len(json.dumps(request)) // 4,
        "completion_tokens": len(content) // 4,
        "total_tokens": (len(json.dumps(request)) + len(content)) // 4,
    }
    return {**shell, "model": request["model"], "choices": [choice], "usage": usage}


_CHAT_ENVELOPE = {
    "id": "chatcmpl-local",
    "object": "chat.completion",
    "created": 1_700_000_000,
    "service_tier": "default",
    "system_fingerprint": None,
}


def client_named(request: Mapping[str, Any]) -> str:
    """Return the client whom a request to OpenAI is about, "" where it names none."""
    found = _BLOCK.search(request["messages"][1]["content"])
    client = json.loads(found[3])["client"] if found else ""
    return str(client["name"] if isinstance(client, dict) else client)


def account_named(soql: str) -> str:
    """Return the name that a query for an account asks for, "" where it names none."""
    found = _NAME.search(soql)
    return found[1].replace("\\'", "'") if found else ""


def account_id_in(soql: str) -> str:
    """Return the id that a query for an account asks for, "" where it asks for none."""
    found = _ID.search(soql)
    return found[1] if found else ""


def _answer(prompt: str) -> dict[str, Any]:
    found = _BLOCK.search(prompt)
    if found is None:
        return {"verdicts": []}
    material = json.loads(found[3])
    return _verdicts(material) if found[1] == "articles" else _insight(material)


def _verdicts(material: Mapping[str, Any]) -> dict[str, Any]:
    client = material["client"]
    request = ClassifyRequest(
        client["name"],
        tuple(client["also_known_as"]),
        client["industry"],
        tuple(_item(article) for article in material["articles"]),
    )
    kept = (
        "ref",
        "about_client",
        "category",
        "relevance",
        "sentiment",
        "risk_level",
        "risk_reason",
        "risk_evidence",
        "urgency",
        "urgency_reason",
        "summary",
        "evidence",
    )
    answer = _rules.classify(request)
    return {
        "verdicts": [{name: asdict(verdict)[name] for name in kept} for verdict in answer.verdicts]
    }


def _insight(material: Mapping[str, Any]) -> dict[str, Any]:
    event = material["event"]
    answer = _rules.write_insight(
        InsightRequest(
            client_name=material["client"],
            category=Category(event["category"]),
            title=event["title"],
            summary=event["summary"],
            sentiment=0.0,
            relevance=0.8,
            risk_level=RiskLevel(event["risk_level"]),
            urgency=Urgency(event["urgency"]),
            sources=tuple(_item(article) for article in material["sources"]),
            facts=None,
            today=date.fromisoformat(material["today"]),
        )
    )
    # An event that the CRM told has no article: then a line of the CRM carries it
    told = [(article["title"], "s1") for article in material["sources"][:1]]
    told = told or [(line, "crm") for line in (material["crm"] or [])[:1]]
    return {
        "why_it_matters": answer.why_it_matters,
        "claims": [{"text": each, "quote": each, "source_ref": ref} for each, ref in told],
        "recommended_actions": list(answer.recommended_actions),
        "urgency": answer.urgency,
        "urgency_reason": answer.urgency_reason,
    }


def _item(article: Mapping[str, Any]) -> ClassifyItem:
    published = article["published_on"]
    return ClassifyItem(
        ref=article["ref"],
        title=article["title"],
        snippet=article["snippet"],
        publisher=article["publisher"],
        published_on=date.fromisoformat(published) if published else None,
    )


def salesforce_account(soql: str, *, today: date, name: str = "") -> dict[str, Any]:
    """Return the account that a query asks for, with a contact, a deal and a case."""
    name = name or account_named(soql) or "Unknown"
    number = sum((name + account_id_in(soql)).encode())
    account = {
        "attributes": {"type": "Account"},
        "Id": account_id_in(soql) or f"001{number:012d}AAA"[:18],
        "Name": name,
        "Website": None,
        "Industry": "Technology",
        "NumberOfEmployees": 100 + number,
        "LastActivityDate": today.isoformat(),
        "Owner": {"Name": "Ana Alvarez"},
        "CurrencyIsoCode": "USD",
        "ARR__c": 1000.0 * (50 + number % 400),
        "Health__c": "Green",
        "Contacts": _rows([{"Name": "Ida Berg", "Title": "COO", "Email": "ida@example.com"}]),
        "Opportunities": _rows(
            [
                {
                    "Name": "Renewal",
                    "StageName": "Proposal",
                    "Amount": 90000.0,
                    "CloseDate": today.isoformat(),
                    "IsClosed": False,
                    "IsWon": False,
                    "Type": "Renewal",
                }
            ]
        ),
        "Cases": _rows(
            [
                {
                    "Subject": f"{name}: export fails",
                    "Status": "New",
                    "Priority": "High",
                    "CreatedDate": f"{today.isoformat()}T08:00:00.000+0000",
                    "IsClosed": False,
                }
            ]
        ),
    }
    return _rows([account])


def _rows(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {"totalSize": len(records), "done": True, "records": records}
